"""A Merkle tree over an append-only log, hashed as RFC 6962 says (section 2.1). Pure.

A leaf is hashed behind a zero byte and an inner node behind a one, so that neither can be passed off as the other. The
tree of n leaves splits at the largest power of two below n. An inclusion proof shows that one leaf is in a tree, a
consistency proof that a tree is the beginning of another. The checks of proofs are those of RFC 9162 (section 2.1.3
and 2.1.4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the whole subtrees that a log of `size` leaves is made of, the largest first.

    It is all that is needed to append and to know the root: as many hashes as `size` has ones in binary.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier of a log with these leaf hashes."""
        return cls().with_leaves(leaves)

    def with_leaves(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after leaf hashes were appended."""
        size, roots = self.size, list(self.roots)
        for each in leaves:
            merged, size = each, size + 1
            for _ in range((size & -size).bit_length() - 1):
                merged = node_hash(roots.pop(), merged)
            roots.append(merged)
        return Frontier(size, tuple(roots))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.roots:
            return EMPTY
        found = self.roots[-1]
        for each in reversed(self.roots[:-1]):
            found = node_hash(each, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree with these leaf hashes."""
    return Frontier.of(leaves).root


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The proof that the leaf at `index` is in the tree of `leaves`, from the leaf upwards.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    found, low, high = [], 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append(root_of(leaves[middle:high]))
            high = middle
        else:
            found.append(root_of(leaves[low:middle]))
            low = middle
    return tuple(reversed(found))


def consistency(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """The proof that the tree of the first `size` leaves is the beginning of the tree of all.

    Raises:
        IndexError: there are fewer leaves.
    """
    if not 0 <= size <= len(leaves):
        raise IndexError(f"no tree of {size} within {len(leaves)}")
    if size in (0, len(leaves)):
        return ()
    found, low, high = [], 0, len(leaves)
    while size < high:
        middle = low + _split(high - low)
        if size <= middle:
            found.append(root_of(leaves[middle:high]))
            high = middle
        else:
            found.append(root_of(leaves[low:middle]))
            low = middle
    if low:
        found.append(root_of(leaves[low:high]))
    return tuple(reversed(found))


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf`, a leaf hash, stands at `index` of the tree of `size` with this `root`."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `old_size` with `old_root` is the beginning of the other one."""
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_found = found = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old_found, found = node_hash(each, old_found), node_hash(each, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
