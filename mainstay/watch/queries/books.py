"""Closed books that hold: what need not be divided anew."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from mainstay.policy.ledger import FORMAT, Entry, unpack
from mainstay.policy.terms import as_dict, default
from mainstay.policy.year import Period
from mainstay.watch.models import ClosedBook, PastChange
from mainstay.watch.queries.agreed import Agreed


@dataclass(frozen=True, slots=True)
class Book:
    """The beginning of a year, up to `upto`, and what was left there of the allowance for unknown time."""

    upto: datetime
    entries: tuple[Entry, ...]
    unknown_left: timedelta | None


def books(
    clients: Mapping[int, int], years: Mapping[int, Period], agreed: Mapping[int, Agreed], at: datetime
) -> dict[int, Book]:
    """The books of websites that hold at `at`, by website, in two queries.

    Args:
        clients: whose each website is.
        years: the year of each website; those without one have no book.
    """
    changed = set(PastChange.objects.filter(website_id__in=list(years)).values_list("website_id", flat=True))
    rows = ClosedBook.objects.filter(website__in=list(years), upto__lte=at).exclude(website__in=changed)
    bases = {client_id: basis_of(of, at) for client_id, of in agreed.items()}
    fields = ("website", "starts_at", "upto", "basis", "unknown_left_us", "entries")
    found = {}
    for website_id, starts_at, upto, basis, left_us, entries in rows.values_list(*fields):
        if starts_at == years[website_id].start and basis and basis == bases[clients[website_id]]:
            left = None if left_us is None else timedelta(microseconds=left_us)
            found[website_id] = Book(upto, unpack(bytes(entries)), left)
    return found


def basis_of(agreed: Agreed, at: datetime) -> str:
    """What a year is divided by at `at`: the version in force, and how we divide. Empty where nothing is agreed."""
    agreement = agreed.agreement(at)
    return f"{FORMAT}:{agreement.pk}:{_default_digest()}" if agreement is not None else ""


@cache
def _default_digest() -> str:
    """Of the terms that an agreement's own are laid over."""
    return hashlib.sha256(repr(sorted(as_dict(default()).items())).encode()).hexdigest()[:16]


def to_close(website_ids: Iterable[int], since: datetime) -> set[int]:
    """Of the websites those that have no book up to `since`, or one that a change of the past has opened."""
    wanted = set(website_ids)
    changed = set(PastChange.objects.filter(website_id__in=wanted).values_list("website_id", flat=True))
    closed = ClosedBook.objects.filter(website__in=wanted, upto__gte=since).values_list("website", flat=True)
    return (wanted - set(closed)) | changed
