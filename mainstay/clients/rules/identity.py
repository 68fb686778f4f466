"""Whom a client's provider may sign in. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from mainstay.clients.identity_facts import Claims
from mainstay.clients.rules.asking import domain_of


class Verdict(StrEnum):
    """What becomes of somebody whom a provider has sent."""

    SIGN_IN = "sign_in"
    LINK = "link"
    LET_IN = "let_in"
    MAKE = "make"
    NO_ADDRESS = "no_address"
    OTHER_DOMAIN = "other_domain"
    STAFF = "staff"
    NO_ACCESS = "no_access"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known here of somebody's account: `email` of it, and whether it has access to the client now."""

    email: str
    is_staff: bool
    is_open: bool
    has_access: bool


def verdict(
    claims: Claims, *, linked: Known | None, by_address: Known | None, domains: Collection[str], makes_accounts: bool
) -> Verdict:
    """Whether and how somebody gets in.

    An account is found by the provider's subject. By an address it is found once, where the provider vouches for it and
    the client showed that the domain is its own. The agency's people are never signed in by a client's provider.
    `makes_accounts`: who is new may come in; nobody is who left.
    """
    if linked is not None:
        return _of_account(linked, domains) or Verdict.SIGN_IN
    if not claims.email or not claims.is_verified:
        return Verdict.NO_ADDRESS
    if domain_of(claims.email) not in domains:
        return Verdict.OTHER_DOMAIN
    if by_address is None:
        return Verdict.MAKE if makes_accounts else Verdict.NO_ACCESS
    if not by_address.has_access and by_address.is_open and not by_address.is_staff:
        return Verdict.LET_IN if makes_accounts else Verdict.NO_ACCESS
    return _of_account(by_address, domains) or Verdict.LINK


def _of_account(known: Known, domains: Collection[str]) -> Verdict | None:
    """What keeps a known account from being signed in, if anything."""
    if known.is_staff:
        return Verdict.STAFF
    if domain_of(known.email) not in domains:
        return Verdict.OTHER_DOMAIN
    return None if known.is_open and known.has_access else Verdict.NO_ACCESS
