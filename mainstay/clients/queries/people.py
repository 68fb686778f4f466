"""People of clients: who asked to come in, and who is known already."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from mainstay.access.facts import AGENCY_ROLES, Permission, Role
from mainstay.access.models import User
from mainstay.access.rules import roles_with
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import AccessRequest, AdministratorGrant, Contact, Departure, Organisation, Website
from mainstay.clients.queries.care import care_of
from mainstay.clients.rules.access_reviews import review_due_on
from mainstay.clients.rules.asking import host_of, meant
from mainstay.policy.terms import default, load
from mainstay.policy.terms.words import People


def client_meant(wanted: str) -> Organisation | None:
    """The client whose website, or name, the words are; None when that is nobody, or several."""
    words = meant(wanted)
    named = Q(name__iexact=words.name) | Q(slug__iexact=words.name)
    found = set(_served().filter(named).values_list("pk", flat=True)[:2])
    if words.hosts:
        looked_for = Q()
        for host in words.hosts:
            looked_for |= Q(url__icontains=host)
        websites = Website.objects.filter(looked_for, is_active=True, client__in=_served())
        found |= {each.client_id for each in websites[:200] if host_of(each.url) in words.hosts}
        found |= set(_served().filter(domains__name__in=words.hosts, domains__verified_at__isnull=False)
                     .values_list("pk", flat=True))  # fmt: skip
    return Organisation.objects.get(pk=found.pop()) if len(found) == 1 else None


def contact_of(user: User, client: Organisation) -> Contact | None:
    """The person as somebody who can get in at `client` now."""
    found: Contact | None = client.contacts.with_access().filter(user=user).first()
    return found


def contact_known(user: User, client: Organisation) -> Contact | None:
    """The person as a contact of `client`, by account or else by address, with or without access."""
    mine: Contact | None = client.contacts.filter(user=user).first()
    return mine or client.contacts.filter(email=user.email, user__isnull=True).first()


def administrators_with_access(client: Organisation) -> QuerySet[Contact]:
    """The client's administrators who can sign in."""
    found: QuerySet[Contact] = client.contacts.with_access().filter(
        role=Role.CLIENT_ADMINISTRATOR, user__is_active=True
    )
    return found


def may_manage_people(client: Organisation) -> list[User]:
    """Who may manage the client's people now: its administrators, and those of the agency who lead."""
    staff = User.objects.filter(agency_role__in=roles_with(Permission.PEOPLE_EDIT, AGENCY_ROLES), is_active=True)
    lasting = list(staff.filter(Q(access_until__isnull=True) | Q(access_until__gt=Now())).order_by("pk"))
    return [each.user for each in administrators_with_access(client).select_related("user")] + lasting


def could_confirm(contact: Contact, asked_by: User) -> list[User]:
    """Who could be the second person for `contact` to be an administrator."""
    found = may_manage_people(contact.client)
    return [each for each in found if each.pk not in (asked_by.pk, contact.user_id)]


def told_to_confirm(contact: Contact, others: list[User], at: datetime) -> list[User]:
    """Whom of `others` to tell: the client's own, and whoever looks after the client; else everybody, at most ten."""
    care = care_of([contact.client], at)[contact.client_id]
    near = {each.pk for each in care.named}
    chosen = [each for each in others if not each.is_staff_member or each.pk in near]
    return (chosen or others)[:10]


def grants_waiting(client: Organisation, at: datetime) -> list[AdministratorGrant]:
    """Who is to be the client's administrator and waits for a second person, the first first."""
    found = client.administrator_grants.filter(answered_at__isnull=True, contact__is_active=True)
    return [each for each in found.select_related("contact", "asked_by") if each.waits_at(at)]


def roles_held(user: User) -> list[tuple[Organisation, Website | None, str]]:
    """What a client's person is, for each client (None) and website, by client and website; nothing for staff."""
    if user.is_staff_member:
        return []
    held: list[tuple[Organisation, Website | None, str]] = []
    mine = Contact.objects.with_access().filter(user=user, client__is_active=True).select_related("client")
    for contact in mine.prefetch_related("website_roles__website").order_by("client__name", "pk"):
        held.append((contact.client, None, contact.role))
        held += [(contact.client, each.website, each.role) for each in contact.website_roles.all()]
    return held


def people_with_access(client: Organisation) -> QuerySet[Contact]:
    """The client's people who have an account and whose access has not ended, by name: those whom a review looks at."""
    found = client.contacts.with_access().filter(user__isnull=False).select_related("user", "client")
    return found.order_by("name", "pk")  # type: ignore[no-any-return]


def departures_of(client: Organisation) -> QuerySet[Departure]:
    """Which of the client's people left and have not come back, the latest first."""
    found = client.departures.filter(contact__isnull=False, contact__is_active=False)
    return found.select_related("contact").order_by("-left_at", "-pk")


def staff_with_access() -> QuerySet[User]:
    """The agency's own people who may sign in, by name."""
    return User.objects.exclude(agency_role="").filter(is_active=True).order_by("name", "pk")


def access_review_due_on(client: Organisation, at: datetime) -> date | None:
    """By which day it is to be looked at who has access; None while no agreement is in force."""
    agreement = client.agreements.filter(effective_at__lte=at).order_by("-effective_at").first()
    first = client.agreements.order_by("effective_at").first()
    if agreement is None or first is None:
        return None
    last = client.access_reviews.filter(held_at__lte=at).order_by("-held_at").first()
    return review_due_on(
        max(agreement.starts_on, first.effective_from),
        last.held_at.astimezone(agreement.zone).date() if last else None,
        load(agreement.terms).access.review_every_months,
    )


def is_address_verified(user: User) -> bool:
    """Whether it was shown that the person's address is theirs: by a mailed link."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def verified_domains(client: Organisation) -> frozenset[str]:
    """The domains of mail addresses that the client showed to be its own."""
    return frozenset(client.domains.filter(verified_at__isnull=False).values_list("name", flat=True))


def requests_waiting(client: Organisation) -> QuerySet[AccessRequest]:
    """Who asks `client` for access and has no answer, the first first."""
    return client.access_requests.filter(answer="", user__is_active=True).select_related("user")


def requests_of_nobody() -> QuerySet[AccessRequest]:
    """Requests of which nobody could tell whose they are, the first first."""
    waiting = AccessRequest.objects.filter(answer="", client__isnull=True, sorted_at__isnull=False)
    return waiting.filter(user__is_active=True).select_related("user")


def requests_of(user: User) -> QuerySet[AccessRequest]:
    """What somebody asked for, the latest first."""
    return AccessRequest.objects.filter(user=user).order_by("-created_at", "-pk")


def _served() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=OrganisationKind.CLIENT, is_active=True)


def must_have_second_factor(user: User, at: datetime) -> bool:
    """Whether the terms of a client that `user` has access to ask for a second factor (`access.mfa_for`), at `at`."""
    held = user.contacts.with_access().filter(client__is_active=True).select_related("client")
    return any(_asks_of(contact, at) for contact in held)


def _asks_of(contact: Contact, at: datetime) -> bool:
    agreement = contact.client.agreements.filter(effective_at__lte=at).order_by("-effective_at").first()
    wanted = (load(agreement.terms) if agreement else default()).access.mfa_for
    is_administrator = contact.role == Role.CLIENT_ADMINISTRATOR
    return People.EVERYBODY in wanted or (is_administrator and People.CLIENT_ADMINISTRATOR in wanted)
