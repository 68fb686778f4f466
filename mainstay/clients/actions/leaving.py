"""People leave: one step, with the list of what was taken from them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.db import transaction

from mainstay.access import actions as access
from mainstay.access.facts import Removed
from mainstay.access.models import User
from mainstay.clients import leaving, queries
from mainstay.clients.actions.people import release_person
from mainstay.clients.actions.rosters import cut_shift, end_rotation, set_rotation
from mainstay.clients.facts import AccessAnswered, Answer, PersonLeft
from mainstay.clients.models import (
    Absence,
    AccessRequest,
    AdministratorGrant,
    Contact,
    Departure,
    Organisation,
    Rotation,
    Shift,
)
from mainstay.common import facts
from mainstay.idp import actions as identity

By: TypeAlias = User | facts.Process


class NotAsleep(ValueError):
    """The account is open, or was closed by somebody, who has to open it again."""


class OwnDeparture(ValueError):
    """Nobody shows themselves out."""


@transaction.atomic
def offboard_colleague(*, user: User, by: By, at: datetime) -> Departure:
    """Take from a member of staff who leaves all that opens anything and all that waits for them.

    Raises:
        OwnDeparture: the person is the one who asks.
        LastAdministrator: nobody else could manage accounts.
    """
    if user == by:
        raise OwnDeparture("Another administrator shows you out.")
    removed = [
        *access.close_account(user=user, by=by, at=at),
        Removed("signed_in_elsewhere", identity.put_out(user=user, why="left", by=by, at=at)),
        Removed("clients_looked_after", release_person(user=user, at=at)),
        *_off_the_rosters(user, by, at),
        *leaving.take_from(user, by, at),
    ]
    return _recorded(queries.agency(), user, None, removed, by, at)


@transaction.atomic
def end_staff_that_is_over(*, by: facts.Process, at: datetime) -> list[Departure]:
    """Show out those of the agency whose last day has passed; their rights ended by themselves."""
    over = User.objects.exclude(agency_role="").filter(is_active=True, access_until__lte=at).order_by("pk")
    return [offboard_colleague(user=user, by=by, at=at) for user in over]


@transaction.atomic
def wake(*, contact: Contact, by: User, at: datetime) -> Contact:
    """Open a client's person's account again, that was closed since nobody had signed in with it.

    Raises:
        NotAsleep: it is open, or was closed for another reason.
    """
    user = contact.user
    if user is None or user.is_active or user.asleep_at is None or user.is_staff_member or not contact.is_active:
        raise NotAsleep("This account does not sleep.")
    access.restore(user=user, by=by, at=at)
    return contact


@transaction.atomic
def note_departure(*, contact: Contact, by: By, at: datetime) -> Departure:
    """Take from a client's person, whose access ended, what opens anything there; and everything, if that was all.

    The account stays for somebody who still belongs to another client, or who works for the agency.
    """
    open_grants = AdministratorGrant.objects.filter(contact=contact, answered_at__isnull=True)
    open_grants.update(answered_at=at, answered_by=by if isinstance(by, User) else None)
    removed = [
        Removed("rights", 1),
        Removed("website_roles", contact.website_roles.all().delete()[0]),
        *_requests_withdrawn(contact, at, by),
    ]
    user = contact.user
    if user is not None:
        out = identity.put_out(user=user, why="left", client_id=contact.client_id, by=by, at=at)
        removed.append(Removed("signed_in_elsewhere", out))
    if user is not None and not user.is_staff_member and not _is_elsewhere(user, contact):
        removed += access.close_account(user=user, by=by, at=at)
    return _recorded(contact.client, user, contact, removed, by, at)


def _is_elsewhere(user: User, contact: Contact) -> bool:
    """Whether the person can get in at another client, or waits for an answer of one."""
    waits = AccessRequest.objects.filter(user=user, answer="").exclude(client=contact.client_id).exists()
    return waits or bool(user.contacts.with_access().exclude(pk=contact.pk).exists())


def _requests_withdrawn(contact: Contact, at: datetime, by: By) -> Iterable[Removed]:
    if contact.user_id is None:
        return
    open_ones = AccessRequest.objects.filter(user=contact.user_id, client=contact.client_id, answer="")
    for request in open_ones:
        request.answer, request.answered_at = Answer.REFUSED, at
        request.save(update_fields=["answer", "answered_at"])
        fact = AccessAnswered(
            user_id=request.user_id, request_id=request.pk, client_id=contact.client_id, answer=Answer.REFUSED.value
        )
        facts.record(fact, by=by, at=at, client=contact.client)
        yield Removed("requests", 1)


def _off_the_rosters(user: User, by: By, at: datetime) -> list[Removed]:
    """No shift, no turn, nobody's stand-in: what is left open shows as a gap until another takes it."""
    shifts = list(Shift.objects.filter(user=user, cancelled_at__isnull=True, ends_at__gt=at).select_related("roster"))
    for shift in shifts:
        cut_shift(shift=shift, by=by, at=at)
    stands_in = Absence.objects.filter(deputy=user, cancelled_at__isnull=True, ends_at__gt=at).update(deputy=None)
    turns = sum(_out_of(rotation, user, by, at) for rotation in _going(at))
    return [Removed("shifts", len(shifts)), Removed("turns", turns), Removed("stand_ins", stands_in)]


