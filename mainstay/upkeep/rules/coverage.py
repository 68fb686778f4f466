"""Which components can be judged at all: unknown is never shown as good."""

from collections.abc import Iterable
from dataclasses import dataclass

from mainstay.upkeep.facts import Component, Trust
from mainstay.upkeep.rules.versions import UnknownOrder, order_of


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A component of which nothing can be said, and why."""

    component: Component
    reason: str


def unjudged(components: Iterable[Component], ecosystems: frozenset[str]) -> list[Unjudged]:
    """Those that cannot be judged, where there are advisories for `ecosystems` alone."""
    found = []
    for each in components:
        if reason := _reason(each, ecosystems):
            found.append(Unjudged(each, reason))
    return found


def _reason(component: Component, ecosystems: frozenset[str]) -> str:
    if component.trust is Trust.GUESSED:
        return "it is only guessed at from outside"
    if component.ecosystem not in ecosystems:
        return f"there are no advisories for {component.ecosystem}"
    try:
        order = order_of(component.ecosystem)
    except UnknownOrder as problem:
        return str(problem)
    if not order.is_valid(component.version):
        return f"{component.version!r} is no version that can be compared"
    return ""
