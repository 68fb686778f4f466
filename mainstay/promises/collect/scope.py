"""The clients that are judged, each with what it agreed to at the instant."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from mainstay.clients.facts import ClientEdited
from mainstay.clients.models import Agreement, Organisation, Website
from mainstay.common.models import FactRecord
from mainstay.policy import year
from mainstay.policy.hours import OfficeHours
from mainstay.policy.terms import Terms, load
from mainstay.policy.terms.words import YearKind

T = TypeVar("T")


@dataclass(frozen=True)
class Bound:
    """One client under an agreement in force. Frozen; what is derived is worked out once.

    `first` is the first version that took effect. The contract may be older; nothing is owed for the time before it.
    """

    client: Organisation
    agreement: Agreement
    first: Agreement
    at: datetime

    @cached_property
    def terms(self) -> Terms:
        return load(self.agreement.terms)

    @cached_property
    def hours(self) -> OfficeHours:
        return self.terms.office_hours({date.fromisoformat(day) for day in self.agreement.holidays})

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.agreement.zone

    @property
    def began_on(self) -> date:
        """The first day that anything was promised for."""
        return max(self.agreement.starts_on, self.first.effective_from)

    @cached_property
    def year(self) -> year.Period:
        """The year that the instant lies in, as the agreement counts years of downtime."""
        kind = self.terms.downtime.year
        if kind is YearKind.CALENDAR:
            return year.calendar_year(self.zone, self.at)
        if kind is YearKind.ROLLING:
            return year.rolling_year(self.zone, self.at)
        return year.contract_year(self.agreement.starts_on, self.zone, self.at, self.agreement.month_and_day)

    def local(self, at: datetime) -> datetime:
        """`at` in the agreement's zone."""
        return at.astimezone(self.zone)


@dataclass(frozen=True)
class Scope:
    """All clients that are judged together."""

    at: datetime
    bounds: dict[int, Bound]

    @property
    def ids(self) -> list[int]:
        return list(self.bounds)

    def __iter__(self) -> Iterator[Bound]:
        return iter(self.bounds.values())

    def once(self, gather: Callable[["Scope"], T]) -> T:
        """What `gather` reads for these clients, read once however many collectors ask for it."""
        if gather not in self._gathered:
            self._gathered[gather] = gather(self)
        found: T = self._gathered[gather]
        return found

    @cached_property
    def _gathered(self) -> dict[Any, Any]:
        return {}

    @cached_property
    def websites(self) -> dict[int, list[Website]]:
        """The websites that were looked after at the instant, by client, each in the order of their names."""
        found: dict[int, list[Website]] = {pk: [] for pk in self.bounds}
        for website in looked_after(self.ids, self.at):
            found[website.client_id].append(website)
        return found


def looked_after(client_ids: Iterable[int], at: datetime) -> list[Website]:
    """The websites that were looked after at `at`, by name. Whatever was changed since is turned back."""
    ids = list(client_ids)
    edits = FactRecord.objects.filter(kind=ClientEdited.kind, client__in=ids, at__gt=at).values_list("body", flat=True)
    turned = Counter(field for body in edits for field in body["fields"])
    websites = Website.objects.filter(client__in=ids, created_at__lte=at).select_related("client")
    return [each for each in websites if each.is_active is (turned[f"website:{each.pk}.is_active"] % 2 == 0)]


def scope_of(clients: Iterable[Organisation], at: datetime) -> Scope:
    """The clients among `clients` that an agreement binds at `at`, in one query."""
    by_id = {client.pk: client for client in clients}
    agreements = Agreement.objects.filter(client__in=list(by_id), effective_at__lte=at).order_by("effective_at")
    versions: dict[int, list[Agreement]] = defaultdict(list)
    for each in agreements:
        versions[each.client_id].append(each)
    return Scope(at, {pk: Bound(by_id[pk], versions[pk][-1], versions[pk][0], at) for pk in by_id if pk in versions})
