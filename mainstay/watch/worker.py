"""Jobs of the watch: its tables stay small, silent tasks are found, late checks judged, and people alerted."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from mainstay.common import seals
from mainstay.common.addresses import AddressRefused
from mainstay.common.jobs import periodic, pump
from mainstay.watch import actions
from mainstay.watch.codes import State
from mainstay.watch.observe import observe
from mainstay.watch.queries.life import troubles

log = structlog.get_logger()

TURNS_MAX = 20
BOOK_TURNS_MAX = 100
"""A thousand websites in ten minutes, so that ten thousand are through within two hours."""
CALL_TIMEOUT_S = 10.0
PRUNING_TURNS_MAX = 200
"""A million checks in ten minutes: more than any one prober makes."""


@periodic(every=timedelta(minutes=10), queue="bulk")
def prune_checks(at: datetime) -> None:
    """Delete checks older than two days, in bounded turns."""
    for _ in range(PRUNING_TURNS_MAX):
        if not actions.prune_checks(at=at):
            return


@periodic(every=timedelta(minutes=30), queue="bulk")
def write_evidence(at: datetime) -> None:
    """Write and seal the days that have closed: a file a place and day, and what came late."""
    seals.seal_facts(at=at)
    for _ in range(TURNS_MAX):
        if not actions.write_evidence(at=at):
            return


@periodic(every=timedelta(hours=24), queue="bulk")
def prune_evidence(at: datetime) -> None:
    """Remove day files that nobody's contract year or the one before needs."""
    actions.prune_evidence(at=at)


@periodic(every=timedelta(hours=24), queue="bulk")
def prune_set_aside(at: datetime) -> None:
    """Delete results that were set aside long ago."""
    actions.prune_set_aside(at=at)


@periodic(every=timedelta(minutes=10), queue="bulk")
def close_books(at: datetime) -> None:
    """Close what of each website's year is past, and what was opened again, in bounded turns."""
    for _ in range(BOOK_TURNS_MAX):
        if not actions.close_books(at=at):
            return


@periodic(every=timedelta(minutes=5), queue="bulk")
def count_hours(at: datetime) -> None:
    """Count the response times of the hours that are over."""
    for _ in range(TURNS_MAX):
        if not actions.count_hour(at=at):
            return


@periodic(every=timedelta(hours=6), queue="bulk")
def roll_up_hours(at: datetime) -> None:
    """Merge old hours of response times into days, in bounded turns."""
    for _ in range(TURNS_MAX):
        if not actions.roll_up_hours(at=at):
            return


@pump(queue="bulk")
def carry_on_bulk_edits(at: datetime) -> int:
    """Change the next monitors of a bulk edit, fifty a turn."""
    return actions.carry_on(at=at)


@periodic(every=timedelta(hours=1), queue="bulk")
def prune_bulk_edits(at: datetime) -> None:
    """Delete bulk edits that were never confirmed, and old ones."""
    actions.prune_bulk_edits(at=at)


@periodic(every=timedelta(seconds=10), queue="timers")
def find_silent_tasks(at: datetime) -> None:
    """Note the heartbeats that are overdue, in bounded turns."""
    actions.listen(at=at)
    for _ in range(TURNS_MAX):
        if not actions.note_silence(at=at):
            return


@periodic(every=timedelta(seconds=10), queue="bulk")
def judge_late(at: datetime) -> None:
    """Judge what came in late, in bounded turns."""
    for _ in range(TURNS_MAX):
        if not actions.judge_late(at=at):
            return


@pump(queue="timers")
def send_alerts(at: datetime) -> int:
    """Tell everybody what is due, on each turn of the lane."""
    return actions.send_alerts(at=at)


@periodic(every=timedelta(seconds=30), queue="timers")
def raise_alerts(at: datetime) -> None:
    """Raise elsewhere what did not arrive."""
    actions.raise_alerts(at=at)


@periodic(every=timedelta(seconds=30), queue="timers")
def notice_monitors(at: datetime) -> None:
    """Find monitors that are slow or warn, where a rule asks for them."""
    actions.notice_monitors(at=at)


@periodic(every=timedelta(minutes=1), queue="notify", max_attempts=1)
def call_dead_man(at: datetime) -> None:
    """Call `MAINSTAY_DEAD_MAN_URL` while all is well. Silence is the alarm: a call that fails is logged, no more."""
    url = settings.MAINSTAY.dead_man_url
    if not url:
        return
    if wrong := troubles(at):
        log.error("not well: the dead-man's switch is not called", troubles=wrong)
        return
    try:
        found = observe(url, timeout_s=CALL_TIMEOUT_S, allow_private=settings.MAINSTAY.watch_allow_private).finding
    except AddressRefused as problem:
        log.error("MAINSTAY_DEAD_MAN_URL cannot be called", reason=problem.reason)
    else:
        if found.state not in (State.UP, State.DEGRADED):
            log.error("the dead-man's switch could not be called", code=found.code.value)