def _going(at: datetime) -> list[Rotation]:
    """The rotations that have not ended at `at`."""
    open_end = Rotation.objects.filter(ends_at__isnull=True) | Rotation.objects.filter(ends_at__gt=at)
    return list(open_end.select_related("roster").order_by("pk"))


def _out_of(rotation: Rotation, user: User, by: By, at: datetime) -> int:
    """Let the others of a rotation go on without `user`, changing over on the same day of the week as before."""
    if user.pk not in rotation.people or not Rotation.objects.filter(pk=rotation.pk).exists():
        return 0
    place = rotation.people.index(user.pk)
    in_order = [pk for pk in rotation.people[place + 1 :] + rotation.people[:place] if pk != user.pk]
    working = User.objects.filter(pk__in=in_order, is_active=True).exclude(agency_role="").in_bulk()
    people = [working[pk] for pk in in_order if pk in working]
    if not people:
        end_rotation(roster=rotation.roster, by=by, at=at)
        return 1
    set_rotation(
        roster=rotation.roster, people=people, first_on=_last_change(rotation, at), hand_over_at=rotation.hand_over_at,
        weeks=rotation.weeks, by=by, at=at,
    )  # fmt: skip
    return 1


def _last_change(rotation: Rotation, at: datetime) -> date:
    """The latest day of the rotation's own weekday on which it could have been handed over by `at`; else its first."""
    local = at.astimezone(rotation.roster.zone)
    by_now = local.date() if local.time() >= rotation.hand_over_at else local.date() - timedelta(days=1)
    if rotation.first_on >= by_now:
        return rotation.first_on
    return by_now - timedelta(days=(by_now - rotation.first_on).days % 7)


def _recorded(
    client: Organisation, user: User | None, contact: Contact | None, removed: list[Removed], by: By, at: datetime
) -> Departure:
    counts: dict[str, int] = {}
    for each in removed:
        counts[each.what] = counts.get(each.what, 0) + each.count
    departure = Departure.objects.create(
        client=client, user=user, contact=contact, left_at=at, by=by if isinstance(by, User) else None,
        removed=[[what, count] for what, count in counts.items()],
    )  # fmt: skip
    fact = PersonLeft(
        client_id=client.pk,
        user_id=user.pk if user else None,
        contact_id=contact.pk if contact else None,
        departure_id=departure.pk,
        removed=counts,
    )
    facts.record(fact, by=by, at=at, client=client)
    return departure
