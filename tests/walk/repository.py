"""Every file of the repository, for the tests that walk it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {"LICENSE"}
BINARY = {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".avif",
    ".gif",
    ".ico",
    ".woff2",
    ".ttf",
    ".otf",
    ".pdf",
    ".gz",
    ".sqlite3",
}
UNSEEN_FOLDERS = {".git", ".venv", ".cache", "data", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """The files that belong to the repository, with those not yet committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [ROOT / name for name in done.stdout.split("\0") if name] or list(_walk())
    return tuple(sorted(path for path in set(found) if path.is_file()))


def _walk() -> Iterator[Path]:
    """The files below the root where there is no git, as in an unpacked archive."""
    for path in ROOT.rglob("*"):
        if not UNSEEN_FOLDERS & set(path.relative_to(ROOT).parts) and "__pycache__" not in path.parts:
            yield path


def name(path: Path) -> str:
    """The path as people say it: from the repository's root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def texts() -> list[Path]:
    """The files that hold text of ours."""
    return [path for path in files() if path.suffix not in BINARY and name(path) not in NOT_OURS]


def python(*folders: str) -> list[Path]:
    """The Python files, of all folders or of those named."""
    found = [path for path in files() if path.suffix == ".py"]
    return [path for path in found if not folders or name(path).startswith(tuple(f"{folder}/" for folder in folders))]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))
