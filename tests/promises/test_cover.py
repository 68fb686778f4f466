"""S1: the desk is rostered in office hours, and what was rostered stays as it was."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from mainstay.access import actions as access
from mainstay.clients import actions
from mainstay.clients.facts import Duty, Reason
from mainstay.clients.models import Roster
from mainstay.common.facts import Process
from mainstay.policy.promises import Judgement, Verdict
from mainstay.promises import facts, queries
from mainstay.promises.rules import cover
from tests.cast import Cast

TESTS = Process("tests")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MADE = datetime(2026, 3, 1, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 18, tzinfo=UTC)
"""After office hours: 09:00 to 17:30 from Monday to Friday, by default."""

NONE = facts.Attained(group="first answers", target_percent=95)


def uncovered(day: int, begin: int, minutes: int) -> facts.Uncovered:
    start = datetime(2026, 3, day, begin, tzinfo=UTC)
    return facts.Uncovered(start=start, end=start + timedelta(minutes=minutes))


def cover_facts(**changed: Any) -> facts.CoverFacts:
    given = {"period": "in March 2026", "at": FRIDAY, "since": None, "office_s": 85 * 3600, "gaps": (), "coming": ()}
    return facts.CoverFacts(**{**given, "answers": NONE, **changed})


@pytest.mark.parametrize(
    ("changed", "verdict", "said"),
    [
        ({}, Verdict.KEPT, "In March 2026 somebody was at the desk in all office hours so far. The coming seven days"),
        (
            {"coming": (uncovered(16, 9, 30),)},
            Verdict.AT_RISK,
            "Nobody is rostered yet: Monday 16 March, 09:00 to 09:30",
        ),
        (
            {"gaps": (uncovered(12, 14, 60),)},
            Verdict.BROKEN,
            "for 1 h of office time: Thursday 12 March, 14:00 to 15:00.",
        ),
        ({"gaps": (uncovered(12, 14, 1),)}, Verdict.BROKEN, "1 min"),
        ({"gaps": (uncovered(12, 14, 0),)}, Verdict.KEPT, "all office hours"),
        ({"since": FRIDAY - DAY}, Verdict.UNPROVEN, "Before 12 March 2026 no roster was kept"),
        ({"since": FRIDAY - DAY, "coming": (uncovered(16, 9, 30),)}, Verdict.AT_RISK, "09:30."),
        ({"office_s": 0}, Verdict.UNPROVEN, "Not proven"),
        (
            {"answers": facts.Attained(group="", target_percent=95, met=3, missed=1)},
            Verdict.KEPT,
            "3 of 4 first answers",
        ),
    ],
)
def test_the_rule(changed: dict[str, Any], verdict: Verdict, said: str):
    judged = cover.judge(cover_facts(**changed))
    assert judged.verdict is verdict
    assert said in judged.sentence


def test_what_would_break_it_and_how_far_that_is():
    judged = cover.judge(cover_facts(coming=(uncovered(16, 9, 30),)))
    assert judged.would_break == "Nobody is put on the roster for Monday 16 March, 09:00 to 09:30."
    assert judged.distance == "63 h until nobody is at the desk"


def test_many_gaps_are_summed_and_the_last_named():
    said = cover.judge(cover_facts(gaps=tuple(uncovered(day, 9, 60) for day in (9, 10, 11, 12, 13)))).sentence
    assert "5 h of office time: Wednesday 11 March" in said
    assert "and 2 times before" in said


def desk(name: str = "Desk") -> Roster:
    return actions.make_roster(name=name, time_zone="Europe/London", duty=Duty.DESK, by=TESTS, at=MADE)


def shifts(roster: Roster, user: Any, *days: int, begin: int = 9, end: time = time(17, 30)) -> None:
    for day in days:
        actions.plan_shift(
            roster=roster,
            user=user,
            starts_at=datetime(2026, 3, day, begin, tzinfo=UTC),
            ends_at=datetime.combine(date(2026, 3, day), end, UTC),
            by=TESTS,
            at=MADE,
        )


def judged(cast: Cast, at: datetime) -> Judgement:
    return queries.judgements([cast.a], at)[cast.a.pk]["S1"]


WEEKS = (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20)


@pytest.mark.django_db
def test_without_a_roster_it_is_unproven(cast: Cast):
    actions.make_roster(name="On call", time_zone="Europe/London", by=TESTS, at=MADE)
    desk()
    assert judged(cast, FRIDAY).verdict is Verdict.UNPROVEN


@pytest.mark.django_db
def test_a_covered_month_is_kept_and_a_gap_to_come_is_a_risk(cast: Cast):
    roster = desk()
    shifts(roster, cast.helper, *WEEKS)
    assert judged(cast, FRIDAY).verdict is Verdict.KEPT, judged(cast, FRIDAY).sentence
    assert judged(cast, FRIDAY + 3 * DAY).verdict is Verdict.AT_RISK
    assert judged(cast, FRIDAY + 10 * DAY).verdict is Verdict.BROKEN


@pytest.mark.django_db
def test_two_desks_cover_together(cast: Cast):
    shifts(desk("Mornings"), cast.helper, *WEEKS, end=time(13))
    shifts(desk("Afternoons"), cast.deputy, *WEEKS, begin=13)
    assert judged(cast, FRIDAY).verdict is Verdict.KEPT


@pytest.mark.django_db
def test_an_absence_without_a_deputy_is_a_gap_and_with_one_is_none(cast: Cast):
    shifts(desk(), cast.helper, *WEEKS)
    away = {"user": cast.helper, "starts_at": FRIDAY + 2 * DAY, "ends_at": FRIDAY + 4 * DAY, "by": TESTS, "at": MADE}
    absence = actions.note_absence(**away)
    assert judged(cast, FRIDAY).verdict is Verdict.AT_RISK
    actions.cut_absence(absence=absence, by=TESTS, at=FRIDAY - HOUR)
    actions.note_absence(**away | {"at": FRIDAY - HOUR}, reason=Reason.HOLIDAY, deputy=cast.deputy)
    assert judged(cast, FRIDAY).verdict is Verdict.KEPT


@pytest.mark.django_db
def test_what_was_rostered_stays_whatever_is_done_afterwards(cast: Cast):
    """Editing the roster later neither opens nor closes a gap that is over."""
    roster = desk()
    shifts(roster, cast.helper, *WEEKS)
    monday = FRIDAY + 3 * DAY
    before = judged(cast, FRIDAY)
    actions.note_absence(user=cast.helper, starts_at=FRIDAY - 3 * DAY, ends_at=monday, by=TESTS, at=FRIDAY + HOUR)
    access.suspend(user=cast.helper, by=TESTS, at=FRIDAY + 2 * HOUR)
    for shift in roster.shifts.filter(ends_at__gt=FRIDAY):
        actions.cut_shift(shift=shift, by=TESTS, at=FRIDAY + 3 * HOUR)
    assert judged(cast, FRIDAY) == before
    with pytest.raises(actions.DutyOver):
        shifts_in_the_past(roster, cast)


def shifts_in_the_past(roster: Roster, cast: Cast) -> None:
    given = {"starts_at": FRIDAY - DAY, "ends_at": FRIDAY - HOUR, "by": TESTS, "at": FRIDAY}
    actions.plan_shift(roster=roster, user=cast.deputy, **given)


@pytest.mark.django_db
def test_a_gap_is_not_filled_afterwards(cast: Cast):
    roster = desk()
    shifts(roster, cast.helper, *(day for day in WEEKS if day != 12))
    assert judged(cast, FRIDAY).verdict is Verdict.BROKEN
    given = {"starts_at": FRIDAY - 2 * DAY, "ends_at": FRIDAY + 60 * DAY, "by": TESTS, "at": FRIDAY}
    actions.plan_shift(roster=roster, user=cast.deputy, **given)
    after = judged(cast, FRIDAY + DAY)
    assert after.verdict is Verdict.BROKEN
    assert "Thursday 12 March, 09:00 to 17:30" in after.sentence


@pytest.mark.django_db
def test_all_clients_cost_the_same_queries(cast: Cast, django_assert_max_num_queries: Any):
    shifts(desk(), cast.helper, *WEEKS)
    from mainstay.promises.collect import cover as collecting
    from mainstay.promises.collect import scope_of

    for among in ([cast.a], [cast.a, cast.b, cast.agency]):
        scope = scope_of(among, FRIDAY)
        with django_assert_max_num_queries(11):
            assert len(list(collecting.collect(scope))) == len(scope.bounds)
