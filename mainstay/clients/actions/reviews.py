"""Service reviews: due each quarter, arranged, held."""

from datetime import date, datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import ReviewChanged
from mainstay.clients.models import Organisation, ServiceReview
from mainstay.clients.queries import agreement_for
from mainstay.clients.rules import month_later, review_dates
from mainstay.common import facts

AHEAD_MONTHS = 12


@transaction.atomic
def plan_reviews(*, client: Organisation, by: User | facts.Process, at: datetime) -> list[ServiceReview]:
    """Enter the reviews that fall due within a year; those already there stay. Returns the new ones."""
    agreement = agreement_for(client, at)
    if agreement is None:
        return []
    take_turn(client)
    until = month_later(at.astimezone(agreement.zone).date(), AHEAD_MONTHS)
    known = set(client.reviews.values_list("due_on", flat=True))
    missing = [due for due in review_dates(agreement.starts_on, until) if due not in known]
    return [_plan(client, due, by, at) for due in missing]


@transaction.atomic
def arrange_review(
    *, review: ServiceReview, arranged_for: datetime, by: User | facts.Process, at: datetime
) -> ServiceReview:
    """Note when the meeting will be."""
    review.arranged_for = arranged_for
    review.save(update_fields=["arranged_for"])
    return _recorded(review, "arranged", by, at)


@transaction.atomic
def hold_review(*, review: ServiceReview, held_on: date, by: User | facts.Process, at: datetime) -> ServiceReview:
    """Note that the meeting took place."""
    review.held_on = held_on
    review.save(update_fields=["held_on"])
    return _recorded(review, "held", by, at)


def _plan(client: Organisation, due_on: date, by: User | facts.Process, at: datetime) -> ServiceReview:
    return _recorded(ServiceReview.objects.create(client=client, due_on=due_on), "planned", by, at)


def _recorded(review: ServiceReview, step: str, by: User | facts.Process, at: datetime) -> ServiceReview:
    fact = ReviewChanged(client_id=review.client_id, review_id=review.pk, step=step, due_on=review.due_on.isoformat())
    facts.record(fact, by=by, at=at, client=review.client)
    return review
