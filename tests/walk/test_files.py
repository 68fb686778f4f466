"""What holds for every file: no addresses of package indexes, no paths of one machine, bounded length."""

import re

from tests.walk.repository import name, python, texts

PYTHON_LINES_MAX = 500
LONGER_FILES: set[str] = set()  # may only shrink

INLINE_FOLDERS = {"vendor", "cotton"}  # a component ends where its markup ends: "since 10:42." has no gap
INDEXES = re.compile("|".join((r"pypi\.(?:org|python)", r"python" + r"hosted\.org", r"registry\.(?:npm|yarn)\w*\.\w+")))
MACHINE_PATHS = re.compile(
    "|".join((r"/work/" + r"(?:main|shared)\b", r"/root/" + r"\w", r"/opt/" + r"(?:pypi|wheels)"))
)


def found(pattern: re.Pattern[str]) -> list[str]:
    hits = []
    for path in texts():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if match := pattern.search(line):
                hits.append(f"{name(path)}:{number}: {match.group()}")
    return hits


def test_no_file_names_a_package_index():
    assert found(INDEXES) == []


def test_no_file_names_a_path_of_one_machine():
    assert found(MACHINE_PATHS) == []


def test_python_files_stay_short():
    written = [path for path in python() if path.parent.name != "migrations"]  # those are made by a command
    too_long = {name(path) for path in written if len(path.read_text().splitlines()) > PYTHON_LINES_MAX}
    assert too_long <= LONGER_FILES, "split them by subject"
    assert too_long >= LONGER_FILES, "shorter now: take them off the list"


def test_text_ends_with_one_newline_and_has_no_carriage_return():
    own = [
        path
        for path in texts()
        if path.suffix in {".py", ".md", ".toml", ".css", ".html"} and not INLINE_FOLDERS & set(path.parts)
    ]
    wrong = [name(path) for path in own if (text := path.read_text()) and (not text.endswith("\n") or "\r" in text)]
    assert wrong == []
