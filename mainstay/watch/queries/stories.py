"""What happened in an outage, as a story that can be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from mainstay.watch.codes import Code
from mainstay.watch.models import CheckRow, Outage, Spell

EDGE_CHECKS_MAX = 15
RUNS_SHOWN_MAX = 100
AROUND = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `kind` is `event`, or `note` for what a person wrote for the team."""

    at: datetime
    who: str
    text: str
    kind: str = "event"


SURE = "The re-checks failed as well: the website is down."
SURE_AT_ONCE = "One report, or its lack, is enough: the website counts as down while the task stands so."
AGAIN = "The website answered again, and went on doing so."
AGAIN_HEARD = "The task reported that it went well."
STATED_START = "The website went down, as a member of staff stated."
STATED_END = "The website was up again, as a member of staff stated."


def story_of(outage: Outage) -> list[Event]:
    """The outage in order of time."""
    if outage.is_stated:
        return _stated(outage)
    events = [Event(outage.started_at, "First failed check", outage.sentence)]
    if outage.started_after is not None:
        text = "The website was last seen to be up. The outage began after this."
        events.append(Event(outage.started_after, "Last good check", text))
    is_heard = outage.code in (Code.BEAT_LATE, Code.BEAT_FAILED, Code.BEAT_UNFINISHED)
    events.append(Event(outage.confirmed_at, "Confirmed", SURE_AT_ONCE if is_heard else SURE))
    if outage.cause is not None:
        events.append(Event(outage.cause.started_at, "Cause", f"{outage.because[0].upper()}{outage.because[1:]}."))
    if outage.acknowledged_at is not None:
        note = outage.acknowledgement_note or "Took the outage on."
        events.append(Event(outage.acknowledged_at, str(outage.acknowledged_by), note, "note"))
    if outage.ended_after is not None:
        events.append(Event(outage.ended_after, "Last failed check", "The outage ended after this."))
    if outage.ended_at is not None:
        events.append(Event(outage.ended_at, "First good check", AGAIN_HEARD if is_heard else AGAIN))
    return sorted(events, key=lambda event: event.at)


def _stated(outage: Outage) -> list[Event]:
    """An outage whose times are a person's word."""
    events = [Event(outage.started_at, "Stated beginning", STATED_START)]
    if outage.ended_at is not None:
        events.append(Event(outage.ended_at, "Stated end", STATED_END))
    return events


def checks_around(outage: Outage, at: datetime) -> list[CheckRow]:
    """Single checks around an outage's edges, as far as they are still kept (two days): the nearest of either side."""
    theirs = CheckRow.objects.filter(monitor__environment=outage.environment_id, at__lte=at).select_related("monitor")
    found: dict[int, CheckRow] = {}
    for edge in (outage.started_at, outage.ended_at):
        if edge is not None:
            before = theirs.filter(at__lt=edge, at__gte=edge - AROUND).order_by("-at")[:EDGE_CHECKS_MAX]
            after = theirs.filter(at__gte=edge, at__lte=edge + AROUND).order_by("at")[:EDGE_CHECKS_MAX]
            found |= {each.pk: each for each in (*before, *after)}
    return sorted(found.values(), key=lambda each: each.at)


def seen_during(outage: Outage, at: datetime) -> QuerySet[Spell]:
    """What each place saw, in runs of like checks, from shortly before the outage until shortly after it."""
    until = min(at, (outage.ended_at or at) + AROUND)
    return (
        Spell.objects.filter(
            monitor__environment=outage.environment_id, to_at__gte=outage.started_at - AROUND, from_at__lte=until
        )
        .select_related("monitor")
        .order_by("place", "monitor", "from_at")[:RUNS_SHOWN_MAX]
    )
