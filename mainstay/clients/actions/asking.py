"""People ask for access, and are let in or not."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import letters, queries
from mainstay.clients.actions.charge import require_still_in_charge
from mainstay.clients.actions.contacts import add_contact
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import AccessAnswered, AccessAsked, Answer, ContactChanged
from mainstay.clients.models import AccessRequest, ClientDomain, Contact, Organisation
from mainstay.clients.rules.asking import domain_of
from mainstay.common import facts, mail, tenancy
from mainstay.policy.terms.words import Approval

OPEN_MAX = 5
DOMAIN = facts.Process("verified-domain")
SORTING = facts.Process("access-requests")


class TooManyRequests(ValueError):
    """The person waits for as many answers as one may wait for."""


class RequestAnswered(ValueError):
    """Somebody else answered the request, or the person withdrew it."""


class NotForThisDoor(ValueError):
    """A role that is not given in answer to a request, or an answer that the agreement leaves to the agency."""


@transaction.atomic
def ask_for_access(*, user: User, wanted: str, note: str = "", at: datetime) -> AccessRequest:
    """Keep what somebody asks for. It is looked at apart from this, so that asking tells nothing of who is a client.

    Raises:
        TooManyRequests: five of the person's requests wait already.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    if AccessRequest.objects.filter(user=user, answer="").count() >= OPEN_MAX:
        raise TooManyRequests("Five of your requests wait already. Withdraw one, or wait for the answers.")
    request = AccessRequest.objects.create(user=user, wanted=wanted, note=note, created_at=at)
    facts.record(AccessAsked(user_id=user.pk, request_id=request.pk), by=user, at=at)
    return request


@transaction.atomic
def sort_request(*, request: AccessRequest, at: datetime) -> AccessRequest:
    """Find out whose a request is, and tell those who may answer it. Safe to repeat.

    Whoever has an address at a domain that the client verified is let in at once.
    """
    if not AccessRequest.objects.filter(pk=request.pk, answer="", sorted_at__isnull=True).update(sorted_at=at):
        return request
    request.sorted_at = at
    join_by_domain(user=request.user, at=at)
    client = queries.client_meant(request.wanted)
    if client is None or not queries.terms_for(client, at).registration.is_open:
        _tell_agency(request, at)
        return request
    _give_to(request, client)
    if queries.contact_of(request.user, client) is not None:
        _answered(request, Answer.GRANTED, SORTING, at)
    else:
        _tell_client(request, client, at)
    return request


@transaction.atomic
def assign_request(*, request: AccessRequest, client: Organisation, by: User, at: datetime) -> AccessRequest:
    """Say whose a request is that nobody could tell from its words; the client's administrators are told.

    Raises:
        RequestAnswered: it was answered, or is somebody's by now.
    """
    open_one = AccessRequest.objects.filter(pk=request.pk, answer="", client__isnull=True)
    if not open_one.update(client=client, sorted_at=at):
        raise RequestAnswered("This request was answered, or somebody has said whose it is.")
    request.client, request.sorted_at = client, at
    _tell_client(request, client, at)
    return request


@transaction.atomic
def grant_access(
    *, request: AccessRequest, role: Role | str, access_until: datetime | None = None, by: User, at: datetime
) -> Contact:
    """Let somebody in who asked: as `role`, until `access_until` where it is given. The person is told.

    A contact of the client with the same address becomes the person's; somebody who left is back.

    Raises:
        RequestAnswered: somebody was faster.
        NotForThisDoor: a client's administrator is not made by one answer; the agreement leaves answers to the agency.
    """
    if Role(role) is Role.CLIENT_ADMINISTRATOR:
        raise NotForThisDoor("Let the person in first. Who may do everything is said on the person's own page.")
    client = request.client
    if client is None:
        raise RequestAnswered("It is not known yet whose this request is.")
    take_turn(client)
    require_still_in_charge(client, by)
    if not by.is_staff_member and Approval.CLIENT_ADMINISTRATOR not in _let_in_by(client, at):
        raise NotForThisDoor("By your agreement, the agency answers requests for access.")
    _answered(request, Answer.GRANTED, by, at)
    contact = let_in(client=client, user=request.user, role=Role(role), until=access_until, by=by, at=at)
    letter = letters.access_granted(request, contact)
    mail.post(letter, to=request.user.email, key=f"access-request:{request.pk}:answer", at=at, client=client)
    return contact


@transaction.atomic
def refuse_access(*, request: AccessRequest, by: User, at: datetime) -> AccessRequest:
    """Say no. The person hears that the request was not granted, in the words of the request and no others.

    Raises:
        RequestAnswered: somebody was faster.
    """
    if request.client is not None:
        require_still_in_charge(request.client, by)
    _answered(request, Answer.REFUSED, by, at)
    letter = letters.access_refused(request)
    mail.post(letter, to=request.user.email, key=f"access-request:{request.pk}:answer", at=at)
    return request


