"""S6: who is named, and the reviews."""

from collections import defaultdict
from collections.abc import Iterator

from mainstay.clients import queries as clients
from mainstay.clients.facts import ReviewChanged
from mainstay.clients.models import ServiceReview
from mainstay.common.models import FactRecord
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import ContactFacts, Review


def collect(scope: Scope) -> Iterator[tuple[int, str, ContactFacts]]:
    """Five queries for all clients."""
    people = clients.care_of([bound.client for bound in scope], scope.at)
    reviews, arranged = _reviews(scope), _arranged(scope)
    for bound in scope:
        named = people[bound.client.pk]
        yield (
            bound.client.pk,
            "S6",
            ContactFacts(
                manager=named.manager.name if named.manager else "",
                deputy=named.deputy.name if named.deputy else "",
                is_anybody_there=named.today is not None,
                today=bound.local(scope.at).date(),
                began_on=bound.began_on,
                reviews=tuple(
                    _review(each, bound, is_arranged=each.pk in arranged)
                    for each in reviews[bound.client.pk]
                    if each.due_on >= bound.began_on
                ),
            ),
        )


def _reviews(scope: Scope) -> dict[int, list[ServiceReview]]:
    found: dict[int, list[ServiceReview]] = defaultdict(list)
    for each in ServiceReview.objects.filter(client__in=scope.ids):
        found[each.client_id].append(each)
    return found


def _arranged(scope: Scope) -> set[int]:
    """The reviews for which a day had been found by the instant."""
    steps = FactRecord.objects.filter(kind=ReviewChanged.kind, client__in=scope.ids, at__lte=scope.at)
    return {body["review_id"] for body in steps.values_list("body", flat=True) if body["step"] == "arranged"}


def _review(review: ServiceReview, bound: Bound, *, is_arranged: bool) -> Review:
    """A review that was held after the instant was not held yet at it."""
    today = bound.local(bound.at).date()
    held_on = review.held_on if review.held_on is not None and review.held_on <= today else None
    arranged = bound.local(review.arranged_for).date() if review.arranged_for is not None and is_arranged else None
    return Review(due_on=review.due_on, arranged_on=arranged, held_on=held_on)
