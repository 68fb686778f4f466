"""Whether an advisory hits a component: by OSV's rules, with the reason in words.

Source: https://ossf.github.io/osv-schema/#evaluation. Ranges and versions by name are both looked at; either is enough,
and where an advisory has both and they disagree, the finding is disputed. An advisory that was withdrawn hits nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mainstay.upkeep.facts import (
    Advisory,
    Affected,
    Component,
    EventKind,
    Finding,
    Range,
    RangeKind,
    Ruling,
    Vulnerability,
)
from mainstay.upkeep.rules.naming import package_key
from mainstay.upkeep.rules.versions import Key, Order, UnknownOrder, order_of

BEGINNING = "0"
"""Before every version, where a range begins with it."""
STARTS = (EventKind.INTRODUCED, EventKind.AFTER)
AT_ONE_VERSION = (EventKind.FIXED, EventKind.LIMIT, EventKind.INTRODUCED, EventKind.LAST_AFFECTED, EventKind.AFTER)
"""In which order events at one version happen: introduced and last affected there is one version that is hit."""
CVE = "CVE-"


@dataclass(frozen=True, slots=True)
class Said:
    """What one part of an advisory says: True, False, or None where it cannot be compared."""

    hits: bool | None
    rule: str = ""
    fixed_in: str = ""


IN_NO_RANGE = Said(False, "it is in none of the ranges")
NOT_NAMED = Said(False, "it is not among the versions named")


@dataclass(frozen=True, slots=True)
class Span:
    """From one version to another; an end that is empty is open. `is_fixed_at`: the end itself holds the fix."""

    low: str = ""
    high: str = ""
    holds_low: bool = True
    holds_high: bool = False

    def __str__(self) -> str:
        left = f"{self.low} {'<=' if self.holds_low else '<'} " if self.low else ""
        right = f" {'<=' if self.holds_high else '<'} {self.high}" if self.high else ""
        return f"{left}{{}}{right}"


class Entry:
    """A package of an advisory, with its spans worked out when it is first compared."""

    __slots__ = ("_spans", "advisory", "affected")

    def __init__(self, advisory: Advisory, affected: Affected) -> None:
        self.advisory, self.affected = advisory, affected
        self._spans: list[list[tuple[Span, Key, Key]]] | None = None

    def spans(self, order: Order) -> list[list[tuple[Span, Key, Key]]]:
        """For each range its spans, with the keys of both ends (of no use where an end is open)."""
        if self._spans is None:
            self._spans = [
                [(each, order(each.low), order(each.high)) for each in spans(one, order)]
                for one in self.affected.ranges
            ]
        return self._spans


Index = Mapping[tuple[str, str], Iterable[Entry]]
"""For each package, by `package_key`, what advisories say of it."""


def index_of(advisories: Iterable[Advisory]) -> dict[tuple[str, str], list[Entry]]:
    """The advisories by the packages that they are about; those that were withdrawn are left out."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for advisory in advisories:
        if advisory.withdrawn:
            continue
        for affected in advisory.affected:
            found.setdefault(package_key(affected.ecosystem, affected.name), []).append(Entry(advisory, affected))
    return found


def findings(component: Component, index: Index) -> list[Finding]:
    """Every advisory that hits the component, or that cannot be decided; one finding each."""
    found: dict[str, Finding] = {}
    version = _key(component)
    for entry in index.get(package_key(component.ecosystem, component.name), ()):
        finding = judge(component, entry, version)
        known = found.get(entry.advisory.id)
        if finding and (known is None or _gravity(finding.ruling) < _gravity(known.ruling)):
            found[entry.advisory.id] = finding
    return list(found.values())


def judge(component: Component, entry: Entry, version: Key | None) -> Finding | None:
    """What one package of an advisory says of a component of that package; None where it is not hit.

    `version` is the key of the component's version, None for one that cannot be compared.
    """
    advisory, affected = entry.advisory, entry.affected
    if affected.release and affected.release != component.release:
        if component.release:
            return None
        rule = f"it is about release {affected.release}, and of which release this is is not known"
        return Finding(component, advisory, Ruling.CANNOT_DECIDE, rule)
    by_name = _by_name(component, affected, version)
    by_range = _by_ranges(component, entry, version)
    if by_range is IN_NO_RANGE and by_name is None:
        return None
    ruling, rule = _both(by_name, by_range)
    if ruling is Ruling.NOT_AFFECTED:
        return None
    return Finding(component, advisory, ruling, rule, _fixed_in(component, affected))


def together(found: Iterable[Finding]) -> list[Vulnerability]:
    """Findings on the same component that share a name are about one thing, over however many names."""
    by_component: dict[Component, list[tuple[frozenset[str], tuple[Finding, ...]]]] = {}
    for finding in found:
        groups = by_component.setdefault(finding.component, [])
        names = finding.advisory.names
        same = [each for each in groups if each[0] & names]
        others = [each for each in groups if not each[0] & names]
        members = (*(one for each in same for one in each[1]), finding)
        by_component[finding.component] = [*others, (names.union(*(each[0] for each in same)), members)]
    return [
        Vulnerability(component, best_name(names), tuple(sorted(names - {best_name(names)})), members)
        for component, groups in by_component.items()
        for names, members in groups
    ]


