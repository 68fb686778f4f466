"""Planned work that comes again and again: planned, changed from now on, ended, or called off once."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.affording import afford
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import SeriesChanged, SeriesEnded, SeriesPlanned, SeriesSkipped
from mainstay.clients.models import Organisation, SkippedWindow, Website, WindowSeries
from mainstay.clients.queries.planned import LONGEST
from mainstay.clients.rules.recurrence import Recurrence, RecurrenceWrong, Schedule
from mainstay.common import facts

TIMES = ("rule", "starts_on", "from_time", "until_time", "time_zone", "website_id")
"""What a client has to be told of again when it changes."""

PLANNED = (*TIMES, "reason", "down_minutes")


class SeriesOver(ValueError):
    """The series was ended or changed before, or the occurrence has begun: what happened stands."""


@transaction.atomic
def plan_series(
    *,
    client: Organisation,
    recurrence: Recurrence,
    starts_on: date,
    from_time: time,
    until_time: time,
    time_zone: str,
    reason: str,
    website: Website | None = None,
    down_minutes: int | None = None,
    approval: str = "",
    by: User | facts.Process,
    at: datetime,
) -> WindowSeries:
    """Plan work that comes again and again from `at` on. The client counts as told at `at`.

    `approval` is why `by` lets it be planned although the downtime budget cannot pay for it.

    Raises:
        WindowUnaffordable: the budget cannot pay for it, and it was not approved by somebody who may.
        RecurrenceWrong: nothing of it is still to come.
    """
    take_turn(client)
    series = WindowSeries(
        client=client,
        down_minutes=down_minutes,
        website=website,
        rule=str(recurrence),
        starts_on=starts_on,
        from_time=from_time,
        until_time=until_time,
        time_zone=time_zone,
        reason=reason,
        announced_at=at,
        valid_from=at,
    )
    _check(series, at)
    series.save(force_insert=True)
    fact = SeriesPlanned(
        client_id=client.pk, series_id=series.pk, website_id=website.pk if website else None, rule=series.rule
    )
    facts.record(fact, by=by, at=at, client=client)
    afford(planned=series, approval=approval, by=by, at=at)
    return series


@transaction.atomic
def change_series(
    *, series: WindowSeries, approval: str = "", by: User | facts.Process, at: datetime, **changes: Any
) -> WindowSeries:
    """Plan it otherwise for all that begins from `at` on, or from the end of what is under way then; what began before
    stays as it was planned and announced.

    `changes` are those of `plan_series`. When times or the website change the client counts as told of them at `at`;
    single occurrences that were called off are, as far as they still fall at the same time.

    Raises:
        SeriesOver: it was ended or changed before.
        RecurrenceWrong: nothing of it is still to come.
        WindowUnaffordable: the budget cannot pay for it, and it was not approved by somebody who may.
    """
    take_turn(series.client)
    old = _going(series)
    new = _version(old, changes)
    fields = tuple(name for name in PLANNED if getattr(old, name) != getattr(new, name))
    if not fields:
        return old
    has_moved = any(name in TIMES for name in fields)
    new.follows_id, new.valid_from = old.first_id, _free_from(old, at)
    new.announced_at = at if has_moved else old.announced_at
    if fields == ("reason",):
        new.approved_by, new.approval = old.approved_by, old.approval
    _check(new, at)
    _end(old, at)
    new.save(force_insert=True)
    _keep_skipped(old, new, at)
    fact = SeriesChanged(client_id=new.client_id, series_id=new.pk, before_id=old.pk, fields=fields)
    facts.record(fact, by=by, at=at, client=new.client)
    if fields != ("reason",):
        afford(planned=new, approval=approval, by=by, at=at)
    return new


@transaction.atomic
def end_series(*, series: WindowSeries, by: User | facts.Process, at: datetime) -> None:
    """Plan nothing more of it. What has begun stands.

    Raises:
        SeriesOver: it was ended or changed before.
    """
    old = _going(series)
    _end(old, at)
    facts.record(SeriesEnded(client_id=old.client_id, series_id=old.pk), by=by, at=at, client=old.client)


@transaction.atomic
def skip_window(*, series: WindowSeries, starts_at: datetime, by: User | facts.Process, at: datetime) -> None:
    """Call the occurrence that begins at `starts_at` off, before it does.

    Raises:
        SeriesOver: it has begun, there is none, or it was called off before.
    """
    old = _going(series)
    falls = any(True for _ in old.schedule.between(starts_at, starts_at + timedelta(microseconds=1)))
    if starts_at <= at or not falls or old.skipped.filter(starts_at=starts_at).exists():
        raise SeriesOver("This window has begun, or was cancelled before.")
    SkippedWindow.objects.create(client_id=old.client_id, series=old, starts_at=starts_at, cancelled_at=at)
    fact = SeriesSkipped(client_id=old.client_id, series_id=old.pk, starts_at=starts_at.isoformat())
    facts.record(fact, by=by, at=at, client=old.client)


def _going(series: WindowSeries) -> WindowSeries:
    rows = WindowSeries.objects.select_for_update(of=("self",)).select_related("client")
    found = rows.filter(pk=series.pk, valid_until__isnull=True).first()
    if found is None:
        raise SeriesOver("This series was ended or changed before. Look at the client's page for what is planned now.")
    return found


def _version(old: WindowSeries, changes: dict[str, Any]) -> WindowSeries:
    """What is planned of `old`, with `changes`, as a row that is not saved yet."""
    new = WindowSeries(client=old.client, **{name: getattr(old, name) for name in PLANNED})
    if "recurrence" in changes:
        new.rule = str(changes.pop("recurrence"))
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _keep_skipped(old: WindowSeries, new: WindowSeries, at: datetime) -> None:
    """What was called off of `old` and is still to come is called off of `new`, where it falls at the same time."""
    SkippedWindow.objects.bulk_create(
        SkippedWindow(client_id=new.client_id, series=new, starts_at=each.starts_at, cancelled_at=each.cancelled_at)
        for each in old.skipped.filter(starts_at__gte=at)
    )


def _free_from(series: WindowSeries, at: datetime) -> datetime:
    """The end of the occurrence that is under way; without one, now."""
    ends = [ends_at for _, ends_at in series.schedule.between(max(series.valid_from, at - LONGEST), at) if ends_at > at]
    return max([at, series.valid_from, *ends])


def _end(series: WindowSeries, at: datetime) -> None:
    series.valid_until = max(at, series.valid_from)
    series.save(update_fields=["valid_until"])


def _check(series: WindowSeries, at: datetime) -> None:
    schedule: Schedule = series.schedule
    last = datetime.combine(date.max.replace(year=2100), time(), ZoneInfo("UTC"))
    if next(schedule.between(at, last), None) is None:
        raise RecurrenceWrong("Nothing of this is still to come.")
