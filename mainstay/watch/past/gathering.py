"""Raw fields made readings: times, states, status and duration as other products write them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from mainstay.watch.rules.readings import STATUS_BAD_FROM, Reading, Said

READINGS_MAX = 5_000_000
"""Nine years of one reading a minute."""

LEFT_OUT_SHOWN = 20
YEAR_MIN, YEAR_MAX = 1990, 2200
MILLISECONDS_FROM = 100_000_000_000
"""A time as a number this large counts milliseconds: as seconds it would lie in the year 5138."""

STATUS_MAX = 999
MS_MAX = 86_400_000

WORDS = {
    Said.UP: ("up", "ok", "online", "operational", "healthy", "success", "good", "true", "1"),
    Said.DEGRADED: ("degraded", "slow", "warn", "warning", "partial"),
    Said.DOWN: ("down", "offline", "fail", "failed", "failure", "error", "critical", "outage", "bad", "false", "0"),
    Said.PENDING: ("pending", "retry"),
    Said.UNKNOWN: ("unknown", "maintenance", "paused", "nodata", "no data", "null", "none"),
}
_SAID = {word: said for said, words in WORDS.items() for word in words}


class FileRefused(ValueError):
    """No history can be read from the file; the text says why."""


class NotTaken(ValueError):
    """One reading cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The fields of one reading as they stand in a file. `where` says at which place; `problem` that it is none."""

    where: str
    at: object = None
    state: object = None
    status: object = None
    ms: object = None
    problem: str = ""


@dataclass(slots=True)
class Gathered:
    """What a file holds: its readings in the file's order, and of what was left out how much, and the first few."""

    product: str
    readings: list[Reading] = field(default_factory=list)
    left_out: int = 0
    examples: list[str] = field(default_factory=list)

    def leave_out(self, where: str, why: str) -> None:
        """Note something that is not taken."""
        self.left_out += 1
        if len(self.examples) < LEFT_OUT_SHOWN:
            self.examples.append(f"{where}: {why}")


def gather(product: str, rows: Iterable[Raw], zone: tzinfo | None) -> Gathered:
    """All readings of `rows`.

    Raises:
        FileRefused: there is not one, or there are more than `READINGS_MAX`.
    """
    found = Gathered(product)
    for row in rows:
        try:
            found.readings.append(reading_of(row, zone))
        except NotTaken as problem:
            found.leave_out(row.where, str(problem))
        if len(found.readings) > READINGS_MAX:
            raise FileRefused(f"it holds more than {READINGS_MAX:,} readings: bring it in by parts")
    if not found.readings:
        why = f" ({found.examples[0]})" if found.examples else ""
        raise FileRefused(f"it holds no readings{why}")
    return found


def reading_of(row: Raw, zone: tzinfo | None) -> Reading:
    """One row as a reading.

    Raises:
        NotTaken: a field cannot be understood.
    """
    if row.problem:
        raise NotTaken(row.problem)
    status = _number(row.status, "HTTP status", STATUS_MAX)
    took_ms = _number(row.ms, "duration in milliseconds", MS_MAX)
    return Reading(instant(row.at, zone), said_of(row.state, round(status)), round(status), round(took_ms * 1000))


def instant(value: object, zone: tzinfo | None) -> datetime:
    """An instant from ISO 8601, or from seconds or milliseconds since 1970.

    Raises:
        NotTaken: it is none, or it names no zone and none is given.
    """
    text = "" if value is None or isinstance(value, bool) else str(value).strip()
    try:
        found = _counted(float(text)) if _is_number(text) else datetime.fromisoformat(_without_space(text))
    except (ValueError, OverflowError) as problem:
        raise NotTaken(f"{text!r} is no time: write it as 2026-03-01T08:00:00Z") from problem
    if found.tzinfo is None:
        if zone is None:
            raise NotTaken(f"{text!r} names no time zone: add one, or say which is meant with --time-zone")
        found = found.replace(tzinfo=zone)
    if not YEAR_MIN <= found.year <= YEAR_MAX:
        raise NotTaken(f"the year {found.year} cannot be meant")
    return found.astimezone(UTC)


def said_of(state: object, status: int) -> Said:
    """What a state's word means; where there is none, the HTTP status tells.

    Raises:
        NotTaken: the word is not known, or there is neither.
    """
    word = "" if state is None else str(state).strip().lower()
    if word:
        if (said := _SAID.get(word)) is None:
            raise NotTaken(f"the state {word[:40]!r} is not known: write up, degraded, down or unknown")
        return said
    if not status:
        raise NotTaken("it has neither a state nor an HTTP status")
    return Said.DOWN if status >= STATUS_BAD_FROM else Said.UP


def _without_space(text: str) -> str:
    """ISO 8601 with a space before its zone, as `git log` and many exports write it."""
    return text.removesuffix(" UTC").replace(" +", "+").replace(" -", "-") + ("Z" if text.endswith(" UTC") else "")


def _counted(since_1970: float) -> datetime:
    seconds = since_1970 / 1000 if abs(since_1970) >= MILLISECONDS_FROM else since_1970
    return datetime.fromtimestamp(seconds, UTC)


def _number(value: object, what: str, most: float) -> float:
    text = "" if value is None else str(value).strip()
    if not text or text.lower() in ("null", "none", "-"):
        return 0
    try:
        found = float(text)
    except ValueError as problem:
        raise NotTaken(f"{text[:40]!r} is no {what}") from problem
    if not 0 <= found <= most:
        raise NotTaken(f"{text[:40]} is no {what}: it is from 0 to {most:g}")
    return found


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()
