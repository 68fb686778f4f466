"""The sealed log: what was recorded cannot be changed, left out or put in afterwards without being found out.

An entry names what is sealed (the checks of a website's day, the facts of a client's day) with the SHA-256 of its
canonical bytes. Entries are the leaves of a Merkle tree (RFC 6962) that only grows: whoever keeps a head of it can be
shown that all that was sealed by then is still what it was.
"""

from mainstay.common.models.seal import Leaf, SealsAreAppendOnly, TimeStamp, TreeHead
from mainstay.common.seals.authority import StampRefused
from mainstay.common.seals.entry import Entry, escaped
from mainstay.common.seals.facts import closed_until, seal_facts
from mainstay.common.seals.log import Proof, digests, frontier_of, head, proofs, seal

__all__ = [
    "Entry",
    "Leaf",
    "Proof",
    "SealsAreAppendOnly",
    "StampRefused",
    "TimeStamp",
    "TreeHead",
    "closed_until",
    "digests",
    "escaped",
    "frontier_of",
    "head",
    "proofs",
    "seal",
    "seal_facts",
]
