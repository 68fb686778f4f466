"""Relying parties are registered, changed and removed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from allauth.idp.oidc.models import Client as Application
from django.db import transaction

from mainstay.access.facts import Permission, Role
from mainstay.access.gates import may_at_agency
from mainstay.access.keys import new_key
from mainstay.access.models import User
from mainstay.common import addresses, facts
from mainstay.idp import holding
from mainstay.idp.actions.keys import ensure_signing_key
from mainstay.idp.actions.visits import end_visit
from mainstay.idp.facts import PartyChanged, PartyRegistered, PartyRemoved, SecretRotated
from mainstay.idp.models import RelyingParty
from mainstay.idp.rules import REDIRECTS_MAX, SCOPES, redirect_problem

SECRET_PREFIX = "mso_"  # nosec B105 # noqa: S105 - how secrets begin
KEPT_FOR = timedelta(days=30)
GRANTS = ("authorization_code", "refresh_token")
EDITABLE = ("name", "redirects", "lets_in", "start_url", "logout_url", "is_private", "needs_proof_key")


class PartyRefused(ValueError):
    """What was said of a relying party cannot be used. `field` names the part; the text is for people."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def register_party(
    *,
    name: str,
    client_id: int,
    website_id: int | None = None,
    redirects: Sequence[str],
    lets_in: Collection[Role | str],
    is_confidential: bool = True,
    start_url: str = "",
    logout_url: str = "",
    is_private: bool = False,
    needs_proof_key: bool = True,
    by: User,
    at: datetime,
) -> tuple[RelyingParty, str]:
    """Let a website or tool sign people in; gives it, and its secret, which nobody can read again (empty: it has none).

    Raises:
        PartyRefused: there is no such client or website, or one of the addresses cannot be used.
    """
    if not any((each.client_id, each.website_id) == (client_id, website_id) for each in holding.places()):
        raise PartyRefused("place", "Choose one of your clients, or a website of one.")
    _check(redirects, (start_url, logout_url), is_private=is_private, by=by)
    _check_proof_key(needs_proof_key, is_confidential=is_confidential)
    ensure_signing_key(by=by, at=at)
    application = Application(name=name, created_at=at, skip_consent=False, allow_uri_wildcards=False)
    application.type = Application.Type.CONFIDENTIAL if is_confidential else Application.Type.PUBLIC
    application.set_grant_types(list(GRANTS))
    application.set_response_types(["code"])
    application.set_scopes(list(SCOPES))
    application.set_redirect_uris(list(redirects))
    secret = new_key(SECRET_PREFIX)
    application.set_secret(secret)
    application.save()
    party = RelyingParty.objects.create(
        application=application, client_id=client_id, website_id=website_id, lets_in=_roles(lets_in),
        start_url=start_url, logout_url=logout_url, is_private=is_private,
        needs_proof_key=needs_proof_key, created_at=at, created_by=by,
        secret_made_at=at if is_confidential else None,
    )  # fmt: skip
    fact = PartyRegistered(party_id=party.pk, client_id=client_id, website_id=website_id, roles=tuple(party.lets_in))
    facts.record(fact, by=by, at=at, client=party.client)
    return party, secret if is_confidential else ""


