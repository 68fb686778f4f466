"""Terms as people type them, the agreement as a text, and what an amendment changes."""

from datetime import date

import pytest

from mainstay.policy.document import Parties, agreement_text, digest, lines, public_text
from mainstay.policy.promises import Clause
from mainstay.policy.terms import TermsWrong, default, guide, load
from mainstay.policy.terms.amending import amended
from mainstay.policy.text import policy_text

TERMS = [term for group in guide.groups() for term in group.terms]
PARTIES = Parties(
    agency="Harbour\nAgency", client="Alder", version=3, starts_on=date(2025, 2, 1), effective_from=date(2026, 2, 1)
)


def test_all_terms_together_are_the_terms() -> None:
    found: dict = {}
    for term in TERMS:
        guide.put(found, term.path, term.usual)
    assert found == default().as_dict()


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.path)
def test_what_is_typed_reads_back_as_it_was(term) -> None:
    assert term.read(term.typed(term.usual)) == term.usual
    assert term.label
    assert term.said(term.usual)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("support.week.sat", "10:00-12:00, 13:00–15:00", [["10:00", "12:00"], ["13:00", "15:00"]]),
        ("support.exceptions", "2026-12-24 09:00–13:00\r\n2026-12-27 closed", {
            "2026-12-24": [["09:00", "13:00"]], "2026-12-27": [],
        }),
        ("updates.medium", "next round", "next_round"),
        ("response.P4.update", "none", "none"),
        ("response.P4.update", "2 working days", "2 working days"),
        ("checking.rechecks", " 5 s,  10 s , ", ["5 s", "10 s"]),
        ("downtime.excluded", ["planned"], ["planned"]),
        ("escalation.steps", "percent 80; tells team_lead", [{"percent": 80, "tells": ["team_lead"]}]),
    ],
)  # fmt: skip
def test_terms_are_typed_as_people_write_them(path, typed, value) -> None:
    assert guide.term(path).read(typed) == value


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("downtime.hours_a_year", "forty"),
        ("downtime.pro_rata", "perhaps"),
        ("downtime.clock", "lunch"),
        ("changes.patch_window", "night"),
        ("support.exceptions", "christmas closed"),
        ("escalation.steps", "percent"),
        ("warnings.budget_percent", "25, half"),
        ("updates.medium", "none"),
    ],
)
def test_what_a_term_cannot_be_is_refused_by_its_key(path, typed) -> None:
    with pytest.raises(TermsWrong) as problem:
        guide.term(path).read(typed)
    assert problem.value.key.startswith(path)


def test_an_error_is_led_to_its_term() -> None:
    assert guide.whose("escalation.steps[1].percent") == "escalation.steps"
    assert guide.whose("response.P1.first") == "response.P1.first"
    assert guide.whose("support.holidaysx") == ""


def test_the_text_says_what_each_clause_comes_to() -> None:
    text = agreement_text(PARTIES, load({"downtime": {"hours_a_year": 12, "excluded": ["planned"]}}), ["2026-12-25"])
    notes = [each.text for each in lines(text) if each.kind == "note"]
    assert [each.split()[0] for each in notes] == [clause.value for clause in Clause]
    assert "at most 12 h of downtime in a contract year" in text
    assert "Causes that are not charged: planned." in text
    assert "2026-12-25" in text
    assert "Agreed between Harbour Agency and Alder." in text
    for section in policy_text().sections:
        for block in section.blocks:
            assert block.text.replace("40 hours", "12 hours") in text
    assert "40 hours" not in text


def test_the_same_agreement_is_the_same_text() -> None:
    one, other = (agreement_text(PARTIES, default(), []) for _ in range(2))
    assert digest(one) == digest(other)
    assert digest(one) != digest(agreement_text(PARTIES, load({"checking": {"every": "30 s"}}), []))
    assert "Version" not in public_text("Harbour", default()).splitlines()[1]


def test_an_amendment_says_before_and_after() -> None:
    after = load({"downtime": {"hours_a_year": 30}, "updates": {"low": "60 days"}}).as_dict()
    assert [str(each) for each in amended(default().as_dict(), after)] == [
        "Downtime, hours a year: 40 becomes 30",
        "Updates and patches, low: next round becomes 60 days",
    ]
    assert amended(after, after) == ()
