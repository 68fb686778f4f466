"""What holds for every template and style sheet: no inline style or script, labelled pictures, colours in one place."""

import re
from pathlib import Path

from django.urls import get_resolver

from tests.walk.repository import ROOT, files, name

INLINE = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style\b|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
PICTURE = re.compile(r"<img\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>")
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
ADDRESS = re.compile(r"\{% url ['\"]([\w:-]+)['\"]")
COMPONENT = re.compile(r"<c-([a-z][a-z_-]*)")
STATIC = re.compile(r"\{% static ['\"]([^'\"]+)['\"]")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(")
BUILT_IN = {"vars", "slot"}
STYLES_AND_SCRIPTS_MAX_KB = 120
"""What a page loads besides itself, uncompressed."""


def templates() -> list[Path]:
    """Pages and parts of pages; mails and reports are no part of the site's policy of content."""
    found = [path for path in files() if path.suffix == ".html" and "templates" in path.parts]
    return [path for path in found if "mail" not in path.parts and path.name != "alone.html"]


def style_sheets() -> list[Path]:
    return [path for path in files() if path.suffix == ".css" and "vendor" not in path.parts]


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [f"{name(path)}: {found}" for path in paths for found in pattern.findall(path.read_text())]


def test_there_are_templates_and_style_sheets() -> None:
    assert len(templates()) > 80
    assert len(style_sheets()) > 8


def test_no_template_holds_style_or_script() -> None:
    assert hits(INLINE, templates()) == []


def test_every_picture_has_words() -> None:
    wrong = [
        f"{name(path)}: {picture}"
        for path in templates()
        for picture in PICTURE.findall(path.read_text())
        if " alt=" not in picture
    ]
    assert wrong == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    wrong = [
        name(path) for path in templates() for form in FORM.findall(path.read_text()) if "{% csrf_token %}" not in form
    ]
    assert wrong == []


def test_every_address_exists() -> None:
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)} | {"demo-mode"}
    used = {found for path in templates() for found in ADDRESS.findall(path.read_text()) if ":" not in found}
    assert used <= known, sorted(used - known)


def test_every_component_exists_and_is_used() -> None:
    there = {path.stem.replace("_", "-") for path in ROOT.glob("mainstay/kit/templates/cotton/*.html")}
    used = {found.replace("_", "-") for path in templates() for found in COMPONENT.findall(path.read_text())} - BUILT_IN
    assert used - there == set()
    assert there - used == set()


def test_every_static_file_that_is_named_exists() -> None:
    there = {name(path).partition("/static/")[2] for path in files() if "static" in path.parts}
    named = {found for path in templates() for found in STATIC.findall(path.read_text())}
    assert named <= there, sorted(named - there)


def test_colours_stand_with_the_tokens() -> None:
    others = [path for path in style_sheets() if path.name != "tokens.css"]
    assert [hit for hit in hits(COLOUR, others) if "rgb(" not in hit] == []


def test_a_page_loads_little() -> None:
    kit = [path for path in files() if "mainstay/kit/static" in name(path) and path.suffix in {".css", ".js"}]
    assert sum(path.stat().st_size for path in kit) < STYLES_AND_SCRIPTS_MAX_KB * 1024
