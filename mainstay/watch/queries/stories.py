"""What happened in an outage, as a story that can be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from mainstay.watch.codes import Code
from mainstay.watch.models import CheckRow, Outage

CHECKS_SHOWN_MAX = 50
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


def story_of(outage: Outage) -> list[Event]:
    """The outage in order of time."""
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


def checks_around(outage: Outage, at: datetime) -> QuerySet[CheckRow]:
    """Single checks around an outage's start, as far as they are still kept (two days)."""
    return (
        CheckRow.objects.filter(
            monitor__environment=outage.environment_id,
            at__gte=outage.started_at - AROUND,
            at__lte=min(at, (outage.ended_at or at) + AROUND),
        )
        .select_related("monitor")
        .order_by("at")[:CHECKS_SHOWN_MAX]
    )
