"""Account managers and deputies."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from mainstay.access.models import User
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import ManagerNamed, Part
from mainstay.clients.models import Assignment, Organisation
from mainstay.common import facts


class NotStaff(ValueError):
    """Only people of the agency look after clients."""


@transaction.atomic
def name_account_manager(
    *,
    client: Organisation,
    user: User,
    part: Part = Part.MANAGER,
    starts_at: datetime | None = None,
    by: User | facts.Process,
    at: datetime,
) -> Assignment:
    """Make `user` the account manager (or deputy) from `starts_at`, at once when it is None. The one before ends then.

    Raises:
        NotStaff: `user` does not work for the agency, or cannot sign in.
    """
    if not user.is_staff_member or not user.is_active:
        raise NotStaff(f"{user} does not work for the agency.")
    take_turn(client)
    begin = starts_at or at
    _end_running(client, part, begin)
    named = Assignment.objects.create(client=client, user=user, part=part, starts_at=begin)
    fact = ManagerNamed(client_id=client.pk, user_id=user.pk, part=part.value, starts_at=begin.isoformat())
    facts.record(fact, by=by, at=at, client=client)
    return named


@transaction.atomic
def release_person(*, user: User, at: datetime) -> int:
    """End what somebody who leaves looks after; how many clients that leaves without. Safe to repeat."""
    Assignment.objects.filter(user=user, ends_at__isnull=True, starts_at__gte=at).delete()
    return Assignment.objects.filter(user=user, ends_at__isnull=True).update(ends_at=at)


def _end_running(client: Organisation, part: Part, at: datetime) -> None:
    """Close what runs at `at`; what was to begin later never does."""
    of_part = Assignment.objects.filter(client=client, part=part)
    of_part.filter(starts_at__gte=at).delete()
    of_part.filter(ends_at__isnull=True).update(ends_at=at)
    of_part.filter(ends_at__gt=at, starts_at__lt=F("ends_at")).update(ends_at=at)
