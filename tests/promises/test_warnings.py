"""Warnings of downtime budgets: shares once a year and to both sides, forecasts and rates to the agency."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from mainstay.clients.models import Website
from mainstay.common.facts import FactRecord
from mainstay.common.models import OutgoingMail
from mainstay.policy.terms import Burn, default
from mainstay.promises import warnings
from mainstay.promises.facts import WarningKind
from mainstay.promises.models import BudgetWarning
from mainstay.promises.rules.warning import Due, Standing, due, rate_of
from mainstay.watch import actions as watch
from mainstay.watch.codes import Code
from mainstay.watch.models import Monitor
from tests.cast import Cast
from tests.watch.world import monitor_of

YEAR = datetime(2026, 2, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HOURS_40 = 144_000
TERMS = default().warnings


class TestRule:
    @pytest.mark.parametrize(
        ("percent", "said", "found"),
        [
            (0, (), []),
            (24.9, (), []),
            (25, (), [("25", True)]),
            (60, (), [("25", False), ("50", True)]),
            (60, ("25",), [("50", True)]),
            (60, ("25", "50"), []),
            (250, (), [("25", False), ("50", False), ("75", False), ("90", False), ("100", True)]),
        ],
    )
    def test_of_shares_reached_at_once_the_greatest_is_told(
        self, percent: float, said: tuple[str, ...], found: list[tuple[str, bool]]
    ) -> None:
        standing = Standing(limit_s=HOURS_40, charged_s=round(HOURS_40 * percent / 100), forecast_s=None)
        shares = due(standing, TERMS, {("mark", each) for each in said})
        assert [(each.value, each.is_told) for each in shares] == found

    def test_of_hours_that_are_none_all_are_used_by_the_first_second(self) -> None:
        assert due(Standing(limit_s=0, charged_s=0, forecast_s=None), TERMS, ()) == []
        assert len(due(Standing(limit_s=0, charged_s=1, forecast_s=None), TERMS, ())) == 5

    @pytest.mark.parametrize(("forecast_s", "is_due"), [(None, False), (HOURS_40, False), (HOURS_40 + 1, True)])
    def test_the_forecast_is_warned_of_past_the_hours(self, forecast_s: int | None, is_due: bool) -> None:
        standing = Standing(limit_s=HOURS_40, charged_s=10, forecast_s=forecast_s)
        assert due(standing, TERMS, ()) == [Due(WarningKind.FORECAST, "100")] * is_due
        assert due(standing, TERMS, {("forecast", "100")}) == []

    def test_what_is_broken_is_not_foretold(self) -> None:
        standing = Standing(limit_s=10, charged_s=11, forecast_s=99)
        assert {each.kind for each in due(standing, TERMS, ())} == {WarningKind.MARK}

    def test_the_greatest_rate_counts(self) -> None:
        rules = [Burn(rate=Decimal(rate), long=HOUR, short=MINUTE) for rate in ("3", "14.4", "6")]
        assert rate_of(rules) == "14.4"
        assert rate_of([]) == ""


@pytest.fixture
def website(cast: Cast) -> Website:
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_excess": "shown"}})
    website = cast.a.websites.get()
    monitor_of(website, at=YEAR, interval_seconds=60)
    return website


def seen(website: Website, code: Code, start: datetime, end: datetime) -> None:
    checks = max(1, int((end - start).total_seconds()) // 60)
    watch.take_in_spell(
        monitor=Monitor.objects.get(environment__website=website),
        code=code, from_at=start, to_at=end, checks=checks, place="here", total_us=1000,
    )  # fmt: skip


def letters() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("subject", "recipient"))


@pytest.mark.django_db
class TestTelling:
    def test_a_share_is_told_to_both_sides_once(self, cast: Cast, website: Website) -> None:
        seen(website, Code.OK, YEAR, YEAR + DAY)
        seen(website, Code.TIMEOUT, YEAR + DAY, YEAR + DAY + 21 * HOUR)
        seen(website, Code.OK, YEAR + DAY + 21 * HOUR, YEAR + 10 * DAY)
        at = YEAR + 9 * DAY
        for _ in range(2):
            warnings.warn(websites=[website], at=at)

        subject = f"50 % of the year's hours of downtime are used: {website.name}"
        expected = {cast.account_manager.email, cast.deputy.email, cast.a_administrator.email}
        assert {who for _, who in letters()} == expected
        assert {what for what, _ in letters()} == {subject}
        assert "21 h of 40 h" in OutgoingMail.objects.earliest("pk").text
        told = warnings.warnings_of(website, YEAR)
        assert [each.words for each in told] == ["50 % of the hours used"]
        assert FactRecord.objects.filter(kind="promises.budget_warned").count() == 2

    def test_a_new_year_begins_anew(self, cast: Cast, website: Website) -> None:
        for start in (YEAR + DAY, YEAR + 370 * DAY):
            seen(website, Code.TIMEOUT, start, start + 11 * HOUR)
            seen(website, Code.OK, start + 11 * HOUR, start + 12 * HOUR)
            warnings.warn(websites=[website], at=start + 5 * DAY)
        assert BudgetWarning.objects.filter(kind="mark", value="25").count() == 2

    def test_a_rate_is_told_to_the_agency_while_it_holds_and_again_when_it_grows(
        self, cast: Cast, website: Website
    ) -> None:
        down = YEAR + 20 * DAY
        seen(website, Code.OK, YEAR, down)
        seen(website, Code.TIMEOUT, down, down + 6 * MINUTE)
        for minute in (2, 6, 7):
            warnings.warn(websites=[website], at=down + minute * MINUTE)
        assert [(each.kind, each.value) for each in BudgetWarning.objects.all()] == [("burn", "14.4")]
        assert {who for _, who in letters()} == {cast.account_manager.email, cast.deputy.email}
        seen(website, Code.OK, down + 6 * MINUTE, down + 5 * DAY)
        warnings.warn(websites=[website], at=down + 13 * HOUR)
        assert BudgetWarning.objects.get().ended_at == down + 13 * HOUR
        assert warnings.warnings_of(website, YEAR) == []

    def test_who_was_down_lately_is_looked_at_each_minute(self, cast: Cast, website: Website) -> None:
        down = YEAR + 20 * DAY
        assert warnings.concerned(down, 10) == []
        seen(website, Code.TIMEOUT, down, down + 6 * MINUTE)
        seen(website, Code.OK, down + 6 * MINUTE, down + 5 * DAY)
        assert warnings.concerned(down + DAY, 10) == [website]
        assert warnings.concerned(down + 4 * DAY, 10) == []

    def test_without_an_agreement_nobody_is_warned(self, cast: Cast) -> None:
        website = cast.agency.websites.first() or cast.website(cast.agency)
        assert warnings.warn(websites=[website], at=datetime(2024, 1, 1, tzinfo=UTC)) == 0
