"""Makes the agency, its staff, its clients and their people, through the actions of real use."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.clients import queries
from mainstay.clients.facts import Decision, Part
from mainstay.clients.models import Contact, Organisation, Website
from mainstay.common import facts
from mainstay.demo.world.cast import Cast, Client, Person
from mainstay.demo.world.dates import MONTHS, Calendar, instant
from mainstay.demo.world.portraits import portrait

DEMO = facts.Process("demo")


@dataclass(frozen=True)
class Settled:
    """A client that is set up, with what its history needs."""

    plan: Client
    client: Organisation
    websites: tuple[Website, ...]
    live: tuple[Website, ...]
    contacts: tuple[Contact, ...]
    since: datetime


def make_staff(people: Cast, at: datetime) -> dict[str, User]:
    """The agency's people, by address, each with a portrait."""
    staff = {each.email: _account(each, people.password, at, role=each.role) for each in people.staff}
    for person in staff.values():
        access.set_portrait(user=person, upload=portrait(person.name), at=at)
    return staff


def make_agency(people: Cast, staff: dict[str, User], calendar: Calendar) -> Organisation:
    """The agency, with its own website under the default promises, and people who answer for them."""
    at = calendar.since
    agency = clients.create_agency(name=people.agency.name, starts_on=calendar.since.date(), by=DEMO, at=at)
    clients.create_website(client=agency, name=people.agency.name, url=people.agency.url, by=DEMO, at=at)
    manager, deputy = [each for each in staff.values() if each.agency_role == Role.ACCOUNT_MANAGER][:2]
    clients.name_account_manager(client=agency, user=manager, by=DEMO, at=at)
    clients.name_account_manager(client=agency, user=deputy, part=Part.DEPUTY, by=DEMO, at=at)
    _hold_reviews(agency, manager, calendar, MONTHS, skipped_since=None)
    return agency


AMENDMENT: dict[str, dict[str, Any]] = {
    "downtime": {"hours_a_year": 30, "planned_notice": "21 days"},
    "checking": {"every": "30 s"},
    "report": {"due_working_day": 2},
}


def make_client(plan: Client, people: Cast, staff: dict[str, User], calendar: Calendar) -> Settled:
    """One client: agreement, account manager and deputy, contacts with accounts, websites, service reviews."""
    starts_on = calendar.first_of(plan.months_ago)
    at = instant(starts_on)
    terms = {"downtime": {"excluded": list(plan.excluded)}} if plan.excluded else None
    client = clients.create_client(name=plan.name, slug=plan.slug, starts_on=starts_on, terms=terms, by=DEMO, at=at)
    clients.name_account_manager(client=client, user=staff[plan.manager], by=DEMO, at=at)
    if plan.deputy:
        clients.name_account_manager(client=client, user=staff[plan.deputy], part=Part.DEPUTY, by=DEMO, at=at)
    contacts = tuple(_contact(client, each, people.password, at) for each in plan.contacts)
    websites = tuple(
        clients.create_website(client=client, name=each.name, url=each.url, by=DEMO, at=at) for each in plan.websites
    )
    skipped_since = calendar.first_of(4) if plan.care == "poor" else None
    _hold_reviews(client, staff[plan.manager], calendar, plan.months_ago, skipped_since)
    return Settled(plan, client, websites, (), contacts, at)


def propose_amendment(settled: Settled, staff: dict[str, User], calendar: Calendar) -> None:
    """An amendment was sent to the client some days ago and waits for its administrator's signature."""
    manager, at = staff[settled.plan.manager], calendar.until - timedelta(days=3)
    draft = clients.begin_draft(client=settled.client, by=manager, at=at - timedelta(hours=1))
    draft = clients.edit_draft(
        draft=draft,
        terms=merged(draft.terms, AMENDMENT),
        effective_from=calendar.first_of(-2),
        note="As we said in our last review: fewer hours of downtime, and every minute checked twice.",
        by=manager,
        at=at,
    )
    clients.send_draft(draft=draft, by=manager, at=at)


def merged(terms: dict[str, Any], changed: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """`terms` with some of their tables' keys changed."""
    return {**terms, **{table: {**terms[table], **keys} for table, keys in changed.items()}}


def _account(person: Person, password: str, at: datetime, *, role: str = "") -> User:
    return access.create_user(
        email=person.email, name=person.name, agency_role=role, phone=person.phone, password=password, by=DEMO, at=at
    )


def _contact(client: Organisation, person: Person, password: str, at: datetime) -> Contact:
    return clients.add_contact(
        client=client,
        name=person.name,
        email=person.email,
        phone=person.phone,
        audience=person.audience,
        role=person.role,
        user=_account(person, password, at),
        by=DEMO,
        at=at,
    )


def _hold_reviews(
    client: Organisation, manager: User, calendar: Calendar, months_ago: int, skipped_since: date | None
) -> None:
    """Quarterly reviews are held a week before they are due, but for those since a day; the next one is arranged."""
    clients.plan_reviews(client=client, by=DEMO, at=instant(calendar.first_of(months_ago)))
    clients.plan_reviews(client=client, by=DEMO, at=calendar.until)
    for review in client.reviews.filter(due_on__lt=calendar.until.date()):
        if skipped_since and review.due_on > skipped_since:
            continue
        held_on = review.due_on - timedelta(days=7)
        at = instant(held_on) + timedelta(hours=15)
        clients.hold_review(review=review, held_on=held_on, by=manager, at=at)
        _confirm_access(client, manager, at)
    coming = client.reviews.filter(due_on__gte=calendar.until.date()).order_by("due_on").first()
    if coming and not skipped_since:
        meeting = instant(coming.due_on - timedelta(days=2)) + timedelta(hours=10)
        clients.arrange_review(review=coming, arranged_for=meeting, by=manager, at=calendar.until)


def _confirm_access(client: Organisation, manager: User, at: datetime) -> None:
    """In the same meeting it is confirmed who has access: everybody of the small demo world keeps it."""
    if client.is_agency:
        staff = {each.pk: Decision.KEPT for each in queries.staff_with_access()}
        clients.review_staff(decisions=staff, by=manager, at=at)
    else:
        people = {each.pk: Decision.KEPT for each in queries.people_with_access(client)}
        clients.review_access(client=client, decisions=people, by=manager, at=at)
