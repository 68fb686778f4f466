"""Figures of a month from real rows."""

from datetime import UTC, datetime, timedelta

import pytest

from mainstay.promises.rules.schedule import NoMonth
from mainstay.report.figures import NothingPromised, collect, encode
from tests.report.conftest import DOWN_AT, FEBRUARY, ISSUED_AT, MARCH, Month

pytestmark = pytest.mark.django_db
HOUR = 3600


def test_downtime_is_that_of_the_ledger(february: Month):
    site = collect(february.cast.a, "2026-02", ISSUED_AT).websites[0]
    assert site.month.down_charged == 2 * HOUR + 600
    assert site.month.unknown == pytest.approx(3 * HOUR, abs=600)
    assert sum(vars(site.month).values()) == 28 * 24 * HOUR
    assert sum(vars(site.year).values()) == 365 * 24 * HOUR
    assert site.budget.charged == 2 * HOUR + 600
    assert site.budget.lower <= site.budget.charged <= site.budget.upper
    assert len(site.days) == 28
    assert [day.date for day in site.days if day.state == "down"] == ["2026-02-10"]


def test_the_outage_is_listed_with_its_bounds(february: Month):
    outage = collect(february.cast.a, "2026-02", ISSUED_AT).websites[0].outages[0]
    assert (outage.id, outage.seconds) == (february.outage.pk, 2 * HOUR + 600)
    assert outage.seconds_lower < outage.seconds < outage.seconds_upper
    assert outage.charged_to == "Charged to the budget"


def test_time_without_watching_is_a_gap_and_never_up(february: Month):
    figures = collect(february.cast.a, "2026-02", ISSUED_AT)
    assert any(gap.seconds == pytest.approx(3 * HOUR, abs=600) for gap in figures.gaps)
    assert figures.websites[0].coverage_bp < 10_000


def test_tickets_and_their_clocks(february: Month):
    desk = collect(february.cast.a, "2026-02", ISSUED_AT).desk
    assert (desk.opened, desk.closed, desk.backlog) == (8, 2, 6)
    assert {each.key: each.opened for each in desk.by_category} == {"data_upload": 1, "layout": 1, "other": 6}
    missed = [each for each in desk.breaches if each.reference == february.late.reference]
    assert [each.clock for each in missed] == ["first_response"]
    first = next(each for each in desk.clocks if each.clock == "first_response")
    assert first.met + first.missed == 8
    assert first.share_bp == 10_000 * first.met // 8


def test_every_promise_is_judged_at_the_end_of_the_month(february: Month):
    figures = collect(february.cast.a, "2026-02", ISSUED_AT)
    found = {each.clause: each for each in figures.promises}
    assert len(found) == 21
    assert found["S2"].verdict == "kept"
    assert found["D4"].verdict == "broken"
    assert found["S1"].verdict == "unproven"
    kept = sum(each.verdict == "kept" for each in found.values())
    assert figures.summary[0].startswith(f"{kept} of 21 promises kept")


def test_a_running_month_is_judged_now(february: Month):
    at = DOWN_AT + timedelta(hours=1)
    figures = collect(february.cast.a, "2026-02", at)
    assert not figures.period.is_complete
    assert figures.websites[0].month.down_charged == HOUR
    assert figures.websites[0].outages[0].ended_at is None
    assert figures.websites[0].days[-1].state == "future"


def test_collecting_later_gives_the_same_bytes(february: Month):
    early = encode(collect(february.cast.a, "2026-02", MARCH))
    assert encode(collect(february.cast.a, "2026-02", ISSUED_AT)) == early
    assert encode(collect(february.cast.a, "2026-02", ISSUED_AT + timedelta(days=300))) == early


def test_nothing_of_another_client_is_in_it(february: Month):
    assert b"canary" not in encode(collect(february.cast.a, "2026-02", ISSUED_AT))


def test_every_term_is_printed(february: Month):
    terms = {each.term: each.value for each in collect(february.cast.a, "2026-02", ISSUED_AT).definitions}
    assert "hours a year: 40" in terms["Downtime"]
    assert "P1 first: 1 h" in terms["Response"]
    assert terms["Holidays of the contract year"].startswith("3 April 2026")


@pytest.mark.parametrize(
    ("month", "at", "problem"),
    [
        ("2026-02", FEBRUARY, NothingPromised),
        ("2024-02", ISSUED_AT, NothingPromised),
        ("2026-13", ISSUED_AT, NoMonth),
        ("february", ISSUED_AT, NoMonth),
        ("2026-2", ISSUED_AT, NoMonth),
    ],
)
def test_months_that_cannot_be_reported(february: Month, month: str, at: datetime, problem: type[Exception]):
    with pytest.raises(problem):
        collect(february.cast.a, month, at)


def test_the_month_before_an_anniversary_belongs_to_the_year_that_ends(cast, february: Month):
    january = collect(february.cast.a, "2026-01", datetime(2026, 2, 3, tzinfo=UTC))
    assert january.parties.year_ends_at == "2026-02-01T00:00:00Z"
