"""What the files hold and the desk has no place for: said once for all, so that nobody misses it later. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from mainstay.desk.exchange.draft import LeftOut
from mainstay.desk.exchange.values import Row

NO_PLACE = "there is no place for it here"


def is_empty(value: Any) -> bool:
    """Whether a value says nothing, however deep it goes."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value is False or str(value).strip() in ("", "0", "0.0", "0.00", "-")


def fields(of: str, rows: Iterable[Row], taken: Collection[str]) -> list[LeftOut]:
    """Each field beside `taken` that says something, with how many of the rows it stands on."""
    counts = Counter(
        str(name) for each in rows for name, value in each.items() if name not in taken and not is_empty(value)
    )
    return [
        LeftOut("", f"{name[:60]} of {of}", f"{NO_PLACE} ({_times(count)})") for name, count in sorted(counts.items())
    ]


def lists(held: Iterable[tuple[str, Any]], taken: Collection[str]) -> list[LeftOut]:
    """Each list of a file beside `taken` that holds something."""
    counts: Counter[str] = Counter()
    for name, value in held:
        if name not in taken and isinstance(value, list | dict) and not is_empty(value):
            counts[name] += len(value)
    return [
        LeftOut("", f"list {name[:60]}", f"{NO_PLACE} ({_entries(count)})") for name, count in sorted(counts.items())
    ]


def people(count: int) -> list[LeftOut]:
    """What is said of people beside the tickets."""
    why = f"{count} in the files: name and mail address are taken where they ask or write on a ticket, and nothing else"
    return [LeftOut("", "people", why)] if count else []


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _entries(count: int) -> str:
    return "one entry" if count == 1 else f"{count} entries"
