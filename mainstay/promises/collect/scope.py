"""The clients that are judged, each with what it agreed to at the instant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from mainstay.clients.models import Agreement, Organisation, Website
from mainstay.policy import year
from mainstay.policy.hours import OfficeHours
from mainstay.policy.terms import Terms, load


@dataclass(frozen=True)
class Bound:
    """One client under an agreement in force. Frozen; what is derived is worked out once."""

    client: Organisation
    agreement: Agreement
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

    @cached_property
    def year(self) -> year.Period:
        """The contract year that the instant lies in."""
        return year.contract_year(self.agreement.starts_on, self.zone, self.at)

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

    @cached_property
    def websites(self) -> dict[int, list[Website]]:
        """The websites that are looked after, by client, each in the order of their names."""
        found: dict[int, list[Website]] = {pk: [] for pk in self.bounds}
        for website in Website.objects.filter(client__in=self.ids, is_active=True, created_at__lte=self.at):
            found[website.client_id].append(website)
        return found


def scope_of(clients: Iterable[Organisation], at: datetime) -> Scope:
    """The clients among `clients` that an agreement binds at `at`, in one query."""
    by_id = {client.pk: client for client in clients}
    agreements = Agreement.objects.filter(client__in=list(by_id), effective_at__lte=at).order_by("effective_at")
    in_force = {each.client_id: each for each in agreements}
    return Scope(at, {pk: Bound(by_id[pk], in_force[pk], at) for pk in by_id if pk in in_force})
