"""Whether an advisory hits a component: OSV's rules, and the faults that other products had with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.upkeep.facts import Advisory, Affected, Component, Event, EventKind, Range, RangeKind, Ruling
from mainstay.upkeep.feeds import osv
from mainstay.upkeep.rules import matching
from mainstay.upkeep.rules.versions import order_of


def advisory(affected: dict | list[dict], **said: object) -> Advisory:
    rows = affected if isinstance(affected, list) else [affected]
    return osv.record({"id": "GHSA-1", "modified": "2026-01-01T00:00:00Z", "affected": rows, **said})


def package(events: list[dict] | None = None, *, ecosystem: str = "PyPI", name: str = "django", **said: object) -> dict:
    ranges = {"ranges": [{"type": "ECOSYSTEM", "events": events}]} if events is not None else {}
    return {"package": {"ecosystem": ecosystem, "name": name}, **ranges, **said}


def found(component: Component, *advisories: Advisory) -> list[matching.Finding]:
    return matching.findings(component, matching.index_of(advisories))


def ruling(
    version: str, *advisories: Advisory, ecosystem: str = "PyPI", name: str = "django", release: str = ""
) -> str:
    one = found(Component(ecosystem, name, version, release), *advisories)
    return one[0].ruling if one else Ruling.NOT_AFFECTED


DISJOINT = [{"introduced": "2.0"}, {"fixed": "2.2.5"}, {"introduced": "3.0"}, {"fixed": "3.0.4"}]


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.9", "not_affected"), ("2.0", "affected"), ("2.2.4", "affected"), ("2.2.5", "not_affected"),
     ("2.9", "not_affected"), ("3.0.3", "affected"), ("3.0.4", "not_affected"), ("4.0", "not_affected")],
)  # fmt: skip
@pytest.mark.parametrize("backwards", [False, True])
def test_two_disjoint_intervals_in_one_range(version: str, expected: str, backwards: bool) -> None:
    events = DISJOINT[::-1] if backwards else DISJOINT
    assert ruling(version, advisory(package(events))) == expected


def test_ranges_and_versions_together_either_is_enough_and_disagreement_is_disputed() -> None:
    both = advisory(package([{"introduced": "2.0"}, {"fixed": "2.1"}], versions=["2.0", "1.9"]))
    assert ruling("2.0", both) == Ruling.AFFECTED
    assert ruling("2.0.1", both) == Ruling.DISPUTED
    assert ruling("1.9", both) == Ruling.DISPUTED
    assert ruling("2.1", both) == Ruling.NOT_AFFECTED


def test_the_v_prefix_of_composers_tags() -> None:
    one = advisory(package([{"introduced": "v1.0.0"}, {"fixed": "v1.2.0"}], ecosystem="Packagist", name="acme/shop"))
    given_ = {"ecosystem": "Packagist", "name": "Acme/Shop"}
    assert ruling("v1.1.9", one, **given_) == Ruling.AFFECTED
    assert ruling("1.2.0", one, **given_) == Ruling.NOT_AFFECTED
    named = advisory(package(versions=["1.1.0"], ecosystem="Packagist", name="acme/shop"))
    assert ruling("v1.1.0", named, **given_) == Ruling.AFFECTED


def test_a_debian_revision_holds_the_fix() -> None:
    one = advisory(package([{"introduced": "0"}, {"fixed": "3.0.11-1~deb12u2"}], ecosystem="Debian:12", name="openssl"))
    given_ = {"ecosystem": "Debian", "name": "openssl", "release": "12"}
    assert ruling("3.0.11-1~deb12u1", one, **given_) == Ruling.AFFECTED
    assert ruling("3.0.11-1~deb12u2", one, **given_) == Ruling.NOT_AFFECTED
    assert ruling("3.0.11-1", one, **given_) == Ruling.NOT_AFFECTED


def test_no_release_given_cannot_be_decided_and_another_release_is_not_hit() -> None:
    one = advisory(package([{"introduced": "0"}, {"fixed": "2"}], ecosystem="Debian:12", name="openssl"))
    assert ruling("1", one, ecosystem="Debian", name="openssl") == Ruling.CANNOT_DECIDE
    assert ruling("1", one, ecosystem="Debian", name="openssl", release="11") == Ruling.NOT_AFFECTED


def test_aliases_are_joined_after_matching_so_that_none_is_dropped_early() -> None:
    """The record that does not match must not take the one that does with it."""
    stale = osv.record({"id": "GHSA-9", "aliases": ["CVE-2026-1"], "affected": [package([{"introduced": "5.0"}])]})
    exact = osv.record({"id": "PYSEC-9", "aliases": ["CVE-2026-1"], "affected": [package([{"introduced": "0"}])]})
    other = osv.record({"id": "GHSA-8", "aliases": ["PYSEC-9"], "affected": [package([{"introduced": "1.0"}])]})
    together = matching.together(found(Component("PyPI", "Django", "2.0"), stale, exact, other))
    assert [(each.name, each.aliases) for each in together] == [("CVE-2026-1", ("GHSA-8", "PYSEC-9"))]
    assert {one.advisory.id for one in together[0].findings} == {"PYSEC-9", "GHSA-8"}


def test_one_thing_stays_one_when_a_later_name_joins_two() -> None:
    rows = [("A", []), ("B", []), ("C", ["A", "B"])]
    records = [
        osv.record({"id": id_, "aliases": more, "affected": [package([{"introduced": "0"}])]}) for id_, more in rows
    ]
    assert len(matching.together(found(Component("PyPI", "django", "1"), *records))) == 1


def test_withdrawn_is_skipped() -> None:
    assert ruling("1.0", advisory(package([{"introduced": "0"}]), withdrawn="2026-02-01T00:00:00Z")) == "not_affected"


@pytest.mark.parametrize(
    "one",
    [
        {"ranges": [{"type": "GIT", "repo": "https://example.org/x", "events": [{"introduced": "0"}]}]},
        {},
    ],
)
def test_commits_alone_or_nothing_cannot_be_decided(one: dict) -> None:
    assert ruling("1.0", advisory({"package": {"ecosystem": "PyPI", "name": "django"}, **one})) == Ruling.CANNOT_DECIDE


def test_commits_beside_versions_do_not_matter() -> None:
    ranges = [
        {"type": "GIT", "repo": "https://example.org/x", "events": [{"introduced": "0"}]},
        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]},
    ]
    one = advisory({"package": {"ecosystem": "PyPI", "name": "django"}, "ranges": ranges})
    assert ruling("2", one) == Ruling.NOT_AFFECTED
    assert ruling("1", one) == Ruling.AFFECTED


def test_a_version_that_cannot_be_compared_cannot_be_decided_unless_it_is_named() -> None:
    one = advisory(package([{"introduced": "0"}], ecosystem="Packagist", name="acme/shop"))
    assert ruling("dev-main", one, ecosystem="Packagist", name="acme/shop") == Ruling.CANNOT_DECIDE
    named = advisory(package(versions=["dev-main"], ecosystem="Packagist", name="acme/shop"))
    assert ruling("dev-main", named, ecosystem="Packagist", name="acme/shop") == Ruling.AFFECTED


def test_an_end_is_in_or_out_as_its_event_says() -> None:
    last = advisory(package([{"introduced": "1.0"}, {"last_affected": "1.0"}]))
    assert [ruling(each, last) for each in ("0.9", "1.0", "1.0.1")] == ["not_affected", "affected", "not_affected"]
    limit = advisory(package([{"introduced": "1.0"}, {"limit": "2.0"}]))
    assert [ruling(each, limit) for each in ("1.9", "2.0")] == ["affected", "not_affected"]
    unlimited = advisory(package([{"introduced": "1.0"}, {"limit": "*"}]))
    assert ruling("99", unlimited) == Ruling.AFFECTED


def test_a_finding_explains_itself() -> None:
    one = advisory(package([{"introduced": "2.0"}, {"fixed": "2.2.5"}, {"introduced": "3.0"}, {"fixed": "3.0.4"}]))
    finding = found(Component("PyPI", "django", "3.0.1"), one)[0]
    assert finding.rule == "range 1 of 1, ECOSYSTEM: 3.0 <= 3.0.1 < 3.0.4"
    assert finding.fixed_in == ("3.0.4",)
    assert finding.advisory == one


def test_the_same_package_by_another_name_is_found() -> None:
    one = advisory(package([{"introduced": "0"}], name="Zope.Interface"))
    assert ruling("1", one, name="zope-interface") == Ruling.AFFECTED
    assert ruling("1", one, name="zope-interfaces") == Ruling.NOT_AFFECTED
    npm = advisory(package([{"introduced": "0"}], ecosystem="npm", name="JSONStream"))
    assert ruling("1.0.0", npm, ecosystem="npm", name="jsonstream") == Ruling.NOT_AFFECTED


NUMBERS = st.integers(min_value=0, max_value=12)


@given(
    st.lists(
        st.tuples(st.sampled_from(["introduced", "fixed", "last_affected"]), NUMBERS),
        max_size=6,
        unique_by=lambda e: e[1],
    ),
    NUMBERS,
)
def test_spans_equal_osvs_own_walk_through_the_events(events: list[tuple[str, int]], version: int) -> None:
    """The pseudo-code of the schema: the events in order, each turning the answer on or off."""
    hit = False
    for kind, at in sorted(events, key=lambda event: event[1]):
        if kind == "introduced" and version >= at:
            hit = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            hit = False
    one = Range(RangeKind.ECOSYSTEM, tuple(Event(EventKind(kind), f"{at}.1") for kind, at in events))
    package_ = Affected("PyPI", "x", ranges=(one,))
    assert bool(found(Component("PyPI", "x", f"{version}.1"), Advisory("A", "test", affected=(package_,)))) == hit
    assert matching.spans(one, order_of("PyPI")) == matching.spans(
        Range(RangeKind.ECOSYSTEM, one.events[::-1]), order_of("PyPI")
    )
