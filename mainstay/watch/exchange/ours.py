"""Our own file of monitors: YAML that reads back the same. Secrets are never in it, only their names. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from mainstay.watch.exchange import yaml_text
from mainstay.watch.exchange.draft import (
    INTERVAL_S_MAX,
    Draft,
    FileRefused,
    Gathering,
    NotTaken,
    Reading,
    Sketch,
    plain,
)
from mainstay.watch.exchange.values import is_true, number, records, text
from mainstay.watch.probes import KINDS

PRODUCT = "Mainstay"
MARK, VERSION = "mainstay_monitors", 1
KNOWN = frozenset(
    {
        "name", "kind", "address", "website", "environment", "interval_seconds", "timeout_seconds", "counts", "paused",
        "allow_private", "settings", "left_out",
    }
)  # fmt: skip
SECRET_NAME = re.compile(r"auth|cookie|key|pass|secret|session|signature|token", re.I)
ENTER_AGAIN = "secrets are not in such a file: enter it again, and let the monitor go on; until then it is paused"


def write(drafts: Iterable[Draft]) -> str:
    """The file. The settings of `drafts` may hold open secrets: they are left out here."""
    return yaml_text.dump({MARK: VERSION, "monitors": [_entry(draft) for draft in drafts]})


def _entry(draft: Draft) -> dict[str, Any]:
    settings, left_out = without_secrets(draft.kind, draft.settings)
    entry: dict[str, Any] = {
        "name": draft.name,
        "kind": draft.kind,
        "address": draft.url,
        "website": draft.website,
        "environment": draft.environment,
        "interval_seconds": draft.interval_seconds,
        "timeout_seconds": draft.timeout_seconds,
        "counts": draft.counts,
        "paused": draft.is_paused,
        "allow_private": draft.allow_private,
        "settings": settings,
        "left_out": left_out,
    }
    optional = ("name", "paused", "allow_private", "settings", "left_out")
    return {key: value for key, value in entry.items() if value or key not in optional}


def without_secrets(kind: str, settings: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The settings that may be handed out, and the names of those that may not: also headers that look like secrets."""
    hidden = KINDS[kind].secrets
    kept = {name: value for name, value in settings.items() if name not in hidden}
    left_out = [name for name in settings if name in hidden and settings[name]]
    lines = list(kept.get("headers", ()))
    secret = [line for line in lines if SECRET_NAME.search(line.partition(":")[0])]
    if secret:
        left_out += [f"headers {line.partition(':')[0].strip()}" for line in secret]
        kept["headers"] = [line for line in lines if line not in secret]
        if not kept["headers"]:
            del kept["headers"]
    return kept, left_out


def holds(value: Any) -> bool:
    """Whether YAML is such a file."""
    return isinstance(value, dict) and MARK in value


def read(data: bytes) -> Reading:
    """The monitors of a file.

    Raises:
        FileRefused: it is none.
    """
    return read_value(yaml_text.load(data))


def read_value(value: Any) -> Reading:
    """The monitors of a file that was parsed. Raises as `read`."""
    if not holds(value):
        raise FileRefused(f"It is no file of monitors of {PRODUCT}.")
    if text(value[MARK]) != str(VERSION):
        raise FileRefused(
            f"It is of version {plain(text(value[MARK]))[:20] or '(none)'}; this version reads {VERSION}."
        )
    if not isinstance(value.get("monitors"), list):
        raise FileRefused("Its monitors is no list.")
    gathering = Gathering(PRODUCT)
    drafts = []
    for entry in value["monitors"]:
        if not isinstance(entry, dict):
            gathering.refuse("(no name)", "a monitor", "it cannot be read")
            continue
        sketch = Sketch(text(entry.get("name")) or text(entry.get("address")))
        gathering.take(sketch, _read, entry)
        drafts += [_placed(draft, entry) for draft in sketch.drafts]
    return Reading(PRODUCT, tuple(drafts), gathering.reading().left_out)


def _read(sketch: Sketch, entry: dict[str, Any]) -> None:
    for key in entry:
        if key not in KNOWN:
            sketch.note(plain(key) or "an option", "it is not known here")
    sketch.is_paused = is_true(entry.get("paused"))
    kind, settings = text(entry.get("kind")), entry.get("settings") or {}
    if not isinstance(settings, dict):
        raise NotTaken("settings", "they cannot be read")
    for each in records(entry.get("left_out")):
        sketch.note(plain(text(each)) or "a secret", ENTER_AGAIN)
        sketch.is_paused = True
    sketch.every(_seconds(entry, "interval_seconds"), getattr(KINDS.get(kind), "interval_s_max", INTERVAL_S_MAX))
    sketch.within(_seconds(entry, "timeout_seconds"))
    if kind in KINDS and any(name in KINDS[kind].secrets for name in settings):
        sketch.note("a secret in the file", "it is taken, but such a file should hold none")
    sketch.become(kind or "(none)", text(entry.get("address")).strip(), settings)


def _seconds(entry: dict[str, Any], name: str) -> float:
    found = number(entry.get(name))
    if found is None:
        raise NotTaken(name, "it is no number")
    return found


def _placed(draft: Draft, entry: dict[str, Any]) -> Draft:
    """The draft with what only our own file knows."""
    return Draft(
        name=plain(text(entry.get("name")))[:100],
        kind=draft.kind,
        url=draft.url,
        settings=draft.settings,
        interval_seconds=draft.interval_seconds,
        timeout_seconds=draft.timeout_seconds,
        counts=is_true(entry.get("counts"), default=draft.counts),
        is_paused=draft.is_paused,
        allow_private=is_true(entry.get("allow_private")),
        website=plain(text(entry.get("website")))[:60],
        environment=plain(text(entry.get("environment")))[:16],
    )
