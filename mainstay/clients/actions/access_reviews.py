"""Looking at everybody who has access: kept, or removed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients import letters, queries
from mainstay.clients.actions.charge import require_still_in_charge
from mainstay.clients.actions.contacts import change_contact
from mainstay.clients.actions.leaving import offboard_colleague
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import AccessReviewed, Decision
from mainstay.clients.models import AccessReview, AccessReviewLine, Contact, Organisation
from mainstay.common import facts, mail

REMINDED_BEFORE = timedelta(days=14)


class PersonNotDecided(ValueError):
    """Somebody has access about whom nothing was said: a person who came meanwhile."""


class OwnReview(ValueError):
    """Nobody removes themselves."""


@transaction.atomic
def review_access(*, client: Organisation, decisions: Mapping[int, Decision], by: User, at: datetime) -> AccessReview:
    """Confirm or remove each of a client's people, by contact; those removed are out with their next request.

    Raises:
        PersonNotDecided: somebody with access is not among the decisions.
        OwnReview: the person who decides would remove themselves.
    """
    take_turn(client)
    require_still_in_charge(client, by)
    people = list(queries.people_with_access(client))
    _require_all({each.pk for each in people}, decisions)
    _require_not([each.pk for each in people if each.user_id == by.pk], decisions)
    review = AccessReview.objects.create(client=client, held_at=at, held_by=by)
    for contact in people:
        _note(review, decisions[contact.pk], contact.role, contact=contact, user=contact.user)
        if decisions[contact.pk] is Decision.REMOVED:
            change_contact(contact=contact, is_active=False, by=by, at=at)
    return _reviewed(review, by, at)


@transaction.atomic
def review_staff(*, decisions: Mapping[int, Decision], by: User, at: datetime) -> AccessReview:
    """The same for the agency's own people, by user.

    Raises:
        PersonNotDecided: as `review_access`.
        OwnReview: as `review_access`.
    """
    agency = queries.agency()
    take_turn(agency)
    people = list(queries.staff_with_access())
    _require_all({each.pk for each in people}, decisions)
    _require_not([by.pk], decisions)
    review = AccessReview.objects.create(client=agency, held_at=at, held_by=by)
    for user in people:
        _note(review, decisions[user.pk], user.agency_role, user=user)
        if decisions[user.pk] is Decision.REMOVED:
            offboard_colleague(user=user, by=by, at=at)
    return _reviewed(review, by, at)


@transaction.atomic
def remind_of_review(*, client: Organisation, at: datetime) -> bool:
    """Tell a client's administrators and the account manager, a fortnight ahead and when it is missed.

    Whether it is time for that.
    """
    agreement = queries.agreement_for(client, at)
    due_on = queries.access_review_due_on(client, at)
    if agreement is None or due_on is None:
        return False
    today = at.astimezone(agreement.zone).date()
    if due_on - today > REMINDED_BEFORE:
        return False
    readers = {each.email: each.name for each in queries.administrators_with_access(client)}
    manager = queries.care_of([client], at)[client.pk].today
    if manager is not None:
        readers.setdefault(manager.email, manager.name)
    step = "missed" if today > due_on else "due"
    for email, name in sorted(readers.items()):
        letter = letters.access_review_due(client, name, due_on, is_missed=step == "missed")
        key = f"access-review:{client.pk}:{due_on}:{step}:{email}"[:200]
        mail.post(letter, to=email, key=key, at=at, client=client, automatic=True)
    return True


def _require_all(known: set[int], decisions: Mapping[int, Decision]) -> None:
    if not known <= set(decisions):
        raise PersonNotDecided("Somebody got access meanwhile. Look at the list once more.")


def _require_not(own: list[int], decisions: Mapping[int, Decision]) -> None:
    if any(decisions[pk] is Decision.REMOVED for pk in own):
        raise OwnReview("You cannot remove yourself. Ask another administrator.")


def _note(
    review: AccessReview, decision: Decision, role: str, *, contact: Contact | None = None, user: User | None = None
) -> None:
    AccessReviewLine.objects.create(
        client=review.client, review=review, contact=contact, user=user, role=role, decision=decision
    )


def _reviewed(review: AccessReview, by: User, at: datetime) -> AccessReview:
    lines = list(review.lines.values_list("decision", flat=True))
    fact = AccessReviewed(
        client_id=review.client_id,
        review_id=review.pk,
        kept=lines.count(Decision.KEPT),
        removed=lines.count(Decision.REMOVED),
    )
    facts.record(fact, by=by, at=at, client=review.client)
    return review
