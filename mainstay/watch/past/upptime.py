"""What an Upptime repository remembers: each version of `history/NAME.yml`, as `git log -p` tells it."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from mainstay.watch.past.gathering import FileRefused, Raw

FIELD = re.compile(r"^[+ ]?(status|code|responseTime|lastUpdated): *(.*)$")
PAGE_CHARS_MAX = 100_000


def is_log(first: str) -> bool:
    """Whether a file that begins so is what `git log -p` prints."""
    return re.fullmatch(r"commit [0-9a-f]{7,64}.*", first.strip()) is not None


def is_page(first: str) -> bool:
    """Whether a file that begins so is one of Upptime's history files itself."""
    return first.startswith(("url:", "status:"))


def log(lines: Iterable[str]) -> Iterator[Raw]:
    """One reading a commit: what the file said after it."""
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("commit "):
            yield from _reading(fields)
            fields = {"where": f"line {number}"}
        elif found := FIELD.match(line.rstrip()):
            fields[found[1]] = found[2].strip("\"' ")
    yield from _reading(fields)


def page(text: str) -> Iterator[Raw]:
    """The one reading that a history file holds."""
    yield from log(["commit 0", *text.splitlines()])


def repository(folder: Path, name: str) -> Iterator[Raw]:
    """Every version of `history/NAME.yml` in a checkout of the repository.

    Raises:
        FileRefused: it is none, git is missing, or `name` names none or several of its files.
    """
    names = sorted(each.stem for each in (folder / "history").glob("*.yml"))
    if not names:
        raise FileRefused(f"{folder} is no repository of Upptime: it has no history/*.yml")
    if name not in names and (name or len(names) > 1):
        raise FileRefused(f"say with --monitor which one is meant: {', '.join(names)}")
    git = shutil.which("git")
    if git is None:
        raise FileRefused("git is needed to read the versions of its files: install it")
    command = [git, "-C", str(folder), "log", "--no-ext-diff", "--no-textconv", "--no-color", "-p", "-U100", "--"]
    with subprocess.Popen(  # nosec B603 # noqa: S603 - our own words; the name is that of a file that is there
        [*command, f"history/{name or names[0]}.yml"], stdout=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        yield from log(process.stdout or ())
    if process.returncode:
        raise FileRefused(f"git cannot read {folder}")


def _reading(fields: dict[str, str]) -> Iterator[Raw]:
    if not fields.keys() - {"where"}:
        return
    where = fields.get("where", "the file")
    if "lastUpdated" not in fields:
        yield Raw(where, problem="this version does not say when it was made (lastUpdated)")
        return
    yield Raw(where, fields["lastUpdated"], fields.get("status"), fields.get("code"), fields.get("responseTime"))
