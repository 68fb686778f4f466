"""An agreement's terms: the default ones, what may be changed, and how an error is told."""

import json
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mainstay.policy import terms
from mainstay.policy.spans import parse_span
from mainstay.policy.terms import Cause, Priority, Rung, TermsWrong

HOUR = timedelta(hours=1)


def test_the_default_is_what_the_agency_promises() -> None:
    default = terms.default()
    assert default.downtime.limit == 40 * HOUR
    assert default.downtime.excluded == ()
    assert default.downtime.chargeable_unknown_past == 8 * HOUR
    assert default.zone.key == "Europe/London"
    assert (default.attained.first, default.attained.resolution) == (95, 90)
    assert default.warnings.burn[0].rate == Decimal("14.4")
    assert default.escalation.steps[0].tells == (Rung.ASSIGNEE, Rung.TEAM_LEAD)
    assert [str(default.response_for(n).resolution) for n in (1, 2, 3, 4)] == [
        "4 h",
        "1 working day",
        "5 working days",
        "20 working days",
    ]
    assert default.response_for("P4").update is None
    assert default.updates.low is None
    assert default.priority_of("high", "medium") is Priority.P2


def test_the_office_hours_of_the_terms_close_on_the_holidays_given() -> None:
    hours = terms.default().office_hours(holidays={date(2026, 4, 3)})
    assert hours.is_working_day(date(2026, 4, 2))
    assert not hours.is_working_day(date(2026, 4, 3))


def test_what_an_agreement_does_not_name_holds_as_by_default() -> None:
    changed = terms.load({"response": {"P1": {"first": "30 min"}}, "downtime": {"excluded": ["planned"]}})
    assert changed.response_for(1).first == parse_span("30 min")
    assert changed.response_for(1).resolution == terms.default().response_for(1).resolution
    assert changed.downtime.excluded == (Cause.PLANNED,)
    assert changed.support == terms.default().support


def test_terms_come_back_from_json_as_they_were() -> None:
    changed = terms.load(
        {
            "support": {"time_zone": "Asia/Tehran", "exceptions": {"2026-12-24": [["10:00", "12:00"]]}},
            "updates": {"low": "90 days"},
            "response": {"P4": {"update": "2 working days"}, "P1": {"update": "none"}},
        }
    )
    assert terms.load(json.loads(json.dumps(terms.as_dict(changed)))) == changed
    assert terms.load(terms.default().as_dict()) == terms.default()


def test_the_default_file_names_every_term() -> None:
    written = tomllib.loads(terms.DEFAULT_FILE.read_text(encoding="utf-8"))
    assert terms.from_toml(terms.DEFAULT_FILE.read_text(encoding="utf-8")) == terms.default()
    assert list(written) == list(terms.default().as_dict())


def test_terms_in_words_for_print() -> None:
    lines = dict(terms.lines(terms.default()))
    assert lines["downtime.hours_a_year"] == "40"
    assert lines["support.week.mon"] == "09:00–17:30"
    assert lines["support.week.sun"] == "none"
    assert lines["downtime.pro_rata"] == "yes"
    assert lines["escalation.steps[0].tells"] == "assignee, team_lead"


