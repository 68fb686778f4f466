"""The highest right for a client takes two people; roles for single websites take one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import letters, queries
from mainstay.clients.actions.charge import OwnAccess, require_still_in_charge
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import AdministratorStep, ContactChanged, WebsiteRoleChanged
from mainstay.clients.models import AdministratorGrant, Contact, WebsiteRole
from mainstay.common import facts, mail


class GrantOver(ValueError):
    """It was answered, lapsed after a week, or whoever asked has the right no more."""


class NotTheSecond(ValueError):
    """Whoever asked, or whom it is about, cannot confirm."""


class NoSuchWebsite(ValueError):
    """The website is not the client's."""


def ask_second(*, contact: Contact, by: User, at: datetime) -> AdministratorGrant | None:
    """Let a second person confirm that `contact` is the client's administrator; None where nobody could.

    Runs in the caller's turn. An open request for the same person is replaced.
    """
    others = queries.could_confirm(contact, by)
    if not others:
        _step(contact, None, "alone", by, at)
        return None
    open_ones = AdministratorGrant.objects.filter(contact=contact, answered_at__isnull=True)
    open_ones.update(answered_at=at, answered_by=by)
    grant = AdministratorGrant.objects.create(client=contact.client, contact=contact, asked_by=by, asked_at=at)
    _step(contact, grant, "asked", by, at)
    for each in queries.told_to_confirm(contact, others, at):
        letter = letters.second_needed(grant, each.name)
        key = f"administrator-grant:{grant.pk}:{each.pk}"
        mail.post(letter, to=each.email, key=key, at=at, client=contact.client, automatic=True)
    return grant


@transaction.atomic
def confirm_administrator(*, grant: AdministratorGrant, by: User, at: datetime) -> Contact:
    """Make the person the client's administrator: from the next request on.

    Raises:
        NotTheSecond: the same person asked, or it is about them.
        GrantOver: somebody was faster, a week has passed, or somebody involved has lost the right meanwhile.
    """
    contact = grant.contact
    take_turn(contact.client)
    if by.pk in (grant.asked_by_id, contact.user_id):
        raise NotTheSecond("Somebody else has to confirm this.")
    may = {each.pk for each in queries.may_manage_people(contact.client)}
    if not {by.pk, grant.asked_by_id} <= may or not contact.is_active or not grant.waits_at(at):
        raise GrantOver("This was answered, has lapsed, or whoever asked has no right to it any more.")
    _answer(grant, by, at, is_confirmed=True)
    contact.role = Role.CLIENT_ADMINISTRATOR.value
    contact.save(update_fields=["role"])
    changed = ContactChanged(client_id=contact.client_id, contact_id=contact.pk, role=contact.role, is_active=True)
    facts.record(changed, by=by, at=at, client=contact.client)
    _step(contact, grant, "confirmed", by, at)
    return contact


@transaction.atomic
def refuse_administrator(*, grant: AdministratorGrant, by: User, at: datetime) -> AdministratorGrant:
    """Say that the person is not to be one, or take back what one asked for.

    Raises:
        GrantOver: it was answered.
    """
    _answer(grant, by, at, is_confirmed=False)
    _step(grant.contact, grant, "refused", by, at)
    return grant


@transaction.atomic
def set_website_roles(
    *, contact: Contact, roles: Mapping[int, Role | None], by: User | facts.Process, at: datetime
) -> list[WebsiteRole]:
    """Say what a person is for single websites, by their numbers; None takes a role away. The rest stays.

    Raises:
        NoSuchWebsite: one is not a website of the person's client.
    """
    take_turn(contact.client)
    if isinstance(by, User) and by.pk == contact.user_id:
        raise OwnAccess("What you may do yourself, another administrator or your account manager changes.")
    require_still_in_charge(contact.client, by)
    websites = contact.client.websites.in_bulk(list(roles))
    if set(websites) != set(roles):
        raise NoSuchWebsite("This website is not the client's.")
    known = {each.website_id: each for each in contact.website_roles.all()}
    for pk, role in roles.items():
        before = known[pk].role if pk in known else None
        if before == role:
            continue
        if role is None:
            known[pk].delete()
        else:
            WebsiteRole.objects.update_or_create(
                contact=contact, website=websites[pk],
                defaults={"client": contact.client, "role": Role(role), "given_at": at},
            )  # fmt: skip
        fact = WebsiteRoleChanged(
            client_id=contact.client_id, contact_id=contact.pk, website_id=pk, role=role.value if role else ""
        )
        facts.record(fact, by=by, at=at, client=contact.client)
    return list(contact.website_roles.select_related("website"))


def _answer(grant: AdministratorGrant, by: User, at: datetime, *, is_confirmed: bool) -> None:
    open_one = AdministratorGrant.objects.filter(pk=grant.pk, answered_at__isnull=True)
    if not open_one.update(answered_at=at, answered_by=by, is_confirmed=is_confirmed):
        raise GrantOver("This was answered already.")
    grant.answered_at, grant.answered_by, grant.is_confirmed = at, by, is_confirmed


def _step(contact: Contact, grant: AdministratorGrant | None, step: str, by: User, at: datetime) -> None:
    fact = AdministratorStep(
        client_id=contact.client_id, contact_id=contact.pk, grant_id=grant.pk if grant else None, step=step
    )
    facts.record(fact, by=by, at=at, client=contact.client)