@transaction.atomic
def withdraw_request(*, request: AccessRequest, by: User, at: datetime) -> AccessRequest:
    """Take one's own request back. Raises `RequestAnswered` when it was answered."""
    _answered(request, Answer.WITHDRAWN, by, at)
    return request


@transaction.atomic
def join_by_domain(*, user: User, at: datetime) -> list[Contact]:
    """Let somebody in at each client that verified the domain of the person's verified address. Safe to repeat.

    Not at one that knows the person already: who left stays out, and who is to be an administrator is asked about.
    """
    if user.is_staff_member or not queries.is_address_verified(user):
        return []
    verified = ClientDomain.objects.filter(
        name=domain_of(user.email), verified_at__isnull=False, client__is_active=True
    )
    with tenancy.everything():  # somebody who registers works for no client yet
        found = [_join(each, user, at) for each in verified.select_related("client")]
    return [each for each in found if each is not None]


def _let_in_by(client: Organisation, at: datetime) -> Collection[Approval]:
    """What, by the terms in force, lets somebody in who registered."""
    terms = queries.terms_for(client, at).registration
    return terms.approved_by if terms.is_open else ()


def lets_in_by_domain(client: Organisation, at: datetime) -> bool:
    """Whether the terms in force let people in by an address at a domain of the client's own."""
    return Approval.VERIFIED_DOMAIN in _let_in_by(client, at)


def _join(domain: ClientDomain, user: User, at: datetime) -> Contact | None:
    if not lets_in_by_domain(domain.client, at):
        return None
    take_turn(domain.client)
    known = queries.contact_known(user, domain.client)
    if known is None:
        return let_in(client=domain.client, user=user, role=Role(domain.role), until=None, by=DOMAIN, at=at)
    if known.user_id is None and known.is_active and known.role != Role.CLIENT_ADMINISTRATOR:
        role, until = Role(known.role), known.access_until
        return let_in(client=domain.client, user=user, role=role, until=until, by=DOMAIN, at=at)
    return None


def let_in(
    *, client: Organisation, user: User, role: Role, until: datetime | None, by: User | facts.Process, at: datetime
) -> Contact:
    """The person as a contact of the client who can sign in."""
    contact = queries.contact_known(user, client)
    if contact is None:
        return add_contact(
            client=client, name=user.name, email=user.email, phone=user.phone, role=role, language=user.language,
            access_until=until, user=user, by=by, at=at,
        )  # fmt: skip
    contact.user, contact.role, contact.access_until, contact.is_active = user, role, until, True
    contact.save(update_fields=["user", "role", "access_until", "is_active"])
    fact = ContactChanged(client_id=client.pk, contact_id=contact.pk, role=role, is_active=True)
    facts.record(fact, by=by, at=at, client=client)
    return contact


def _give_to(request: AccessRequest, client: Organisation) -> None:
    request.client = client
    request.save(update_fields=["client"])


def _answered(request: AccessRequest, answer: Answer, by: User | facts.Process, at: datetime) -> None:
    """Close the request, once. Raises `RequestAnswered` when it is closed."""
    person = by if isinstance(by, User) else None
    open_one = AccessRequest.objects.filter(pk=request.pk, answer="")
    if not open_one.update(answer=answer, answered_at=at, answered_by=person):
        raise RequestAnswered("This request was answered already.")
    request.answer, request.answered_at, request.answered_by = answer, at, person
    fact = AccessAnswered(
        user_id=request.user_id, request_id=request.pk, client_id=request.client_id, answer=answer.value
    )
    facts.record(fact, by=by, at=at, client=request.client)


def _tell_client(request: AccessRequest, client: Organisation, at: datetime) -> None:
    """Those of the client who can answer, and whoever looks after the client."""
    manager = queries.care_of([client], at)[client.pk].today
    readers = {each.email: each.name for each in queries.administrators_with_access(client)}
    if manager is not None:
        readers.setdefault(manager.email, manager.name)
    for email, name in sorted(readers.items()):
        letter = letters.access_asked(request, client, name)
        key = f"access-request:{request.pk}:{client.pk}:{email}"[:200]
        mail.post(letter, to=email, key=key, at=at, client=client, automatic=True)


def _tell_agency(request: AccessRequest, at: datetime) -> None:
    """The agency's administrators: nobody can tell from the words whose this is."""
    for each in User.objects.filter(agency_role=Role.ADMINISTRATOR, is_active=True).order_by("pk")[:20]:
        letter = letters.access_asked_of_nobody(request, each.name)
        mail.post(letter, to=each.email, key=f"access-request:{request.pk}:agency:{each.pk}", at=at, automatic=True)
