"""Taking whole runs of checks in: the past of the demo world, or from another monitoring system."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mainstay.watch.actions.judging import Judging
from mainstay.watch.actions.running import spell_of
from mainstay.watch.actions.settling import PROCESS
from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.facts import Finding, Phases, Source
from mainstay.watch.models import Monitor, Spell
from mainstay.watch.rules.judge import Look
from mainstay.watch.rules.runs import Run, instants


def take_in_spell(
    *,
    monitor: Monitor,
    code: Code,
    from_at: datetime,
    to_at: datetime,
    checks: int,
    place: str,
    detail: str = "",
    total_us: int = 0,
    source: Source = Source.DEMO,
    by: Any = PROCESS,
) -> int:
    """Take in one run of `checks` like checks, evenly spread from `from_at`, the last of which vouches until `to_at`.

    They go through the same judge as live ones and make outages as those do. Facts are dated to the check that made
    the judge sure. Returns how many runs were new.
    """
    step = (to_at - from_at) / checks
    run = Run(state_of(code), code, from_at, to_at - step, to_at, checks, detail)
    return take_in_spells(monitor=monitor, runs=[run], place=place, total_us=total_us, source=source, by=by)


@transaction.atomic
def take_in_spells(
    *,
    monitor: Monitor,
    runs: Sequence[Run],
    place: str,
    total_us: int = 0,
    source: Source = Source.DEMO,
    by: Any = PROCESS,
) -> int:
    """Take in many runs of one monitor in one transaction; as `take_in_spell`. Runs on record change nothing."""
    known = set(Spell.objects.filter(monitor=monitor, place=place).values_list("from_at", flat=True))
    fresh = sorted((run for run in runs if run.from_at not in known), key=lambda run: run.from_at)
    if not fresh:
        return 0
    judging = Judging.opened([monitor], by=by, source=source)
    for run in fresh:
        _judge(run, monitor, place, judging)
    last = fresh[-1]
    judging.show(monitor.pk, Finding(last.code, last.detail, phases=Phases(first_byte_us=total_us)))
    judging.save()
    Spell.objects.bulk_create([spell_of(run, monitor, place, source) for run in fresh])
    return len(fresh)


def _judge(run: Run, monitor: Monitor, place: str, judging: Judging) -> None:
    """Show the judge what it has to see of a run: each look vouches until the next one, the last until the end."""
    if run.state == State.UNKNOWN:
        return
    seen = instants(run)
    for at, until in zip(seen, [*seen[1:], run.to_at], strict=True):
        vouches_for = max(until - at, timedelta())
        look = Look(at, run.state, vouches_for, run.code, run.detail, place=place)
        judging.look(monitor.pk, look, at, at)
