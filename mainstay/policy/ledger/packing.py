"""A ledger's entries as bytes, and back: what a closed stretch of time is kept as.

`count` (8 bytes), the edges of the entries (8 bytes each, microseconds since 1970; one more than there are entries),
then a byte an entry: state, reason and both bounds. All numbers are little-endian.
"""

import sys
from array import array
from collections.abc import Sequence
from itertools import pairwise

from mainstay.policy.ledger.book import Entry
from mainstay.policy.ledger.states import Reason, State

FORMAT = 2
"""To be raised whenever states, reasons, or what a ledger is divided by, come to mean something else."""

_STATES, _REASONS = tuple(State), tuple(Reason)
_MEANINGS = tuple(
    (state, reason, bool(code & 64), bool(code & 128))
    for code in range(256)
    for state in [_STATES[min(code & 7, len(_STATES) - 1)]]
    for reason in [_REASONS[min(code >> 3 & 7, len(_REASONS) - 1)]]
)


class EntriesApart(ValueError):
    """Entries that do not follow one another without a hole: they cannot be packed."""


def pack(entries: Sequence[Entry]) -> bytes:
    """The entries of a ledger whose time has all come.

    Raises:
        EntriesApart: an entry does not begin where the one before it ends.
    """
    if any(one.end != other.start for one, other in pairwise(entries)):
        raise EntriesApart("the entries do not follow one another")
    edges = array("q", [len(entries), *(each.start for each in entries), *(each.end for each in entries[-1:])])
    if sys.byteorder == "big":
        edges.byteswap()
    return edges.tobytes() + bytes(_code(each) for each in entries)


def unpack(content: bytes) -> tuple[Entry, ...]:
    """What `pack` packed.

    Raises:
        ValueError: these are no packed entries.
    """
    head = array("q", content[:8])
    if sys.byteorder == "big":
        head.byteswap()
    count = head[0]
    length = 8 * (count + 1) if count else 0
    if count < 0 or len(content) != 8 + length + count:
        raise ValueError("these are no packed entries")
    edges = array("q", content[8 : 8 + length])
    if sys.byteorder == "big":
        edges.byteswap()
    codes = content[8 + length :]
    return tuple(Entry(start, end, *_MEANINGS[code]) for (start, end), code in zip(pairwise(edges), codes, strict=True))


def _code(entry: Entry) -> int:
    return _STATES.index(entry.state) | _REASONS.index(entry.reason) << 3 | entry.in_lower << 6 | entry.in_upper << 7
