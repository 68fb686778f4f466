"""Whom a step of the escalation procedure reaches now: roles, deputies, absences, and who is on duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.facts import Part
from mainstay.clients.models import Roster
from mainstay.clients.queries import away_at, managers_of, on_call, staff
from mainstay.clients.rules.roster import Turn, present
from mainstay.desk.models import Ticket
from mainstay.desk.queries.timing import yardstick
from mainstay.policy.terms.words import Rung

STANDING = (Role.TEAM_LEAD, Role.DIRECTOR, Role.ADMINISTRATOR)
IN_THE_TEAM = (Rung.ASSIGNEE, Rung.TEAM_LEAD)
NOBODY_NAMED = {
    Rung.ASSIGNEE: "somebody the ticket is given to",
    Rung.TEAM_LEAD: "a team lead",
    Rung.ACCOUNT_MANAGER: "an account manager",
    Rung.DIRECTOR: "a director",
}


@dataclass(frozen=True)
class Reached:
    """Somebody whom a step reaches, in which role, and in whose place (empty: their own)."""

    user: User
    rung: Rung
    stands_in: str = ""


class Reaching:
    """Who is there for a ticket at an instant. Each group is looked up once, when it is needed.

    Where nobody who holds a role is there, whoever is next in line stands in: whom their absence names, before that for
    the account manager the deputy, after that for the assignee and the team lead who is on duty and then the account
    manager, and in the end the directors and the administrators.
    """

    def __init__(self, ticket: Ticket, at: datetime) -> None:
        self.ticket, self.at = ticket, at

    def people(self, rungs: Iterable[str]) -> list[Reached]:
        """Those whom these roles reach, each once; outside office hours whoever is on duty is told with the team."""
        asked = [Rung(each) for each in rungs]
        found: dict[int, Reached] = {}
        for rung in asked:
            for each in self._of(rung):
                found.setdefault(each.user.pk, each)
        if not self._is_open and any(rung in IN_THE_TEAM for rung in asked):
            for user in self._on_duty:
                found.setdefault(user.pk, Reached(user, Rung.TEAM_LEAD, "the team outside office hours"))
        return list(found.values())

    def _of(self, rung: Rung) -> list[Reached]:
        held, *instead = self._chain(rung)
        if there := self._there(held):
            return [Reached(user, rung) for user in there]
        missing = ", ".join(user.name for user in held)[:80] or NOBODY_NAMED[rung]
        directors, administrators = self._with(Role.DIRECTOR), self._with(Role.ADMINISTRATOR)
        for group in (*instead, directors, self._instead_of(directors), administrators):
            if there := self._there(group):
                return [Reached(user, rung, missing) for user in there]
        return [Reached(user, rung, missing) for user in administrators]

    def _chain(self, rung: Rung) -> tuple[list[User], ...]:
        """Who holds the role, then who stands in, group by group."""
        leads, manager, deputy = self._with(Role.TEAM_LEAD), self._named(Part.MANAGER), self._named(Part.DEPUTY)
        care = (manager, deputy, self._instead_of(manager), self._instead_of(deputy))
        if rung is Rung.ASSIGNEE:
            assignee = [self.ticket.assignee] if self.ticket.assignee else []
            return assignee, self._instead_of(assignee), self._on_duty, leads, self._instead_of(leads), *care
        if rung is Rung.TEAM_LEAD:
            return leads, self._instead_of(leads), self._on_duty, *care
        if rung is Rung.ACCOUNT_MANAGER:
            return care
        return (self._with(Role.DIRECTOR),)

    def _instead_of(self, people: list[User]) -> list[User]:
        """Whom the absences of these name, and theirs in turn where they are away too; each once."""
        found = (present([each.pk], self._turns, self.at) for each in people if each.pk in self._away)
        ids = list(dict.fromkeys(pk for pk in found if pk is not None))
        known = User.objects.in_bulk(ids) if ids else {}
        return [known[pk] for pk in ids if pk in known]

    def _there(self, people: list[User]) -> list[User]:
        return [each for each in people if each.is_active and each.is_staff_member and each.pk not in self._away]

    def _with(self, role: Role) -> list[User]:
        return [each for each in self._standing if each.agency_role == role]

    def _named(self, part: Part) -> list[User]:
        person = self._managers.get(part)
        return [person] if person else []

    @cached_property
    def _standing(self) -> list[User]:
        return list(staff().filter(agency_role__in=STANDING).order_by("pk"))

    @cached_property
    def _managers(self) -> dict[str, User]:
        return managers_of([self.ticket.client], self.at)[self.ticket.client_id]

    @cached_property
    def _turns(self) -> list[Turn]:
        return [each for each in away_at(self.at) if each.holds(self.at)]

    @cached_property
    def _away(self) -> frozenset[int]:
        return frozenset(each.person for each in self._turns)

    @cached_property
    def _on_duty(self) -> list[User]:
        held = (on_call(roster, self.at) for roster in Roster.objects.all()[:10])
        return list({user.pk: user for user in held if user is not None}.values())

    @cached_property
    def _is_open(self) -> bool:
        return yardstick(self.ticket).hours.is_open(self.at)