def best_name(names: Iterable[str]) -> str:
    """The CVE's, where it has one: the name that others know; else the first."""
    ordered = sorted(names)
    return next((each for each in ordered if each.startswith(CVE)), ordered[0])


def _gravity(ruling: Ruling) -> int:
    return list(Ruling).index(ruling)


def _both(by_name: Said | None, by_range: Said | None) -> tuple[Ruling, str]:
    said = [each for each in (by_range, by_name) if each is not None]
    decided = [each for each in said if each.hits is not None]
    hits = [each for each in decided if each.hits]
    if not decided:
        rule = next((each.rule for each in said), "it names neither versions nor ranges of versions")
        return Ruling.CANNOT_DECIDE, rule
    if not hits:
        return Ruling.NOT_AFFECTED, ""
    if len(hits) < len(decided):
        other = next(each for each in decided if not each.hits)
        return Ruling.DISPUTED, f"{hits[0].rule}; but {other.rule}"
    return Ruling.AFFECTED, "; ".join(each.rule for each in hits)


def _by_name(component: Component, affected: Affected, version: Key | None) -> Said | None:
    """What the versions by name say; None where there are none."""
    if not affected.versions:
        return None
    if component.version in affected.versions or _is_among(component, affected.versions, version):
        return Said(True, f"version {component.version} is named")
    return NOT_NAMED


def _is_among(component: Component, versions: tuple[str, ...], version: Key | None) -> bool:
    """Whether one of the versions is the same in another spelling (`v1.0`, `1.0`)."""
    order = _order(component.ecosystem)
    return order is not None and version is not None and any(order(each) == version for each in versions)


def _by_ranges(component: Component, entry: Entry, version: Key | None) -> Said | None:
    """What the ranges say together; None where there are none."""
    ranges = entry.affected.ranges
    if not ranges:
        return None
    if all(each.kind is RangeKind.GIT for each in ranges):
        return Said(None, "its ranges are of commits, which say nothing of a version")
    order = _order(component.ecosystem)
    if order is None:
        return Said(None, f"how versions of {component.ecosystem} follow each other is not known")
    if version is None:
        return Said(None, f"{component.version!r} is no version that can be compared")
    for place, (one, of_one) in enumerate(zip(ranges, entry.spans(order), strict=True), 1):
        for span, low, high in of_one:
            if _holds(span, low, high, version):
                return Said(True, f"range {place} of {len(ranges)}, {one.kind}: {str(span).format(component.version)}")
    return IN_NO_RANGE


def spans(one: Range, order: Callable[[str], object]) -> list[Span]:
    """The spans that a range's events make, in the order of their versions, however they were written.

    A fix at the version of the next beginning ends the span before it. A limit ends what it stands in, as a fix does.
    A range of commits has none.
    """
    if one.kind is RangeKind.GIT:
        return []
    events = sorted(one.events, key=lambda event: (_place(event.version, order), AT_ONE_VERSION.index(event.kind)))
    found: list[Span] = []
    begun: Span | None = None
    for event in events:
        if event.kind in STARTS:
            low = "" if event.version == BEGINNING else event.version
            begun = begun or Span(low=low, holds_low=event.kind is EventKind.INTRODUCED)
        elif begun is not None and event.version != "*":
            holds = event.kind is EventKind.LAST_AFFECTED
            found.append(Span(begun.low, event.version, begun.holds_low, holds))
            begun = None
    return found if begun is None else [*found, begun]


def _place(version: str, order: Callable[[str], object]) -> tuple[int, object]:
    if version == BEGINNING:
        return (0, ())
    return (2, ()) if version == "*" else (1, order(version))


def _holds(span: Span, low: Key, high: Key, version: Key) -> bool:
    if span.low and (version < low or (version == low and not span.holds_low)):
        return False
    return not span.high or version < high or (version == high and span.holds_high)


def _fixed_in(component: Component, affected: Affected) -> tuple[str, ...]:
    """Versions above the one that is there that hold a fix, the lowest of each range first."""
    order = _order(component.ecosystem)
    named = [
        *(each.version for one in affected.ranges if one.kind is not RangeKind.GIT for each in one.events
          if each.kind is EventKind.FIXED),
        *affected.fixed_in,
    ]  # fmt: skip
    if order is None or not order.is_valid(component.version):
        return tuple(dict.fromkeys(named))
    mine = order(component.version)
    above = {each for each in named if order.is_valid(each) and order(each) > mine}
    return tuple(sorted(above, key=lambda each: (order(each), each)))


def _key(component: Component) -> Key | None:
    order = _order(component.ecosystem)
    return order(component.version) if order and order.is_valid(component.version) else None


@lru_cache(maxsize=64)
def _order(ecosystem: str) -> Order | None:
    try:
        return order_of(ecosystem)
    except UnknownOrder:
        return None
