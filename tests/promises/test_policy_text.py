"""The policy's text: its own words, each clause in its place."""

import copy
import tomllib
from typing import Any

import pytest

from mainstay.policy.promises import Clause
from mainstay.promises.policy_text import SOURCE, PolicyTextWrong, clause_ids, policy_text, read

SUPPORT_BULLETS = """
Responsive support availability during usual office hours to ensure maximum uptime of the website, with a maximum of \
40 hours of downtime per annum.
Frontline support for both users and system administrators, logging and tracking of calls raised, and timely \
resolution of issues.
Clear point of contact for support issues and a named Account Manager to proactively manage the agreement and provide \
a link between the client and our company.
Monthly performance and management reports, including Service Level reporting, which covers quality of service \
delivery and escalation procedures.
Assistance with technical difficulties, such as data upload difficulties, image upload difficulties, viewability of \
items, layout issues, and any cyber-attacks perpetrated against the client on its websites.
"""


@pytest.fixture
def content() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(SOURCE.read_text(encoding="utf-8")))


def test_every_clause_of_the_policy_has_its_words():
    assert clause_ids() == tuple(clause.value for clause in Clause)


def test_runs_joined_are_the_policys_sentences():
    support = next(each for each in policy_text().sections if each.heading == "Support Services")
    assert [block.text for block in support.blocks if block.is_bullet] == SUPPORT_BULLETS.strip().split("\n")


def test_the_sections_are_those_of_the_policy():
    assert [section.heading for section in policy_text().sections] == [
        "Purpose",
        "Scope",
        "Support Services",
        "Maintenance Services",
        "Partnership and Collaboration",
        "Conclusion",
    ]


def test_a_clause_knows_its_words_and_its_section():
    clause = policy_text().clauses["S2"]
    assert clause.text == "a maximum of 40 hours of downtime per annum"
    assert clause.section == "Support Services"


def test_a_clause_without_a_place_in_the_text_is_refused(content: dict[str, Any]):
    content["clauses"]["X1"] = content["clauses"]["S1"]
    with pytest.raises(PolicyTextWrong, match="X1"):
        read(content)


def test_a_clause_that_stands_twice_is_refused(content: dict[str, Any]):
    runs = content["sections"][2]["blocks"][1]["runs"]
    runs.append(dict(runs[0]))
    with pytest.raises(PolicyTextWrong, match="more than once in the text: S1"):
        read(content)


def test_a_clause_without_its_meaning_is_refused(content: dict[str, Any]):
    del content["clauses"]["S2"]["meaning"]
    with pytest.raises(PolicyTextWrong, match="meaning"):
        read(content)
