"""Jobs of the watch: its tables stay small, and silent tasks are found."""

from datetime import datetime, timedelta

from mainstay.common.jobs import periodic
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


@periodic(every=timedelta(seconds=10), queue="timers")
def find_silent_tasks(at: datetime) -> None:
    """Note the heartbeats that are overdue, in bounded turns."""
    actions.listen(at=at)
    for _ in range(TURNS_MAX):
        if not actions.note_silence(at=at):
            return
