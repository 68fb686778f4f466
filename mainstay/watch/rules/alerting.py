"""Who is to be alerted of what, and when: steps, quiet hours, repeats, and what goes into one letter. Pure.

A recipient hears of an event once (`FIRST`), again every so often until somebody has taken it on (`REPEAT`, at most
`REPEATS_MAX` times), and of its end (`END`). What was over before anybody could be told is told once, as past
(`AFTERWARDS`). Whoever was told of what turns out to have been none is told that (`TAKEN_BACK`), and nobody else is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from mainstay.watch.alert_facts import Event

REPEATS_MAX = 12
SETTLE = timedelta(seconds=1)
"""How long the first alert waits for company, counted from the confirmation."""

LETTER_EVERY = timedelta(seconds=1)
LETTERS_WITHIN = timedelta(seconds=30)
"""To one recipient, about one kind of event and one cause, letters follow each other no sooner than `LETTER_EVERY`.

Within `LETTERS_WITHIN` a further one goes only if it tells at least as much as all before it. So whatever many websites
share is told within seconds of its confirmation, and five hundred of them never make more than a handful of letters.
"""

TOLD_AS_PAST = (Event.DOWN, Event.DOUBT)


class Step(StrEnum):
    """What a recipient is told about an event."""

    FIRST = "first"
    REPEAT = "repeat"
    END = "end"
    AFTERWARDS = "afterwards"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the wall clock in `zone` in which nothing is said, across midnight where `end` is before `start`."""

    start: time
    end: time
    zone: ZoneInfo

    def until(self, at: datetime) -> datetime:
        """When what is due at `at` may be said: `at` itself outside the quiet hours, else their end."""
        here = at.astimezone(self.zone)
        if not self._holds(here.time()):
            return at
        day = here.date() + timedelta(days=1) if here.time() >= self.end else here.date()
        ends = (datetime.combine(day, self.end, self.zone).replace(fold=fold) for fold in (0, 1))
        return next(end for end in (each.astimezone(UTC) for each in ends) if end > at)

    def _holds(self, wall: time) -> bool:
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as it meets one recipient: of which events, after how long, how often again, and when not.

    `urgent` events are told also in quiet hours.
    """

    events: frozenset[Event]
    after: timedelta = timedelta()
    repeat: timedelta | None = None
    quiet: Quiet | None = None
    urgent: frozenset[Event] = frozenset()


@dataclass(frozen=True, slots=True)
class Going:
    """An event: when it began, when that was known, when it ended, and when somebody took it on."""

    event: Event
    began_at: datetime
    known_at: datetime
    ended_at: datetime | None = None
    acknowledged_at: datetime | None = None
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A step that the recipient was told of the event."""

    step: Step
    at: datetime


def next_step(wanted: Wanted, going: Going, said: Sequence[Said], now: datetime) -> Said | None:
    """The next step of one recipient and the instant at which it is due: now when it is. None when there is none."""
    if going.is_taken_back:
        is_news = bool(said) and all(each.step is not Step.TAKEN_BACK for each in said)
        return Said(Step.TAKEN_BACK, _spoken(wanted, going, now)) if is_news else None
    if going.ended_at is not None:
        return _after_the_end(wanted, going, said, now)
    if going.event not in wanted.events:
        return None
    began = [each for each in said if each.step in (Step.FIRST, Step.REPEAT)]
    if not began:
        return _first(wanted, going, now)
    if wanted.repeat is None or going.acknowledged_at is not None or len(began) > REPEATS_MAX:
        return None
    return Said(Step.REPEAT, _spoken(wanted, going, max(began[-1].at + wanted.repeat, now)))


def _first(wanted: Wanted, going: Going, now: datetime) -> Said | None:
    """What waits for the event to go on is not said any more once somebody has taken it on."""
    planned = max(going.known_at, going.began_at + wanted.after)
    if wanted.after and going.acknowledged_at is not None and going.acknowledged_at <= planned:
        return None
    return Said(Step.FIRST, _spoken(wanted, going, max(planned, now)))


def _after_the_end(wanted: Wanted, going: Going, said: Sequence[Said], now: datetime) -> Said | None:
    steps = {each.step for each in said}
    if steps & {Step.END, Step.AFTERWARDS}:
        return None
    if steps:
        return Said(Step.END, _spoken(wanted, going, now)) if Event.UP in wanted.events else None
    if going.event not in wanted.events:
        is_only_end = going.event is Event.DOWN and Event.UP in wanted.events
        return Said(Step.END, _spoken(wanted, going, now)) if is_only_end else None
    missed = _spoken(wanted, going, going.began_at + wanted.after) < (going.ended_at or now)
    is_told = going.event in TOLD_AS_PAST and missed and not (wanted.after and going.acknowledged_at)
    return Said(Step.AFTERWARDS, _spoken(wanted, going, now)) if is_told else None


def _spoken(wanted: Wanted, going: Going, at: datetime) -> datetime:
    """When something due at `at` may be said."""
    if wanted.quiet is None or going.event in wanted.urgent:
        return at
    return wanted.quiet.until(at)


Rule = TypeVar("Rule")


def most_specific(website: Sequence[Rule], client: Sequence[Rule], agency: Sequence[Rule]) -> Sequence[Rule]:
    """The set of rules that counts: the website's where it has any, else the client's, else the agency's."""
    return website or client or agency


@dataclass(frozen=True, slots=True)
class Line:
    """One step of one event for one recipient. `cause` is what events share, as the host they stand behind."""

    case_id: int
    recipient: str
    event: Event
    step: Step
    cause: str = ""

    @property
    def group(self) -> "Group":
        return self.recipient, self.event, self.step, self.cause


Group = tuple[str, Event, Step, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that went out: when, and how many lines it held."""

    at: datetime
    lines: int


def grouped(
    lines: Iterable[Line], lately: Mapping[Group, Sequence[Letter]], now: datetime
) -> tuple[dict[Group, list[Line]], dict[int, datetime]]:
    """What goes into one letter each, and when the other cases are looked at again.

    `lately` are the letters of a group within `LETTERS_WITHIN` before now, in order.
    """
    due: dict[Group, list[Line]] = {}
    for line in lines:
        due.setdefault(line.group, []).append(line)
    letters = {group: each for group, each in due.items() if _may_go(lately.get(group, ()), len(each), now)}
    held = {line.case_id: now + LETTER_EVERY for group, each in due.items() if group not in letters for line in each}
    return letters, held


def _may_go(lately: Sequence[Letter], lines: int, now: datetime) -> bool:
    counting = [each for each in lately if each.at + LETTERS_WITHIN > now]
    if not counting:
        return True
    return now >= counting[-1].at + LETTER_EVERY and lines >= sum(each.lines for each in counting)
