"""Layers of stretches laid over each other, and cut wherever one of them begins or ends."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

Stretch = tuple[int, int]
"""From, up to; microseconds since 1970."""

Piece = tuple[int, int, frozenset[str]]
"""From, up to, and the layers that cover the whole of it."""


def pieces(start: int, end: int, layers: Mapping[str, Iterable[Stretch]]) -> Iterator[Piece]:
    """Cut [start, end) at every edge of a layer: in order, without holes, none of them empty."""
    moves = sorted(move for name, stretches in layers.items() for move in _moves(name, stretches, start, end))
    counts = dict.fromkeys(layers, 0)
    at = start
    for instant, group in groupby(moves, key=itemgetter(0)):
        if instant > at:
            yield at, instant, _covering(counts)
            at = instant
        for _, name, step in group:
            counts[name] += step
    if at < end:
        yield at, end, _covering(counts)


def _moves(name: str, stretches: Iterable[Stretch], start: int, end: int) -> Iterator[tuple[int, str, int]]:
    for low, high in stretches:
        low_cut, high_cut = max(low, start), min(high, end)
        if low_cut < high_cut:
            yield low_cut, name, 1
            yield high_cut, name, -1


def _covering(counts: Mapping[str, int]) -> frozenset[str]:
    return frozenset(name for name, count in counts.items() if count)