@transaction.atomic
def change_party(
    *,
    party: RelyingParty,
    name: str,
    redirects: Sequence[str],
    lets_in: Collection[Role | str],
    start_url: str,
    logout_url: str,
    is_private: bool,
    needs_proof_key: bool,
    by: User,
    at: datetime,
) -> RelyingParty:
    """Change what is known of a relying party. Whom it lets in no more is out by the next look, within minutes.

    Raises:
        PartyRefused: one of the addresses cannot be used.
    """
    application = party.application
    before = [application.name, application.get_redirect_uris(), party.lets_in, party.start_url, party.logout_url,
              party.is_private, party.needs_proof_key]  # fmt: skip
    after = [name, list(redirects), _roles(lets_in), start_url, logout_url, is_private, needs_proof_key]
    changed = tuple(field for field, old, new in zip(EDITABLE, before, after, strict=True) if old != new)
    if not changed:
        return party
    new_private = is_private and not party.is_private
    if is_private and logout_url not in ("", party.logout_url) and not may_at_agency(by, Permission.USER_EDIT):
        raise PartyRefused("logout_url", "Only an administrator can say where one in a private network is called.")
    _check(redirects, (start_url, logout_url), is_private=is_private, by=by, asks_private=new_private)
    _check_proof_key(needs_proof_key, is_confidential=party.is_confidential)
    application.name = name
    application.set_redirect_uris(list(redirects))
    application.save(update_fields=["name", "redirect_uris"])
    for field, value in zip(EDITABLE[2:], after[2:], strict=True):
        setattr(party, field, value)
    party.save(update_fields=list(EDITABLE[2:]))
    fact = PartyChanged(party_id=party.pk, fields=changed, roles=tuple(party.lets_in))
    facts.record(fact, by=by, at=at, client=party.client)
    return party


@transaction.atomic
def rotate_secret(*, party: RelyingParty, by: User, at: datetime) -> str:
    """Give a relying party another secret; the one before ends at once."""
    secret = new_key(SECRET_PREFIX)
    party.application.set_secret(secret)
    party.application.save(update_fields=["secret"])
    party.secret_made_at = at
    party.save(update_fields=["secret_made_at"])
    facts.record(SecretRotated(party_id=party.pk), by=by, at=at, client=party.client)
    return secret


@transaction.atomic
def remove_party(*, party: RelyingParty, by: User, at: datetime) -> int:
    """Let it sign nobody in any more, and end all tokens it has; how many people were there."""
    ended = 0
    for visit in party.visits.filter(put_out_at__isnull=True).select_related("user"):
        end_visit(visit, "removed", by, at)
        ended += 1
    party.removed_at = at
    party.save(update_fields=["removed_at"])
    facts.record(PartyRemoved(party_id=party.pk), by=by, at=at, client=party.client)
    return ended


@transaction.atomic
def forget_removed(*, at: datetime) -> int:
    """Delete what was removed so long ago that everybody was told, or cannot be; how many."""
    gone = RelyingParty.objects.filter(removed_at__lte=at - KEPT_FOR)
    return Application.objects.filter(relying_party__in=gone).delete()[0]


def _check(
    redirects: Sequence[str], others: Sequence[str], *, is_private: bool, by: User, asks_private: bool | None = None
) -> None:
    if is_private and asks_private is not False and not may_at_agency(by, Permission.USER_EDIT):
        raise PartyRefused("is_private", "Only an administrator can say that it stands in a private network.")
    if not redirects or len(redirects) > REDIRECTS_MAX:
        raise PartyRefused("redirects", f"Give one to {REDIRECTS_MAX} redirect addresses, each on a line of its own.")
    for each in redirects:
        if problem := redirect_problem(each, allow_http=is_private):
            raise PartyRefused("redirects", f"{each}: {problem}")
    for field, url in zip(("start_url", "logout_url"), others, strict=True):
        if url:
            _check_url(field, url, is_private=is_private)


def _check_proof_key(needs_proof_key: bool, *, is_confidential: bool) -> None:
    if not needs_proof_key and not is_confidential:
        raise PartyRefused("needs_proof_key", "What has no secret has to send a proof key.")


def _check_url(field: str, url: str, *, is_private: bool) -> None:
    try:
        addresses.check_written(addresses.parse(url), allow_private=is_private)
    except addresses.AddressRefused as problem:
        raise PartyRefused(field, f"{problem.reason}.") from problem
    if not is_private and not url.startswith("https://"):
        raise PartyRefused(field, "Use https://. Plain http:// is only for tools in a private network.")


def _roles(lets_in: Collection[Role | str]) -> list[str]:
    wanted = sorted({Role(each).value for each in lets_in})
    if not wanted:
        raise PartyRefused("lets_in", "Choose at least one role that gets in.")
    return wanted
