"""Documents say what is true: links lead somewhere, settings and commands are described as they are."""

import ast
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from mainstay.common.settings import Settings
from tests.walk.repository import ROOT, files, name, python, tree

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
SETTING = re.compile(r"MAINSTAY_[A-Z][A-Z_]*[A-Z]")
NOT_FOR_INSTALLATIONS = re.compile(r"MAINSTAY_(TEST_\w+|LIFELINE)")
SETTINGS_PAGE = ROOT / "docs" / "operate" / "settings.md"


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def anchors(page: Path) -> set[str]:
    """The anchors that headings of a page give."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(page.read_text())
    }


def leads_nowhere(page: Path, link: str) -> bool:
    target, _, anchor = link.partition("#")
    aim = (page.parent / target).resolve() if target else page
    return not aim.exists() or bool(anchor and aim.suffix == ".md" and anchor not in anchors(aim))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_somewhere(page):
    inside = [link for link in LINK.findall(page.read_text()) if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inside if leads_nowhere(page, link)] == []


def row(field) -> str:
    """The line that the page of settings must hold for a setting."""
    default = field.default if field.default is not MISSING else field.default_factory()
    if isinstance(default, tuple):
        default = ", ".join(default)
    elif isinstance(default, bool):
        default = "yes" if default else "no"
    shown = f"`{default}`" if str(default) else "none"
    return f"| `MAINSTAY_{field.name.upper()}` | {shown} | {field.metadata['help']} |"


def test_the_page_of_settings_is_complete():
    wanted = [row(field) for field in fields(Settings)]
    for_installations = SETTINGS_PAGE.read_text().partition("## For the tests alone")[0]
    present = [line for line in for_installations.splitlines() if line.startswith("| `MAINSTAY_")]
    assert present == wanted, "the page must hold:\n" + "\n".join(wanted)


def test_every_variable_that_the_code_reads_is_a_setting():
    known = {f"MAINSTAY_{field.name.upper()}" for field in fields(Settings)}
    known |= {f"{each}_FILE" for each in known}
    read = {
        (match.group(), name(path))
        for path in python("mainstay")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for match in SETTING.finditer(node.value)
        if not NOT_FOR_INSTALLATIONS.fullmatch(match.group())
    }
    assert {each for each in read if each[0] not in known and f"{each[0]}_" not in known} == set()


def test_continuous_integration_runs_the_test_command_of_the_readme():
    commands = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.startswith("exec ")]
    assert commands == ["exec make test"]
    assert "    make test\n" in (ROOT / "README.md").read_text()


def test_make_help_lists_every_target():
    text = (ROOT / "Makefile").read_text()
    described = set(re.findall(r"^([a-z%-]+):.*## \S", text, re.MULTILINE))
    targets = set(re.findall(r"^([a-z%-]+):(?!=)", text, re.MULTILINE))
    assert described == targets


def test_every_decision_has_a_number_a_title_and_a_reason():
    decisions = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. "), name(path)
        assert {"Decision", "Why", "What follows"} <= set(re.findall(r"^## (.*)$", text, re.MULTILINE)), name(path)
