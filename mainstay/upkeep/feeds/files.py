"""Documents in a folder and in the archives within it, one after the other, each bounded."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from mainstay.upkeep.feeds.reading import NotReadable

DOCUMENT_MAX = 600 * 1024 * 1024
"""Bytes of one document: Wordfence's whole feed is about a hundred million."""
TOO_LARGE = f"it is larger than {DOCUMENT_MAX // 1024 // 1024} MB"
MEMBERS_MAX = 2_000_000
READ = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class Document:
    """A file, or a member of an archive. `name` is its path from the folder on, for messages and for what it says."""

    name: str
    raw: bytes

    @cached_property
    def value(self) -> Any:
        """What it holds.

        Raises:
            NotReadable: it is no JSON, or no YAML where its name says so.
        """
        try:
            if self.name.endswith((".yaml", ".yml")):
                return yaml.load(self.raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # nosec B506 # noqa: S506 - the safe one in C
            return json.loads(self.raw)
        except (ValueError, yaml.YAMLError, RecursionError) as problem:
            raise NotReadable(f"it cannot be read: {str(problem).splitlines()[0]}") from problem


def documents(folder: Path, problems: list[str]) -> Iterator[Document]:
    """The documents of a folder in the order of their names; what is too big or broken is added to `problems`."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = str(path.relative_to(folder))
        if name.endswith(READ):
            if path.stat().st_size > DOCUMENT_MAX:
                problems.append(f"{name}: {TOO_LARGE}")
                continue
            yield Document(name, path.read_bytes())
        elif name.endswith(".zip"):
            yield from _members(path, name, problems)


def _members(path: Path, name: str, problems: list[str]) -> Iterator[Document]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(READ)]
            if len(members) > MEMBERS_MAX:
                problems.append(f"{name}: of {len(members):,} documents the first {MEMBERS_MAX:,} are read")
            for member in members[:MEMBERS_MAX]:
                if member.file_size > DOCUMENT_MAX:
                    problems.append(f"{name}/{member.filename}: {TOO_LARGE}")
                    continue
                with archive.open(member) as opened:
                    yield Document(f"{name}/{member.filename}", opened.read(DOCUMENT_MAX))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as problem:
        problems.append(f"{name}: the archive cannot be read: {problem}")
