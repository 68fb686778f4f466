"""Closing books: the past of each website's contract year is divided once, and kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from mainstay.clients.models import Website
from mainstay.policy.instants import whole
from mainstay.policy.ledger import Ledger, pack
from mainstay.watch.models import ClosedBook, PastChange
from mainstay.watch.queries.agreed import agreed_with
from mainstay.watch.queries.books import basis_of, to_close
from mainstay.watch.queries.ledgers import closed_ledgers

CLOSES_AFTER = timedelta(hours=72)
"""How old time must be to be closed. The triggers note changes of what is older than 24 hours, by the database's clock;
the rest is kept for clocks that were set back."""
STALE_AFTER = timedelta(days=2)
A_TURN = 10
"""Websites in one transaction: a writer waits for it no longer than a fraction of a second."""


def close_books(*, at: datetime) -> int:
    """Close the books of a bounded number of websites that are looked after. Returns how many were worked on."""
    upto = _edge(at)
    served = Website.objects.filter(is_active=True, client__is_active=True)
    wanted = to_close(served.values_list("pk", flat=True), upto - STALE_AFTER)
    chosen = list(served.filter(pk__in=sorted(wanted)[:A_TURN]).select_related("client"))
    if chosen:
        _close(chosen, upto, at)
    return len(chosen)


def _edge(at: datetime) -> datetime:
    """Midnight (UTC) before what may still change in the ordinary course of things."""
    old_enough = at - CLOSES_AFTER
    return datetime.combine(old_enough.astimezone(UTC).date(), time(), UTC)


@transaction.atomic
def _close(websites: Sequence[Website], upto: datetime, at: datetime) -> None:
    """Divide and keep. Of changes that are noted those are done with that were there before anything was read."""
    ids = [each.pk for each in websites]
    noted = list(PastChange.objects.filter(website_id__in=ids).values_list("pk", flat=True))
    agreed = agreed_with({each.client_id for each in websites}, at)
    ledgers = closed_ledgers(websites, upto, at)
    bases = {client_id: basis_of(each, at) for client_id, each in agreed.items()}
    books = [_book(each, ledgers[each.pk], bases[each.client_id], upto, at) for each in websites]
    ClosedBook.objects.filter(website__in=ids).delete()
    ClosedBook.objects.bulk_create(books)
    PastChange.objects.filter(pk__in=noted).delete()


def _book(website: Website, ledger: Ledger | None, basis: str, upto: datetime, at: datetime) -> ClosedBook:
    """An empty book, which never holds, where there is nothing to close yet: so that it is not looked for each time."""
    closed = ledger.within(ledger.start, upto) if ledger is not None else None
    left = ledger.unknown_left if ledger is not None else None
    return ClosedBook(
        client_id=website.client_id,
        website=website,
        starts_at=upto if closed is None else closed.start,
        upto=upto,
        basis=basis if closed is not None else "",
        unknown_left_us=None if left is None else whole(left),
        entries=pack(closed.entries if closed is not None else ()),
        closed_at=at,
    )
