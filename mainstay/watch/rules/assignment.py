"""Who of several looks after what: rendezvous hashing, and moves without two at a time. Pure.

The same rule shares monitors among the probers of a place, and partitions of results among the judges.
"""

from collections.abc import Iterable, Mapping, Set
from hashlib import blake2b


def owner(key: object, candidates: Iterable[str]) -> str | None:
    """The one of `candidates` that looks after `key`; None when there are none.

    The highest of the hashes of the pairs wins (Thaler and Ravishankar, 1996): everybody who knows the candidates finds
    the same, and when one comes or goes only what it takes or had moves.
    """
    return max(candidates, key=lambda each: (_weight(key, each), each), default=None)


def shares(keys: Iterable[int], candidates: Set[str]) -> dict[str, frozenset[int]]:
    """What each of `candidates` looks after; together all of `keys`, each once, unless there are no candidates."""
    found: dict[str, set[int]] = {each: set() for each in candidates}
    for key in keys:
        name = owner(key, candidates)
        if name is not None:
            found[name].add(key)
    return {name: frozenset(mine) for name, mine in found.items()}


def granted(wanted: Mapping[str, frozenset[int]], held: Mapping[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """What each may begin or go on with now: its share, but for what another still has at hand.

    `held` is what each who is alive may still be looking at. A move takes two steps: the old one lets go and says so,
    then the new one gets it.
    """
    return {
        name: mine.difference(*(theirs for other, theirs in held.items() if other != name))
        for name, mine in wanted.items()
    }


def _weight(key: object, candidate: str) -> bytes:
    return blake2b(f"{key} {candidate}".encode(), digest_size=8).digest()