@pytest.mark.parametrize(
    ("overrides", "key"),
    [
        ({"respons": {}}, "respons"),
        ({"response": {"P5": {}}}, "response.P5"),
        ({"response": {"P1": {"fist": "1 h"}}}, "response.P1.fist"),
        ({"response": {"P1": {"first": "soon"}}}, "response.P1.first"),
        ({"response": {"P1": {"first": "0 h"}}}, "response.P1.first"),
        ({"response": {"P1": {"first": None}}}, "response.P1.first"),
        ({"response": {"P1": {"first": 3600}}}, "response.P1.first"),
        ({"response": {"P1": "1 h"}}, "response.P1"),
        ({"downtime": {"hours_a_year": 40.5}}, "downtime.hours_a_year"),
        ({"downtime": {"hours_a_year": True}}, "downtime.hours_a_year"),
        ({"downtime": {"hours_a_year": -1}}, "downtime.hours_a_year"),
        ({"downtime": {"clock": "day"}}, "downtime.clock"),
        ({"downtime": {"excluded": ["planned", "weather"]}}, "downtime.excluded[1]"),
        ({"downtime": {"excluded": "planned"}}, "downtime.excluded"),
        ({"downtime": {"pro_rata": "yes"}}, "downtime.pro_rata"),
        ({"support": {"time_zone": "Europe/Nowhere"}}, "support.time_zone"),
        ({"support": {"week": {"mon": [["09:00", "25:00"]]}}}, "support.week.mon[0]"),
        ({"support": {"week": {"monday": []}}}, "support.week.monday"),
        ({"support": {"week": {"mon": [["09:00"]]}}}, "support.week.mon[0]"),
        ({"support": {"exceptions": {"24 December": []}}}, "support.exceptions.'24 December'"),
        ({"downtime": {"a\nb": 1}}, "downtime.'a\\nb'"),
        ({"support": {"week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ())}}, "support.week"),
        ({"warnings": {"burn": [{"rate": "fast", "long": "1 h", "short": "5 min"}]}}, "warnings.burn[0].rate"),
        ({"warnings": {"burn": [{"rate": 1, "long": "1 h", "short": "5 h"}]}}, "warnings.burn[0].short"),
        ({"warnings": {"burn": [{"rate": 1, "long": "1 h"}]}}, "warnings.burn[0].short"),
        ({"warnings": {"budget_percent": [50, 25]}}, "warnings.budget_percent"),
        ({"escalation": {"steps": [{"percent": 0, "tells": []}]}}, "escalation.steps[0].percent"),
        ({"checking": {"timeout": "2 min"}}, "checking.timeout"),
        ({"priorities": {"high": {"high": "P0"}}}, "priorities.high.high"),
        ({"difficulties": {"weather": "P1"}}, "difficulties.weather"),
        ({"updates": {"low": "never"}}, "updates.low"),
        ({3: 4}, "3"),
        ({"response": {"P2": {"first": "9999 working days"}}}, "response.P2.first"),
        ({"response": {"P2": {"resolution": "999999 office hours"}}}, "response.P2.resolution"),
        ({"changes": {"patch_window": ["3", "6"]}}, "changes.patch_window"),
        ({"changes": {"patch_window": ["06:00", "06:00"]}}, "changes.patch_window"),
        ({"registration": {"link_valid": "0 s"}}, "registration.link_valid"),
        ({"partnership": {"P1": {"then": "0 s"}}}, "partnership.P1.then"),
        ({"support": {"exceptions": {"20261224": []}}}, "support.exceptions.20261224"),
        ({"warnings": {"burn": [{"rate": "1e999999", "long": "1 h", "short": "5 min"}]}}, "warnings.burn[0].rate"),
        ({"warnings": {"burn": [{"rate": "nan", "long": "1 h", "short": "5 min"}]}}, "warnings.burn[0].rate"),
    ],
)
def test_an_error_names_the_path_of_its_key(overrides: dict, key: str) -> None:
    with pytest.raises(TermsWrong) as problem:
        terms.load(overrides)
    assert problem.value.key == key
    assert str(problem.value).startswith(f"{key}: ")


def test_a_week_without_windows_is_refused_whatever_its_exceptions() -> None:
    closed = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ())
    with pytest.raises(TermsWrong, match=r"^support.week: has no window"):
        terms.load({"support": {"week": closed, "exceptions": {"1970-01-02": [["09:00", "10:00"]]}}})


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert terms.from_toml("\ufeff[downtime]\nhours_a_year = 30").downtime.limit == 30 * HOUR


@pytest.mark.parametrize(
    "text",
    [
        "downtime.hours_a_year = " + "9" * 5_000,
        "a = " + "[" * 3_000,
        "[a" + ".b" * 5_000 + "]",
        "downtime.clock = '" + "x" * 9_999 + "'",
        b"\xff\xfe[downtime]",
        None,
    ],
)
def test_a_file_beyond_reason_is_told_in_one_short_line(text: Any) -> None:
    with pytest.raises(TermsWrong) as problem:
        terms.from_toml(text)
    assert len(str(problem.value)) < 900
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("text", ["downtime = [", "downtime = 3", "[downtime]\nhours = 3"])
def test_a_file_that_is_wrong(text: str) -> None:
    with pytest.raises(TermsWrong):
        terms.from_toml(text)
    with pytest.raises(TermsWrong):
        terms.load([])  # type: ignore[arg-type]
