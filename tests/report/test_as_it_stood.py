"""A month that is over stays as it was; and months fall where the agreement has its midnight."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mainstay.clients import actions as clients
from mainstay.desk import actions as desk
from mainstay.desk.facts import Channel
from mainstay.desk.models import Ticket
from mainstay.policy.terms.words import Level
from mainstay.report import queries
from mainstay.report.figures import Figures, collect, encode
from tests.cast import Cast
from tests.report.conftest import ISSUED_AT, MARCH, TESTS, Month

pytestmark = pytest.mark.django_db
APRIL = datetime(2026, 4, 9, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reopen(month: Month) -> None:
    desk.reopen(ticket=month.answered, by=TESTS, at=MARCH + HOUR)


def reopen_and_resolve(month: Month) -> None:
    reopen(month)
    desk.resolve(ticket=month.answered, text="Again.", by=month.cast.helper, at=MARCH + 40 * HOUR)


def raise_priority(month: Month) -> None:
    desk.set_priority(ticket=month.hostile[0], impact=Level.HIGH, urgency=Level.HIGH, by=TESTS, at=MARCH + HOUR)


def wait(month: Month) -> None:
    desk.wait_for_client(ticket=month.hostile[0], by=TESTS, at=MARCH + HOUR)


def close_as_spam(month: Month) -> None:
    desk.close(ticket=month.hostile[0], code="spam", by=TESTS, at=MARCH + HOUR)


def close_and_reopen(month: Month) -> None:
    desk.close(ticket=month.hostile[0], code="agreed", by=TESTS, at=MARCH + HOUR)
    desk.reopen(ticket=month.hostile[0], by=TESTS, at=MARCH + 2 * HOUR)


def take_steps_late(month: Month) -> None:
    for ticket in month.hostile:
        assert desk.escalate(ticket=ticket, at=MARCH + HOUR)


def lower_and_take_late(month: Month) -> None:
    desk.wait_for_client(ticket=month.hostile[1], by=TESTS, at=MARCH + HOUR)
    desk.set_priority(ticket=month.hostile[2], impact=Level.LOW, urgency=Level.LOW, by=TESTS, at=MARCH + HOUR)
    take_steps_late(month)


def stop_looking_after(month: Month) -> None:
    clients.edit_website(website=month.cast.a.websites.get(), is_active=False, by=TESTS, at=MARCH + HOUR)


def arrange_review(month: Month) -> None:
    review = month.cast.a.reviews.order_by("due_on").filter(due_on__gte=date(2026, 3, 1)).first()
    review = review or month.cast.a.reviews.create(due_on=date(2026, 3, 10))
    clients.arrange_review(review=review, arranged_for=MARCH + 24 * HOUR, by=TESTS, at=MARCH + HOUR)


def change_terms(month: Month) -> None:
    clients.sign_agreement(
        client=month.cast.a, effective_from=date(2026, 3, 5), terms={"downtime": {"hours_a_year": 1}}, by=TESTS,
        at=MARCH + HOUR,
    )  # fmt: skip


def move_zone(month: Month) -> None:
    clients.edit_client(client=month.cast.a, time_zone="Pacific/Auckland", by=TESTS, at=MARCH + HOUR)


@pytest.mark.parametrize(
    "happens",
    [
        reopen, reopen_and_resolve, raise_priority, wait, close_as_spam, close_and_reopen, take_steps_late,
        lower_and_take_late, stop_looking_after, change_terms, move_zone,
    ],
)  # fmt: skip
def test_what_happens_later_moves_no_figure_of_the_month(february: Month, happens: Callable[[Month], None]):
    before = encode(collect(february.cast.a, "2026-02", ISSUED_AT))
    happens(february)
    assert encode(collect(february.cast.a, "2026-02", APRIL)) == before


def test_a_review_that_was_arranged_later_was_not_arranged_in_the_month(february: Month):
    february.cast.a.reviews.all().delete()
    february.cast.a.reviews.create(due_on=date(2026, 2, 1), held_on=date(2026, 1, 30))
    february.cast.a.reviews.create(due_on=date(2026, 3, 10))
    before = collect(february.cast.a, "2026-02", ISSUED_AT)
    assert verdict(before, "S6") == "at_risk"
    arrange_review(february)
    assert collect(february.cast.a, "2026-02", APRIL) == before


def verdict(figures: Figures, clause: str) -> str:
    return next(each.verdict for each in figures.promises if each.clause == clause)


def test_a_quiet_month_after_a_busy_one_claims_nothing(february: Month):
    desk.resolve(ticket=february.hostile[0], text="Done.", by=february.cast.helper, at=MARCH - 24 * HOUR)
    for ticket in february.hostile[1:]:
        desk.close(ticket=ticket, code="agreed", by=TESTS, at=MARCH - 24 * HOUR)
    assert verdict(collect(february.cast.a, "2026-02", APRIL), "S5") == "broken"
    march = collect(february.cast.a, "2026-03", APRIL)
    assert (march.desk.clocks, verdict(march, "S5"), verdict(march, "S3")) == ((), "unproven", "unproven")


def test_terms_that_changed_within_the_month_are_both_printed(february: Month):
    clients.sign_agreement(
        client=february.cast.a, effective_from=date(2026, 3, 5), terms={"downtime": {"hours_a_year": 1}}, by=TESTS,
        at=MARCH + HOUR,
    )  # fmt: skip
    terms = {each.term: each.value for each in collect(february.cast.a, "2026-03", APRIL).definitions}
    assert "hours a year: 1;" in terms["Downtime"]
    assert "downtime hours a year: 40" in terms["Version 1, in force earlier in the month"]
    assert not any("Version 1" in each.term for each in collect(february.cast.a, "2026-02", APRIL).definitions)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])
def test_months_and_verdicts_follow_the_zone_of_the_agreement(february: Month, zone: str):
    far = clients.create_client(
        name="Far away", starts_on=date(2026, 1, 15), terms={"support": {"time_zone": zone, "holidays": ""}},
        by=TESTS, at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    last_evening = datetime(2026, 3, 31, 21, tzinfo=ZoneInfo(zone))
    ticket = opened(far, last_evening.astimezone(UTC))
    desk.resolve(ticket=ticket, text="Done.", by=february.cast.helper, at=last_evening.astimezone(UTC) + HOUR)
    march = collect(far, "2026-03", APRIL)
    assert march.period.time_zone == zone
    assert march.period.starts_at == utc(datetime(2026, 3, 1, tzinfo=ZoneInfo(zone)))
    assert (march.desk.opened, verdict(march, "S5")) == (1, "kept")
    assert collect(far, "2026-04", APRIL).desk.opened == 0
    assert queries.months_to_preview(far, last_evening + 4 * HOUR)[0] == "2026-04"


def opened(client, at: datetime) -> Ticket:
    return desk.open_ticket(
        client=client, subject="Late", text="Late.", channel=Channel.PORTAL, audience="website_user", by=TESTS, at=at
    )


def utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_an_old_contract_owes_nothing_for_the_time_before_its_first_terms(cast: Cast):
    old = clients.create_client(name="Old", by=TESTS, at=datetime(2026, 2, 20, tzinfo=UTC))
    clients.sign_agreement(
        client=old, starts_on=date(2022, 5, 1), effective_from=date(2026, 3, 1), by=TESTS, at=old.created_at
    )
    clients.plan_reviews(client=old, by=TESTS, at=MARCH + HOUR)
    running = collect(old, "2026-03", MARCH + 12 * 24 * HOUR)
    assert (verdict(running, "S7"), verdict(running, "S6")) == ("unproven", "broken")
    assert "Nobody is named" in next(each.sentence for each in running.promises if each.clause == "S6")
    assert [month for client, month in queries.due([old], APRIL)] == ["2026-03"]


def test_a_contract_that_joins_a_year_under_way_ends_with_it(cast: Cast):
    joined = clients.create_client(name="Joined", by=TESTS, at=datetime(2026, 2, 20, tzinfo=UTC))
    clients.sign_agreement(
        client=joined, effective_from=date(2026, 3, 1), anniversary=(4, 1), by=TESTS, at=joined.created_at
    )
    parties = collect(joined, "2026-03", APRIL).parties
    assert (parties.year_starts_at, parties.year_ends_at) == ("2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z")


def test_more_missed_clocks_than_are_listed_are_counted(february: Month):
    from mainstay.report.figures import desk as figures

    listed = collect(february.cast.a, "2026-02", ISSUED_AT).desk
    short = replace(listed, breaches=listed.breaches[:1], breaches_left_out=len(listed.breaches) - 1)
    most, figures.BREACHES_MAX = figures.BREACHES_MAX, 1
    try:
        assert collect(february.cast.a, "2026-02", ISSUED_AT).desk == short
    finally:
        figures.BREACHES_MAX = most
