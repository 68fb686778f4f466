"""The rules of the clauses, by example: facts in, a verdict out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mainstay.policy.promises import Clause, Verdict
from mainstay.promises import facts
from mainstay.promises.rules import RULES, attainment, contact, downtime, intake, missing, reports, watching
from mainstay.promises.rules.outcome import ClockTimes, Outcome, outcome

AT = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
HOUR = 3600
SITE = facts.WebsiteDowntime(
    name="Harbour",
    limit_s=40 * HOUR,
    charged_s=4 * HOUR,
    lower_s=4 * HOUR - 60,
    upper_s=4 * HOUR + 60,
    unknown_s=0,
    forecast_s=10 * HOUR,
    breaks_at=None,
    observed_s=1_000_000,
)


def test_every_clause_has_a_rule():
    assert set(RULES) == set(Clause)


@pytest.mark.parametrize("clause", list(Clause))
def test_without_facts_no_clause_is_shown_as_good(clause: Clause):
    judged = missing.judge(clause, facts.NoFacts(missing="nothing is recorded."))
    assert (judged.verdict, judged.clause) == (Verdict.UNPROVEN, clause)
    assert judged.sentence == "Not proven: nothing is recorded."


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.KEPT),
        ({"charged_s": 30 * HOUR - 1}, Verdict.KEPT),
        ({"charged_s": 30 * HOUR}, Verdict.AT_RISK),
        ({"charged_s": 40 * HOUR, "forecast_s": 40 * HOUR}, Verdict.AT_RISK),
        ({"charged_s": 40 * HOUR + 1}, Verdict.BROKEN),
        ({"forecast_s": 40 * HOUR}, Verdict.KEPT),
        ({"forecast_s": 40 * HOUR + 1}, Verdict.AT_RISK),
        ({"observed_s": 0, "charged_s": 0}, Verdict.UNPROVEN),
        ({"observed_s": 0, "charged_s": 41 * HOUR}, Verdict.BROKEN),
    ],
)
def test_downtime_of_one_website(changed: dict[str, int], verdict: Verdict):
    assert downtime.verdict_of(replace(SITE, **changed)) is verdict


def test_the_worst_website_decides_and_is_named():
    worse = replace(SITE, name="Shop", charged_s=31 * HOUR, lower_s=30 * HOUR, upper_s=32 * HOUR, unknown_s=600)
    judged = downtime.judge(facts.DowntimeFacts(websites=(SITE, worse)))
    assert judged.verdict is Verdict.AT_RISK
    assert judged.actual == "31 h down (Shop)"
    assert judged.sentence == (
        "Shop has 9 h left of 40 h. Between 30 h and 32 h down, as finely as the checks can tell; 10 min unknown."
    )
    assert judged.would_break == "Shop is down for more than another 9 h in this contract year."


def test_an_unwatched_website_is_never_hidden_by_a_good_one():
    unseen = replace(SITE, name="New", charged_s=0, observed_s=0)
    assert downtime.judge(facts.DowntimeFacts(websites=(SITE, unseen))).verdict is Verdict.UNPROVEN


def test_the_forecast_names_the_day():
    risky = replace(SITE, forecast_s=50 * HOUR, breaks_at=datetime(2027, 2, 14, tzinfo=UTC))
    judged = downtime.judge(facts.DowntimeFacts(websites=(risky,)))
    assert "at the present rate it is used up on 14 February 2027" in judged.sentence
    assert judged.would_break.endswith("At the present rate that is on 14 February 2027.")


@pytest.mark.parametrize(
    ("charged_s", "said"),
    [(37 * HOUR + 50 * 60, "2 h 10 min left of 40 h"), (40 * HOUR, "0 s left of 40 h"), (43 * HOUR, "3 h past 40 h")],
)
def test_the_distance_to_the_limit_of_downtime(charged_s: int, said: str):
    judged = downtime.judge(facts.DowntimeFacts(websites=(replace(SITE, charged_s=charged_s),)))
    assert judged.distance == said


def group(met: int, missed: int, *, target: int = 95, urgent_bp: int = 0, name: str = "users") -> facts.Attained:
    return facts.Attained(group=name, target_percent=target, met=met, missed=missed, urgent_bp=urgent_bp)


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        ((group(20, 0),), Verdict.KEPT),
        ((group(96, 4),), Verdict.AT_RISK),
        ((group(97, 3),), Verdict.KEPT),
        ((group(95, 5),), Verdict.AT_RISK),
        ((group(94, 6),), Verdict.BROKEN),
        ((group(20, 0), group(1, 1)), Verdict.BROKEN),
        ((group(0, 0),), Verdict.UNPROVEN),
        ((group(20, 0), group(0, 0)), Verdict.KEPT),
        ((group(20, 0, urgent_bp=7_500),), Verdict.AT_RISK),
        ((group(0, 0, urgent_bp=7_500),), Verdict.AT_RISK),
        ((group(0, 5, urgent_bp=9_000),), Verdict.BROKEN),
    ],
)
def test_shares_of_clocks(groups: tuple[facts.Attained, ...], verdict: Verdict):
    given = facts.AttainmentFacts(period="in March 2026", groups=groups)
    judged = attainment.judge(Clause.FRONTLINE, given, subject="no answer", margin_points=2)
    assert judged.verdict is verdict


@pytest.mark.parametrize("target", [50, 90, 95, 100])
@pytest.mark.parametrize("missed", range(8))
@pytest.mark.parametrize("met", [0, 1, 9, 19, 40, 97])
def test_what_is_left_of_a_share_is_what_counting_says(met: int, missed: int, target: int):
    """Adding as many missed clocks as are spare keeps the target; one more breaks it. Mending likewise."""

    def holds(more_met: int, more_missed: int) -> bool:
        return (met + more_met) * 100 >= target * (met + missed + more_met + more_missed)

    given = group(met, missed, target=target)
    if given.due and holds(0, 0):
        assert holds(0, attainment.spare(given))
        assert not holds(0, attainment.spare(given) + 1)
        assert attainment.to_mend(given) == 0
    elif given.due:
        assert attainment.spare(given) == -1
        more = attainment.to_mend(given)
        assert more is None if target == 100 else holds(more, 0) and not holds(more - 1, 0)


def test_shares_say_what_would_break_them():
    def judged(*groups: facts.Attained):
        given = facts.AttainmentFacts(period="in March 2026", groups=groups)
        return attainment.judge(Clause.FRONTLINE, given, subject="no answer", margin_points=2)

    assert judged(group(40, 0)).distance == "2 more may be missed (users)"
    assert judged(group(40, 0)).would_break == "3 clocks of users missed before another is met."
    assert judged(group(40, 0), group(5, 0, name="staff")).distance == "no more may be missed (staff)"
    assert judged(group(9, 1)).distance == "10 more in time would reach the target again (users)"


def test_shares_say_what_was_counted():
    told = attainment.judge(
        Clause.FRONTLINE,
        facts.AttainmentFacts(period="in March 2026", groups=(group(9, 1), group(4, 0, name="administrators"))),
        subject="no answer",
        margin_points=2,
    )
    assert told.sentence == "In March 2026: 9 of 10 clocks met (users) and 4 of 4 clocks met (administrators)."
    assert (told.actual, told.target) == ("90 % in time", "at least 95 % in time, a month")


@pytest.mark.parametrize(
    ("waited_s", "verdict"),
    [(4 * HOUR, Verdict.KEPT), (4 * HOUR + 1, Verdict.AT_RISK), (30_600, Verdict.AT_RISK), (30_601, Verdict.BROKEN)],
)
def test_a_message_set_aside_is_tolerated_for_a_while(waited_s: int, verdict: Verdict):
    given = facts.LoggingFacts(logged=3, waiting=1, longest_s=waited_s, late=0, day_s=30_600)
    assert intake.judge(given).verdict is verdict


def test_a_message_read_late_breaks_the_month_in_which_it_was_read():
    judged = intake.judge(facts.LoggingFacts(logged=3, waiting=0, longest_s=0, late=1, day_s=30_600))
    assert judged.verdict is Verdict.BROKEN
    assert judged.sentence.endswith("; 1 message read late this month.")


def test_without_any_call_logging_is_unproven():
    assert (
        intake.judge(facts.LoggingFacts(logged=0, waiting=0, longest_s=0, late=0, day_s=1)).verdict is Verdict.UNPROVEN
    )


TODAY = date(2026, 3, 4)
NAMED = facts.ContactFacts(manager="Maya", deputy="Jonas", today=TODAY, began_on=date(2026, 1, 1), reviews=())


def review(due: date, *, arranged: date | None = None, held: date | None = None) -> facts.Review:
    return facts.Review(due_on=due, arranged_on=arranged, held_on=held)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Verdict.KEPT),
        ({"deputy": ""}, Verdict.AT_RISK),
        ({"manager": ""}, Verdict.AT_RISK),
        ({"is_anybody_there": False}, Verdict.AT_RISK),
        ({"manager": "", "deputy": "", "is_anybody_there": False}, Verdict.BROKEN),
        ({"manager": "", "deputy": ""}, Verdict.BROKEN),
        ({"reviews": (review(date(2026, 3, 18)),)}, Verdict.AT_RISK),
        ({"reviews": (review(date(2026, 3, 19)),)}, Verdict.KEPT),
        ({"reviews": (review(date(2026, 3, 10), arranged=date(2026, 3, 9)),)}, Verdict.KEPT),
        ({"reviews": (review(date(2026, 3, 3)),)}, Verdict.BROKEN),
        ({"reviews": (review(TODAY),)}, Verdict.AT_RISK),
        ({"reviews": (review(date(2026, 3, 3), held=date(2026, 3, 3)),)}, Verdict.KEPT),
        ({"reviews": (review(date(2025, 6, 1)), review(date(2026, 3, 3), held=TODAY))}, Verdict.KEPT),
        ({"began_on": date(2025, 12, 1)}, Verdict.BROKEN),
        ({"began_on": date(2025, 12, 1), "reviews": (review(date(2026, 9, 1)),)}, Verdict.BROKEN),
        ({"began_on": date(2025, 12, 10), "reviews": (review(date(2026, 9, 1)),)}, Verdict.AT_RISK),
        ({"reviews": (review(date(2026, 3, 3), held=date(2025, 12, 5)), review(date(2026, 6, 3)))}, Verdict.KEPT),
        ({"began_on": None}, Verdict.UNPROVEN),
    ],
)
def test_point_of_contact(changed: dict[str, object], verdict: Verdict):
    assert contact.judge(replace(NAMED, **changed)).verdict is verdict


def month(name: str, issued_at: datetime | None, due_at: datetime = AT, *, with_facts: int = 3) -> facts.MonthReport:
    warn_at = due_at - timedelta(days=1)
    return facts.MonthReport(
        month=name, due_at=due_at, warn_at=warn_at, issued_at=issued_at, sections=4, with_facts=with_facts
    )


EARLIER = month("2026-01", AT - timedelta(days=31), AT - timedelta(days=30))


@pytest.mark.parametrize(
    ("months", "at", "verdict"),
    [
        ((), AT, Verdict.UNPROVEN),
        ((month("2026-02", AT),), AT, Verdict.KEPT),
        ((month("2026-02", AT + timedelta(seconds=1)),), AT + timedelta(days=9), Verdict.BROKEN),
        ((month("2026-02", None),), AT + timedelta(seconds=1), Verdict.BROKEN),
        ((month("2026-02", None), EARLIER), AT - timedelta(hours=1), Verdict.AT_RISK),
        ((month("2026-02", None), EARLIER), AT - timedelta(days=2), Verdict.KEPT),
        ((month("2026-02", None),), AT - timedelta(days=2), Verdict.UNPROVEN),
    ],
)
def test_a_report_each_month(months: tuple[facts.MonthReport, ...], at: datetime, verdict: Verdict):
    assert reports.judge_issue(facts.ReportFacts(at=at, months=months)).verdict is verdict


def test_sections_without_facts_are_a_risk():
    given = facts.ReportFacts(at=AT, months=(month("2026-02", AT),))
    judged = reports.judge_content(given)
    assert (judged.verdict, judged.actual) == (Verdict.AT_RISK, "3 of 4 sections with facts; 0 asked")


def test_a_complete_report_is_kept():
    given = facts.ReportFacts(at=AT, months=(month("2026-02", AT, with_facts=4),))
    assert reports.judge_content(given).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("asked", "verdict", "said"),
    [
        (facts.Asked(), Verdict.KEPT, "No request was resolved"),
        (facts.Asked(resolved=2), Verdict.AT_RISK, "Nobody was asked how content they were, though 2 requests were"),
        (facts.Asked(resolved=2, asked=1), Verdict.KEPT, "1 person was asked how content they were; nobody answered."),
        (facts.Asked(resolved=2, asked=2, bad=1), Verdict.KEPT, "1 answered: 0 good, 0 fair, 1 poor."),
    ],
)
def test_satisfaction_is_asked(asked: facts.Asked, verdict: Verdict, said: str):
    given = facts.ReportFacts(at=AT, months=(month("2026-02", AT, with_facts=4),), asked=asked)
    judged = reports.judge_content(given)
    assert judged.verdict is verdict
    assert said in judged.sentence


@pytest.mark.parametrize(
    ("interval_s", "silent_s", "verdict"),
    [
        (60, 90, Verdict.KEPT),
        (60, 91, Verdict.AT_RISK),
        (60, 150, Verdict.AT_RISK),
        (60, 151, Verdict.BROKEN),
        (60, None, Verdict.UNPROVEN),
        (None, None, Verdict.UNPROVEN),
    ],
)
def test_standing_checks(interval_s: int | None, silent_s: int | None, verdict: Verdict):
    website = facts.WatchedWebsite(name="Harbour", interval_s=interval_s, silent_s=silent_s)
    assert watching.verdict_of(website) is verdict


@pytest.mark.parametrize(
    ("silent_s", "verdict"),
    [(60, Verdict.UNPROVEN), (100, Verdict.AT_RISK), (200, Verdict.BROKEN), (None, Verdict.UNPROVEN)],
)
def test_maintenance_is_never_kept_while_nothing_is_known_of_backups(silent_s: int | None, verdict: Verdict):
    website = facts.WatchedWebsite(name="Harbour", interval_s=60, silent_s=silent_s)
    assert watching.judge(facts.WatchFacts(websites=(website,))).verdict is verdict


def test_attacks_are_judged_by_their_clocks_and_by_when_the_client_was_told():
    clocks = facts.Attained(group="attacks", target_percent=100, met=2)
    told = facts.AttackFacts(attacks=1, open=0, told_late=0, tell_within_s=86_400, clocks=clocks)
    judge = RULES[Clause.ATTACKS]
    assert judge(told).verdict is Verdict.KEPT
    assert judge(replace(told, told_late=1)).verdict is Verdict.BROKEN
    assert judge(replace(told, clocks=replace(clocks, missed=1))).verdict is Verdict.BROKEN
    assert judge(replace(told, clocks=replace(clocks, urgent_bp=7_500))).verdict is Verdict.AT_RISK
    assert judge(replace(told, attacks=0)).verdict is Verdict.UNPROVEN


DUE = AT + timedelta(hours=2)


@pytest.mark.parametrize(
    ("due_at", "stopped_at", "at", "expected"),
    [
        (DUE, None, AT, (Outcome.RUNNING, AT)),
        (DUE, None, DUE, (Outcome.RUNNING, DUE)),
        (DUE, None, DUE + timedelta(seconds=1), (Outcome.MISSED, DUE)),
        (DUE, DUE, DUE + timedelta(days=1), (Outcome.MET, DUE)),
        (DUE, DUE + timedelta(seconds=1), DUE + timedelta(days=1), (Outcome.MISSED, DUE)),
        (DUE, DUE + timedelta(days=1), AT, (Outcome.RUNNING, AT)),
        (None, None, AT, (Outcome.RUNNING, AT)),
        (None, AT, AT, (Outcome.MET, AT)),
    ],
)
def test_what_became_of_a_clock(
    due_at: datetime | None, stopped_at: datetime | None, at: datetime, expected: tuple[Outcome, datetime]
):
    assert outcome(ClockTimes(started_at=AT - timedelta(hours=2), due_at=due_at, stopped_at=stopped_at), at) == expected
