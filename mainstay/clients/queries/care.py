"""Who looks after a client: by name, and today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from mainstay.access.models import User
from mainstay.clients.facts import Part
from mainstay.clients.models import Absence, Assignment, Organisation
from mainstay.clients.queries.duty import away_at
from mainstay.clients.rules.roster import Turn, present


@dataclass(frozen=True)
class Care:
    """The account manager and deputy of a client, and who of them is there.

    `today` is whom to turn to now: the manager, else the deputy, else whoever stands in for one of them; None where
    nobody is there. `away_until` is when a manager who is away is back.
    """

    manager: User | None = None
    deputy: User | None = None
    today: User | None = None
    away_until: datetime | None = None

    @property
    def is_stood_in(self) -> bool:
        """Whether somebody else stands in for the manager today."""
        return self.today is not None and self.today != self.manager

    @property
    def named(self) -> list[User]:
        return [each for each in (self.manager, self.deputy) if each is not None]


def care_of(clients: Iterable[Organisation], at: datetime) -> dict[int, Care]:
    """Who looks after each of many clients at `at`, in three queries."""
    asked = [client.pk for client in clients]
    people: dict[int, dict[str, User]] = {pk: {} for pk in asked}
    for each in in_force(at).filter(client__in=asked):
        people[each.client_id].setdefault(each.part, each.user)
    away = away_at(at)
    stand_ins = User.objects.in_bulk({each.deputy for each in away if each.deputy})
    return {pk: _care(named, away, stand_ins, at) for pk, named in people.items()}


def clients_of(user: User, at: datetime) -> QuerySet[Organisation]:
    """The clients that `user` looks after at `at`: as manager, as deputy, or in place of somebody who is away."""
    away_for = Absence.objects.filter(deputy=user, cancelled_at__isnull=True, starts_at__lte=at, ends_at__gt=at)
    mine = in_force(at).filter(Q(user=user) | Q(user__in=away_for.values("user")))
    return Organisation.objects.filter(is_active=True, pk__in=mine.values("client"))


def in_force(at: datetime) -> QuerySet[Assignment]:
    """Who is named for what at `at`, the latest first."""
    running = Q(starts_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
    return Assignment.objects.filter(running).select_related("user").order_by("-starts_at", "-pk")


def _care(named: dict[str, User], away: list[Turn], stand_ins: dict[int, User], at: datetime) -> Care:
    manager, deputy = named.get(Part.MANAGER), named.get(Part.DEPUTY)
    known = {each.pk: each for each in (*stand_ins.values(), manager, deputy) if each is not None}
    working = {pk: each for pk, each in known.items() if each.is_active and each.is_staff_member}
    here = present([each.pk for each in (manager, deputy) if each is not None and each.pk in working], away, at)
    ends = [each.end for each in away if manager is not None and each.person == manager.pk]
    return Care(manager, deputy, working.get(here or 0), max(ends, default=None))
