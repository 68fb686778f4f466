"""A1: who can sign in, and when that was looked at.

Reviews and departures are taken as they stood at the instant. When somebody was there last, and who has a second
factor, is known of the present alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import F, Max, Q

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.access.queries import with_last_there
from mainstay.clients.models import AccessReview, Contact, Departure
from mainstay.clients.rules.access_reviews import review_due_on
from mainstay.policy.terms.words import People
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import AccessFacts

SECOND_FACTORS = ("totp", "webauthn")


def collect(scope: Scope) -> Iterator[tuple[int, str, AccessFacts]]:
    """Six queries for all clients."""
    reviewed, contacts = _reviewed(scope), _contacts(scope)
    staff = list(User.objects.exclude(agency_role="").filter(is_active=True).values_list("pk", flat=True))
    holders = {each.user_id for each in _all(contacts)} | set(staff)
    secured = set(_secured(holders, scope.at))
    asleep = set(_asleep(holders, scope.at))
    left = _left_open(scope)
    for bound in scope:
        people = contacts[bound.client.pk]
        must = set(_must(bound, people, staff))
        own = set(staff) if bound.client.is_agency else {each.user_id for each in people}
        yield (
            bound.client.pk,
            "A1",
            AccessFacts(
                today=bound.local(scope.at).date(),
                began_on=bound.began_on,
                due_on=review_due_on(
                    bound.began_on, reviewed.get(bound.client.pk), bound.terms.access.review_every_months
                ),
                reviewed_on=reviewed.get(bound.client.pk),
                people=len(own),
                must=len(must),
                without=len(must - secured),
                sleeping=len(own & asleep),
                left_open=left[bound.client.pk],
            ),
        )


def _reviewed(scope: Scope) -> dict[int, date]:
    """The day of each client's latest review, in the agreement's zone."""
    held = AccessReview.objects.filter(client__in=scope.ids, held_at__lte=scope.at)
    latest = held.order_by().values("client").annotate(last=Max("held_at")).values_list("client", "last")
    return {client: scope.bounds[client].local(last).date() for client, last in latest}


def _contacts(scope: Scope) -> dict[int, list[Contact]]:
    """Each client's people who can sign in."""
    found: dict[int, list[Contact]] = defaultdict(list)
    can = Contact.objects.filter(client__in=scope.ids, is_active=True, user__is_active=True)
    for each in can.filter(Q(access_until__isnull=True) | Q(access_until__gt=scope.at)):
        found[each.client_id].append(each)
    return found


def _all(contacts: dict[int, list[Contact]]) -> Iterator[Contact]:
    for people in contacts.values():
        yield from people


def _must(bound: Bound, people: Iterable[Contact], staff: Iterable[int]) -> Iterator[int]:
    """Who has to have a second factor, as the agreement says."""
    wanted = bound.terms.access.mfa_for
    if People.STAFF in wanted or People.EVERYBODY in wanted:
        yield from staff
    for each in people:
        is_administrator = each.role == Role.CLIENT_ADMINISTRATOR and People.CLIENT_ADMINISTRATOR in wanted
        if is_administrator or People.EVERYBODY in wanted:
            yield each.user_id


def _secured(people: Iterable[int], at: datetime) -> Iterable[int]:
    """Those of `people` who had a second factor by the instant; codes for the day it is lost are none."""
    factors = Authenticator.objects.filter(user__in=people, type__in=SECOND_FACTORS, created_at__lte=at)
    return factors.values_list("user", flat=True)


def _asleep(people: Iterable[int], at: datetime) -> Iterable[int]:
    """Those of `people` who were away for as long as closes an account; nobody where no account is closed by itself."""
    days = settings.MAINSTAY.sleeping_days
    if not days:
        return ()
    found = with_last_there(User.objects.filter(pk__in=people, is_active=True))
    return found.filter(there_at__lte=at - timedelta(days=days)).values_list("pk", flat=True)


def _left_open(scope: Scope) -> Counter[int]:
    """How many left each client, by the instant, whose account is open though nobody let them in again."""
    gone = Departure.objects.filter(client__in=scope.ids, left_at__lte=scope.at, user__is_active=True)
    is_in_again = Q(user__restored_at__gte=F("left_at")) | Q(contact__isnull=False)
    open_ones = gone.exclude(is_in_again).values_list("client", "user").distinct()
    return Counter(client for client, _ in open_ones)
