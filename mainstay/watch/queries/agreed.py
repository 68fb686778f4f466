"""What is agreed with clients about downtime: the years, the rules, and what is excluded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mainstay.clients.models import Agreement, Organisation
from mainstay.clients.queries import PlannedWork, planned
from mainstay.policy import year as years
from mainstay.policy.ledger import Exclusion, Rules, Window, agreed, limit_for
from mainstay.policy.terms import Cause, Terms, default, load
from mainstay.policy.terms.words import YearKind
from mainstay.policy.year import BeforeContract, Period
from mainstay.watch.models import Exclusion as ExclusionRow

YEARS_MAX = 30


@dataclass(slots=True)
class Agreed:
    """The agreements of one client, oldest first, the work that was planned for its websites, and what of their
    outages was granted not to be charged.
    """

    client: Organisation
    agreements: list[Agreement] = field(default_factory=list)
    windows: list[PlannedWork] = field(default_factory=list)
    granted: list[ExclusionRow] = field(default_factory=list)

    @property
    def begins_at(self) -> datetime | None:
        """When the first agreement took effect; None without any."""
        return self.agreements[0].effective_at if self.agreements else None

    def agreement(self, at: datetime) -> Agreement | None:
        """The version in force at `at`; before the first one, none."""
        return next((each for each in reversed(self.agreements) if each.effective_at <= at), None)

    def terms(self, at: datetime) -> Terms:
        """The terms in force at `at`: of the first version before that, and the default ones without any."""
        found = self.agreement(at) or next(iter(self.agreements), None)
        return load(found.terms) if found else default()

    def year(self, at: datetime) -> Period | None:
        """The year that the downtime at `at` counts towards; None when no agreement was in force."""
        agreement = self.agreement(at)
        if agreement is None:
            return None
        kind = self.terms(at).downtime.year
        if kind is YearKind.CALENDAR:
            return years.calendar_year(agreement.zone, at)
        if kind is YearKind.ROLLING:
            return years.rolling_year(agreement.zone, at)
        return years.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)

    def years(self, start: datetime, end: datetime) -> list[Period]:
        """Whole years that cover [start, end), in order; time before the contract is a period of its own."""
        found: list[Period] = []
        at = start
        while at < end and len(found) < YEARS_MAX:
            found.append(self._around(at, end))
            at = found[-1].end
        return found or [Period(start, end)]

    def rules(self, year: Period, *, begins_at: datetime, at: datetime) -> Rules:
        """How time in `year` is counted: by the terms in force at its end, or now."""
        when = min(year.end - timedelta(microseconds=1), max(at, year.start))
        terms, agreement = self.terms(when), self.agreement(when)
        holidays = {date.fromisoformat(day) for day in agreement.holidays} if agreement else set()
        return Rules.of(terms.downtime, terms.office_hours(holidays=holidays), begins_at=begins_at)

    def limit(self, period: Period, at: datetime) -> timedelta:
        """The downtime that `period` of a year allows."""
        downtime, agreement = self.terms(at).downtime, self.agreement(at)
        if agreement is None or not downtime.pro_rata or downtime.year is not YearKind.CONTRACT:
            return downtime.limit
        whole = years.full_year(agreement.starts_on, agreement.zone, period.start, agreement.month_and_day)
        return limit_for(downtime.limit, period.length, whole.length)

    def exclusions(self, website_id: int, year: Period) -> Iterator[Exclusion]:
        """What a website's agreement does not charge: windows, by the terms when each began, and what was granted."""
        yield from self._granted(website_id, year)
        for each in self.windows:
            if each.website_id not in (None, website_id) or not (
                each.starts_at < year.end and each.ends_at > year.start
            ):
                continue
            downtime = self.terms(each.starts_at).downtime
            window = Window(each.starts_at, each.ends_at, announced_at=each.announced_at)
            yield from agreed([window], downtime.excluded, downtime.planned_notice, downtime.emergency_notice)

    def _granted(self, website_id: int, year: Period) -> Iterator[Exclusion]:
        for each in self.granted:
            if each.website_id == website_id and each.reaches_back_to < year.end and each.ends_at > year.start:
                yield Exclusion(each.reaches_back_to, each.ends_at, Cause(each.cause))

    def _around(self, at: datetime, end: datetime) -> Period:
        """The whole contract year that `at` lies in; before the contract, the time until it begins."""
        first = next(iter(self.agreements), None)
        if first is None:
            return years.calendar_year(self.client.zone, at)
        agreement = self.agreement(at) or first
        try:
            return years.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day)
        except BeforeContract:
            begun = agreement.effective_at
            first_year = years.contract_year(agreement.starts_on, agreement.zone, begun, agreement.month_and_day)
            return Period(at, min(end, first_year.start))


def agreed_with(client_ids: Iterable[int], at: datetime) -> dict[int, Agreed]:
    """What was agreed by `at` with each of the clients, in six queries."""
    found = {each.pk: Agreed(each) for each in Organisation.objects.filter(pk__in=set(client_ids))}
    for agreement in Agreement.objects.filter(client__in=list(found), effective_at__lte=at).order_by("effective_at"):
        found[agreement.client_id].agreements.append(agreement)
    for work in planned(found, None, at):
        found[work.client_id].windows.append(work)
    for granted in ExclusionRow.objects.counting().filter(client__in=list(found)):
        found[granted.client_id].granted.append(granted)
    return found
