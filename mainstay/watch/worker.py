"""Jobs of the watch: its tables stay small, silent tasks are found, and late checks judged."""

from datetime import datetime, timedelta

from mainstay.common.jobs import periodic, pump
from mainstay.watch import actions

TURNS_MAX = 20
PRUNING_TURNS_MAX = 200
"""A million checks in ten minutes: more than any one prober makes."""


@periodic(every=timedelta(minutes=10), queue="bulk")
def prune_checks(at: datetime) -> None:
    """Delete checks older than two days, in bounded turns."""
    for _ in range(PRUNING_TURNS_MAX):
        if not actions.prune_checks(at=at):
            return


@periodic(every=timedelta(hours=24), queue="bulk")
def prune_set_aside(at: datetime) -> None:
    """Delete results that were set aside long ago."""
    actions.prune_set_aside(at=at)


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
