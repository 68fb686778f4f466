"""The stretches of time for which people ask what a website's downtime comes to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mainstay.clients.models import Website
from mainstay.policy import year as years
from mainstay.policy.terms.words import YearKind
from mainstay.policy.year import BeforeContract, Period
from mainstay.watch.queries.agreed import Agreed, agreed_with

LABELS = {
    YearKind.CONTRACT: "Contract year",
    YearKind.CALENDAR: "Calendar year",
    YearKind.ROLLING: "Last 365 days",
}
LONGEST = timedelta(days=366 * 3)
FIRST, LAST = date(1990, 1, 1), date(2200, 1, 1)


class NoPeriod(ValueError):
    """The text names no stretch of time that can be asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A stretch of time with what it is called. `is_judged` is the year that the promise is judged by."""

    key: str
    label: str
    period: Period
    is_judged: bool = False


def periods(website: Website, at: datetime) -> list[NamedPeriod]:
    """The years that the agreement judges by and shows beside it, then the contract year before, and the months."""
    agreed = agreed_with([website.client_id], at)[website.client_id]
    zone, downtime = _zone(agreed, website, at), agreed.terms(at).downtime
    kinds = [downtime.year, *(each for each in downtime.also_shown if each is not downtime.year)]
    found = [
        NamedPeriod(kind.value, LABELS[kind], period, is_judged=kind is downtime.year)
        for kind in kinds
        if (period := _year(agreed, kind, zone, at)) is not None
    ]
    found += _before(agreed, at)
    here = at.astimezone(zone)
    first = here.date().replace(day=1)
    for months_ago in range(2):
        found.append(_month(zone, first, months_ago))
    return found


def chosen(website: Website, first: str, last: str, at: datetime) -> NamedPeriod:
    """From the first day up to and with the last, both as 2026-10-31 in the agreement's zone.

    Raises:
        NoPeriod: one is no day, they are the wrong way round, or more than three years apart.
    """
    agreed = agreed_with([website.client_id], at)[website.client_id]
    zone = _zone(agreed, website, at)
    start, end = _day(first), _day(last)
    if end < start:
        raise NoPeriod("The last day comes before the first.")
    if end - start > LONGEST:
        raise NoPeriod("Choose three years at most.")
    period = Period(_midnight(start, zone), _midnight(end + timedelta(days=1), zone))
    return NamedPeriod("chosen", f"{_said(start)} to {_said(end)}", period)


def _year(agreed: Agreed, kind: YearKind, zone: ZoneInfo, at: datetime) -> Period | None:
    if kind is YearKind.CALENDAR:
        return years.calendar_year(zone, at)
    if kind is YearKind.ROLLING:
        return years.rolling_year(zone, at)
    agreement = agreed.agreement(at)
    if agreement is None:
        return None
    return years.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)


def _before(agreed: Agreed, at: datetime) -> list[NamedPeriod]:
    """The contract year before the present one, where there was one."""
    agreement = agreed.agreement(at)
    if agreement is None:
        return []
    present = years.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)
    try:
        before = years.contract_year(
            agreement.starts_on, agreement.zone, present.start - timedelta(days=1), agreement.month_and_day
        )
    except BeforeContract:
        return []
    return [NamedPeriod("before", "Contract year before", before)]


def _month(zone: ZoneInfo, first: date, months_ago: int) -> NamedPeriod:
    day = first
    for _ in range(months_ago):
        day = (day - timedelta(days=1)).replace(day=1)
    return NamedPeriod(f"{day:%Y-%m}", f"{day:%B %Y}", years.month(zone, day.year, day.month))


def _zone(agreed: Agreed, website: Website, at: datetime) -> ZoneInfo:
    agreement = agreed.agreement(at)
    return agreement.zone if agreement is not None else website.client.zone


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoPeriod("Write each day as 2026-10-31.") from None
    if not FIRST <= day <= LAST:
        raise NoPeriod("Choose days between 1990 and 2200.")
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
