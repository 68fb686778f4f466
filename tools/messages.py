"""Gather what pages say, bring the catalogues in `mainstay/locale` up to date, and compile them; no gettext is needed.

`python tools/messages.py` writes; with `--check` it changes nothing and fails when something is missing or stale.
A further language is a folder in `mainstay/locale` (docs/use/languages.md).
"""

import gettext
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mainstay"
LOCALE = PACKAGE / "locale"
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None}
SINGLE = re.compile(r"""\{%-?\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
BLOCK = re.compile(r"\{%\s*blocktranslate\b([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
A_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in headers, so that a catalogue changes with its words alone."""

Message = str | tuple[str, str]


def gathered() -> dict[Message, set[str]]:
    """Every message of templates and code, with the files in which it stands."""
    found: dict[Message, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.html")):
        for message in in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in sorted(PACKAGE.rglob("*.py")):
        for message in in_code(path.read_bytes()):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    return found


def in_template(text: str) -> Iterator[Message]:
    """The messages of a template, as Django looks them up."""
    for double, single in SINGLE.findall(text):
        yield (double or single).replace("%", "%%")
    for options, inner in BLOCK.findall(text):
        parts = [_block(part, trimmed="trimmed" in options.split()) for part in PLURAL.split(inner)]
        yield parts[0] if len(parts) == 1 else (parts[0], parts[1])


def in_code(source: bytes) -> Iterator[Message]:
    """The messages of a Python file."""
    if b"gettext" in source:
        for _, message, _, _ in extract("python", BytesIO(source), keywords=KEYWORDS):
            yield message


def brought_up_to_date(before: Catalog, messages: dict[Message, set[str]]) -> Catalog:
    """The catalogue with all messages of today and no other, translated as far as `before` is."""
    after = empty(str(before.locale))
    for message, files in sorted(messages.items(), key=lambda each: str(each[0])):
        key = message[0] if isinstance(message, tuple) else message
        known = before.get(key)
        after.add(message, string=known.string if known else None, locations=[(file, None) for file in sorted(files)])
    return after


def empty(locale: str) -> Catalog:
    return Catalog(
        locale=locale, domain="django", header_comment="# What pages for clients say.", project="Mainstay", version="1",
        creation_date=A_DAY, revision_date=A_DAY, last_translator="Mainstay", language_team="Mainstay", fuzzy=False,
    )  # fmt: skip


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale=path.parts[-3], domain="django")


def written(catalog: Catalog) -> bytes:
    """The text file of a catalogue."""
    out = BytesIO()
    pofile.write_po(out, catalog, width=120, sort_output=False, include_lineno=False, omit_header=False)
    lines = out.getvalue().decode().splitlines()
    return ("\n".join(line for line in lines if not line.startswith('"Generated-By')) + "\n").encode()


def compiled(catalog: Catalog) -> bytes:
    out = BytesIO()
    mofile.write_mo(out, catalog)
    return out.getvalue()


def troubles() -> list[str]:
    """What is missing or stale in each catalogue, in words."""
    messages = gathered()
    found = []
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        language, catalog = path.parts[-3], read(path)
        wanted = {message[0] if isinstance(message, tuple) else message for message in messages}
        there = {_key(each.id) for each in catalog if each.id}
        found += [f"{language}: not in the catalogue: {each!r}" for each in sorted(wanted - there)]
        found += [f"{language}: nowhere said any more: {each!r}" for each in sorted(there - wanted)]
        found += [f"{language}: not translated: {_key(each.id)!r}" for each in catalog if each.id and not _said(each)]
        found += [f"{language}: {_key(each.id)!r}: {said}" for each in catalog for said in _slips(each)]
        if _words_of(path.with_suffix(".mo")) != _words_of_catalog(catalog):
            found.append(f"{language}: the compiled catalogue is stale")
    return found


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        found = troubles()
        print("\n".join([*found, "run `make messages`"] if found else ["every catalogue is complete and compiled"]))
        return bool(found)
    messages = gathered()
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        catalog = brought_up_to_date(read(path), messages)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        left = [each for each in catalog if each.id and not _said(each)]
        print(f"{path.parts[-3]}: {len(catalog)} messages, {len(left)} to translate")
    return 0


def _block(text: str, *, trimmed: bool) -> str:
    text = text.replace("%", "%%")
    text = " ".join(line.strip() for line in text.strip().splitlines()) if trimmed else text
    return VARIABLE.sub(r"%(\1)s", text)


def _key(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _said(message: object) -> bool:
    string = message.string  # type: ignore[attr-defined]
    return all(string) if isinstance(string, tuple) else bool(string)


def _slips(message: object) -> list[str]:
    """Variables that a translation lacks or has too many."""
    key, string = message.id, message.string  # type: ignore[attr-defined]
    if not key or not string or isinstance(string, tuple):
        return []
    names = [set(re.findall(r"%\((\w+)\)", each)) for each in (_key(key), string)]
    return [] if names[0] == names[1] else [f"names {sorted(names[1])} in the place of {sorted(names[0])}"]


def _words_of(path: Path) -> dict[object, str]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key: value for key, value in found.items() if key}


def _words_of_catalog(catalog: Catalog) -> dict[object, str]:
    compiled_now = gettext.GNUTranslations(BytesIO(compiled(catalog)))._catalog  # type: ignore[attr-defined]
    return {key: value for key, value in compiled_now.items() if key}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
