"""Appending to the sealed log, and proving what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from mainstay.common.models import Leaf, TreeHead
from mainstay.common.seals import merkle
from mainstay.common.seals.entry import Entry

SUBJECTS_AT_ONCE = 500
LOCK = 0x6D61_696E  # any number that nobody else locks by: PostgreSQL's advisory locks have no names


@dataclass(frozen=True, slots=True)
class Proof:
    """That one leaf is in the tree of a head: its number, the head's size and root, and the path from leaf to root."""

    number: int
    size: int
    root: str
    path: tuple[str, ...]


@transaction.atomic
def seal(entries: Sequence[tuple[Entry, int | None]], *, at: datetime) -> TreeHead | None:
    """Append entries, each with the id of the client it belongs to (or None), and note the tree's new head.

    What is sealed under the same subject stays as it is: sealing again changes nothing. None when nothing was new.
    """
    _one_at_a_time()
    known = _known([each.subject for each, _ in entries])
    fresh = [(each, client_id) for each, client_id in entries if each.subject not in known]
    if not fresh:
        return None
    frontier = frontier_of(head())
    leaves = [
        Leaf(
            number=frontier.size + position,
            subject=entry.subject,
            client_id=client_id,
            entry=entry.text,
            digest=merkle.leaf_hash(entry.text.encode()).hex(),
            sealed_at=at,
        )
        for position, (entry, client_id) in enumerate(fresh)
    ]
    Leaf.objects.bulk_create(leaves, batch_size=1_000)
    grown = frontier.with_leaves(bytes.fromhex(each.digest) for each in leaves)
    return TreeHead.objects.create(
        size=grown.size, root=grown.root.hex(), frontier=[each.hex() for each in grown.roots], at=at
    )


def head(at: datetime | None = None) -> TreeHead | None:
    """The latest head, or the one that was the latest at `at`; None while nothing was sealed."""
    heads = TreeHead.objects.filter(at__lte=at) if at is not None else TreeHead.objects.all()
    found: TreeHead | None = heads.order_by("-size").first()
    return found


def frontier_of(found: TreeHead | None) -> merkle.Frontier:
    """What is needed to append to the tree of a head."""
    if found is None:
        return merkle.Frontier()
    return merkle.Frontier(found.size, tuple(bytes.fromhex(each) for each in found.frontier))


def digests(size: int) -> list[bytes]:
    """The hashes of the first `size` leaves, in order."""
    rows = Leaf.objects.filter(number__lt=size).order_by("number").values_list("digest", flat=True)
    return [bytes.fromhex(each) for each in rows.iterator()]


def proofs(numbers: Sequence[int], of: TreeHead) -> list[Proof]:
    """That each of these leaves is in the tree of a head."""
    leaves = digests(of.size)
    return [
        Proof(number, of.size, of.root, tuple(each.hex() for each in merkle.inclusion(leaves, number)))
        for number in numbers
    ]


def _known(subjects: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(subjects), SUBJECTS_AT_ONCE):
        some = subjects[start : start + SUBJECTS_AT_ONCE]
        found.update(Leaf.objects.filter(subject__in=some).values_list("subject", flat=True))
    return found


def _one_at_a_time() -> None:
    """Whoever appends waits for the one before. On SQLite there is one writer anyhow."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
