"""Many monitors changed at once: each as a single edit would change it, with a fact of its own.

A plan says first what would change. Once confirmed it is carried out in turns of fifty, so that the probers
and other people are not kept waiting, and it goes on after a crash where it stood.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mainstay.access.models import User
from mainstay.common import facts, jobs
from mainstay.watch.actions import monitors
from mainstay.watch.actions.monitors import MonitorRefused
from mainstay.watch.facts import MonitorsChangedTogether
from mainstay.watch.models import BulkEdit, BulkLine, Monitor
from mainstay.watch.models.bulk import LineState
from mainstay.watch.probes import KINDS
from mainstay.watch.rules import bulk
from mainstay.watch.rules.bulk import Subject

TURN = 50
LINES_MAX = 50_000
BATCH = 2_000
PLAN_KEPT = timedelta(days=1)
ENDED_KEPT = timedelta(days=30)
CHANGED_SINCE = "It was changed since."
WITH_MONITOR = ("monitor__client", "monitor__environment__website")


class BulkRefused(ValueError):
    """The bulk edit cannot be made, confirmed or undone; the text says why."""


@transaction.atomic
def plan_bulk(*, among: QuerySet[Monitor], wanted: dict[str, Any], by: User, at: datetime) -> BulkEdit:
    """Write down what `wanted`, one field with its value, would change on `among`. Nothing is changed yet.

    Raises:
        BulkRefused: they are more than 50,000.
    """
    edit = BulkEdit.objects.create(made_by=by, made_at=at, wanted=wanted)
    left_alone: Counter[str] = Counter()
    lines: list[BulkLine] = []
    for monitor in among.filter(retired_at__isnull=True).order_by("pk")[: LINES_MAX + 1]:
        planned = bulk.plan(_subject(monitor), wanted)
        if planned.before is None:
            left_alone[planned.reason] += 1
        else:
            lines.append(BulkLine(client_id=monitor.client_id, edit=edit, monitor_id=monitor.pk, before=planned.before))
    if len(lines) > LINES_MAX:
        raise BulkRefused(f"One bulk edit changes at most {LINES_MAX:,} monitors: narrow the list.")
    BulkLine.objects.bulk_create(lines, batch_size=BATCH)
    edit.left_alone = dict(left_alone)
    edit.save(update_fields=["left_alone"])
    return edit


@transaction.atomic
def confirm_bulk(*, edit: BulkEdit, by: User, at: datetime) -> None:
    """Let a plan be carried out; confirming twice changes nothing.

    Raises:
        BulkRefused: the plan is more than a day old.
    """
    if at - edit.made_at > PLAN_KEPT:
        raise BulkRefused("This plan is more than a day old: make it again.")
    if BulkEdit.objects.filter(pk=edit.pk, confirmed_at__isnull=True).update(confirmed_at=at, confirmed_by=by):
        _set_going(edit, by, at)


@transaction.atomic
def undo_bulk(*, edit: BulkEdit, by: User, at: datetime) -> BulkEdit:
    """Set the monitors back to what they were, where nobody changed them since. A second undo returns the first.

    Raises:
        BulkRefused: it has not ended, its time for undoing is over, or there is nothing to set back.
    """
    edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
    if (undone := BulkEdit.objects.filter(undoes=edit).first()) is not None:
        return undone
    if edit.undo_until is None:
        raise BulkRefused("It has not ended yet: it can be undone then.")
    if at > edit.undo_until:
        raise BulkRefused("It can be undone for 15 minutes, which are over: make another bulk edit.")
    if edit.undoes_id is not None or bulk.LOOK_NOW in edit.wanted:
        raise BulkRefused("There is nothing to set back.")
    undone = BulkEdit.objects.create(made_by=by, made_at=at, confirmed_at=at, confirmed_by=by, wanted={}, undoes=edit)
    done = edit.lines.filter(state=LineState.DONE).order_by("pk")
    BulkLine.objects.bulk_create(
        [
            BulkLine(
                client_id=each.client_id, edit=undone, monitor_id=each.result_id or each.monitor_id, before=each.before
            )
            for each in done
        ],
        batch_size=BATCH,
    )
    _set_going(undone, by, at)
    return undone


def carry_on(*, at: datetime) -> int:
    """Change the next monitors of the oldest edit under way, 50 at most. Returns how many; 0 when none is left.

    Finding out that none is takes no write lock.
    """
    under_way = BulkEdit.objects.filter(confirmed_at__isnull=False, finished_at__isnull=True).order_by("confirmed_at")
    return _carry_on(under_way, at) if under_way.exists() else 0


@transaction.atomic
def _carry_on(under_way: QuerySet[BulkEdit], at: datetime) -> int:
    edit = under_way.select_for_update(of=("self",)).select_related("made_by", "undoes").first()
    if edit is None:
        return 0
    lines = list(edit.lines.filter(state=LineState.WAITING).select_related(*WITH_MONITOR).order_by("pk")[:TURN])
    for line in lines:
        _change(edit, line, at)
    BulkLine.objects.bulk_update(lines, ["state", "reason", "result"])
    if len(lines) < TURN:
        edit.finished_at = at
        edit.save(update_fields=["finished_at"])
    return max(1, len(lines))


@transaction.atomic
def prune_bulk_edits(*, at: datetime) -> int:
    """Delete plans that nobody confirmed within a day, and what ended thirty days ago. Returns how many."""
    plans = BulkEdit.objects.filter(confirmed_at__isnull=True, made_at__lt=at - PLAN_KEPT)
    ended = BulkEdit.objects.filter(finished_at__lt=at - ENDED_KEPT)
    return sum(int(found.delete()[0]) for found in (plans, ended))


def _set_going(edit: BulkEdit, by: User, at: datetime) -> None:
    facts.record(MonitorsChangedTogether(edit.pk, edit.lines.count(), edit.made_by_id), by=by, at=at)
    jobs.wake("bulk")


def _change(edit: BulkEdit, line: BulkLine, at: datetime) -> None:
    wanted = edit.wanted or line.before
    set_before = edit.undoes.wanted if edit.undoes is not None else line.before
    if not _stands(line.monitor, set_before):
        line.state, line.reason = LineState.LEFT, CHANGED_SINCE
        return
    try:
        line.result = _set(line.monitor, wanted, edit.confirmed_by or edit.made_by, at)
    except MonitorRefused as problem:
        line.state, line.reason = LineState.LEFT, str(problem)[:200]
    else:
        line.state = LineState.DONE


def _stands(monitor: Monitor, expected: dict[str, Any]) -> bool:
    """Whether the monitor is as it was when the plan was made."""
    found = {field: getattr(monitor, field) for field in expected}
    return found == expected and (expected.get(bulk.IS_RETIRED, False) or not monitor.is_retired)


def _set(monitor: Monitor, wanted: dict[str, Any], by: User, at: datetime) -> Monitor:
    if bulk.IS_ENABLED in wanted:
        (monitors.resume if wanted[bulk.IS_ENABLED] else monitors.pause)(monitor=monitor, by=by, at=at)
    elif bulk.IS_RETIRED in wanted:
        (monitors.retire if wanted[bulk.IS_RETIRED] else monitors.restore)(monitor=monitor, by=by, at=at)
    elif bulk.LOOK_NOW in wanted:
        monitors.look_now(monitor=monitor, by=by, at=at)
    else:
        return monitors.change_monitor(monitor=monitor, changes=wanted, by=by, at=at)
    return monitor


def _subject(monitor: Monitor) -> Subject:
    kind = KINDS[monitor.kind]
    return Subject(
        monitor.interval_seconds,
        monitor.timeout_seconds,
        monitor.counts,
        monitor.is_enabled,
        kind.is_called,
        kind.interval_s_min,
        kind.interval_s_max,
    )
