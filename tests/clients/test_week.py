"""The roster of a week: its page, planning several days, copying a week, and deputies."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients import actions, queries, worker
from mainstay.clients.facts import Duty, Reason
from mainstay.clients.models import Absence, Roster, Shift
from mainstay.common.models import OutgoingMail
from tests.cast import Cast
from tests.clients.duty import SINCE, TESTS, absence_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 23)
"""The clocks go forward on the Sunday after it."""

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)


def desk() -> Roster:
    return actions.make_roster(name="Desk", time_zone="Europe/London", duty=Duty.DESK, by=TESTS, at=SINCE)


def filled(roster: Roster, user: Any, days: int = 5, **more: Any) -> actions.Planned:
    given = {"from_time": time(9), "until_time": time(17, 30), "by": TESTS, "at": AT, **more}
    return actions.fill_days(roster=roster, user=user, days=[MONDAY + n * DAY for n in range(days)], **given)


def starts() -> list[str]:
    return [f"{each:%a %H:%M}" for each in Shift.objects.order_by("starts_at").values_list("starts_at", flat=True)]


def test_days_are_filled_at_their_wall_times_and_past_midnight(cast: Cast) -> None:
    planned = filled(desk(), cast.helper, 7, from_time=time(22), until_time=time(6))
    assert [each.ends_at - each.starts_at for each in planned.made[-3:]] == [8 * DAY / 24, 7 * DAY / 24, 8 * DAY / 24]


def test_a_copied_week_keeps_its_wall_times_over_the_change_of_the_clocks(cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper)
    done = actions.copy_week(rosters=[roster], monday=MONDAY, to=MONDAY + 7 * DAY, by=TESTS, at=AT)
    assert (len(done.made), done.left_out) == (5, [])
    assert starts() == [f"{day} 09:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")] + [
        f"{day} 08:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
    ]
    again = actions.copy_week(rosters=[roster], monday=MONDAY, to=MONDAY + 7 * DAY, by=TESTS, at=AT)
    assert (len(again.made), again.there_already) == (0, 5)


def test_whoever_is_away_or_gone_is_left_out_and_named(cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper)
    filled(roster, cast.deputy, 1, from_time=time(17, 30), until_time=time(20))
    absence_of(cast.helper, datetime(2026, 4, 1, tzinfo=UTC))
    type(cast.deputy).objects.filter(pk=cast.deputy.pk).update(is_active=False)
    done = actions.copy_week(rosters=[roster], monday=MONDAY, to=MONDAY + 7 * DAY, by=TESTS, at=AT)
    assert len(done.made) == 4
    assert {(user, f"{at:%a}", why) for user, at, why in done.left_out} == {
        (cast.helper, "Wed", "away"),
        (cast.deputy, "Mon", "no longer here"),
    }


def test_neither_the_past_nor_what_was_taken_over_is_copied(cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper)
    given = {"starts_at": AT + 3 * DAY, "ends_at": AT + 4 * DAY, "is_override": True, "by": TESTS, "at": AT}
    actions.plan_shift(roster=roster, user=cast.deputy, **given)
    later = datetime(2026, 4, 1, 12, tzinfo=UTC)
    done = actions.copy_week(rosters=[roster], monday=MONDAY, to=MONDAY + 7 * DAY, by=TESTS, at=later)
    assert [why for _, _, why in done.left_out] == ["over already"] * 2
    assert done.made[0].starts_at == later, "a running shift begins now, not in the past"


def test_more_shifts_than_anybody_can_look_over_are_refused(cast: Cast) -> None:
    with pytest.raises(actions.TooManyShifts):
        filled(desk(), cast.helper, 501)
    assert not Shift.objects.exists()


def test_a_named_deputy_holds_the_turns_and_is_told(cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper)
    noon = datetime(2026, 3, 25, 12, tzinfo=UTC)
    given = {"starts_at": noon - DAY, "ends_at": noon + DAY, "by": cast.helper, "at": AT}
    actions.note_absence(user=cast.helper, reason=Reason.ILL, deputy=cast.deputy, **given)
    assert queries.on_call(roster, noon) == cast.deputy
    letter = OutgoingMail.objects.get()
    assert (letter.recipient, "Hal Helper is away" in letter.text, "ill" in letter.text.lower()) == (
        cast.deputy.email,
        True,
        False,
    )


def test_a_deputy_of_a_deputy_takes_over_and_nobody_goes_round_in_circles(cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper)
    noon = datetime(2026, 3, 25, 12, tzinfo=UTC)
    first = {"starts_at": noon - DAY, "ends_at": noon + DAY}
    actions.note_absence(user=cast.helper, deputy=cast.deputy, **first, by=TESTS, at=AT)
    actions.note_absence(user=cast.deputy, deputy=cast.account_manager, **first, by=TESTS, at=AT)
    assert queries.on_call(roster, noon) == cast.account_manager
    Absence.objects.create(user=cast.account_manager, deputy=cast.helper, **first)
    assert queries.on_call(roster, noon) is None


def test_a_deputy_who_is_away_too_is_refused(cast: Cast) -> None:
    far = absence_of(cast.deputy)
    given = {"starts_at": far.starts_at, "ends_at": far.ends_at, "by": TESTS, "at": AT}
    with pytest.raises(actions.PersonAway, match="Dora Deputy is noted as away"):
        actions.note_absence(user=cast.helper, deputy=cast.deputy, **given)


def test_nobody_is_mailed_when_a_desk_changes_hands(cast: Cast, now: datetime) -> None:
    roster = desk()
    given = {"starts_at": now - DAY, "ends_at": now + DAY, "by": TESTS, "at": now - 2 * DAY}
    actions.plan_shift(roster=roster, user=cast.helper, **given)
    worker.note_hand_overs(at=now)
    assert not OutgoingMail.objects.exists()


def test_the_page_shows_the_week_with_its_gaps(client: Client, cast: Cast) -> None:
    roster = desk()
    filled(roster, cast.helper, 4)
    filled(roster, cast.deputy, 1, from_time=time(17, 30), until_time=time(19))
    actions.fill_days(
        roster=roster,
        user=cast.deputy,
        days=[MONDAY + 4 * DAY],
        from_time=time(9),
        until_time=time(12),
        by=TESTS,
        at=AT,
    )
    client.force_login(cast.helper)
    shown = client.get(reverse("console-roster"), {"week": "2026-03-26"})
    office = shown.context["office"]
    assert [each.has_gap for each in office] == [False] * 4 + [True, False, False]
    assert [(each.hours, each.name) for each in office[4].entries] == [("12:00–17:30", "")]
    monday = shown.context["rosters"][0]["days"][0]
    assert [(each.hours, each.name) for each in monday.entries] == [
        ("09:00–17:30", "Hal Helper"),
        ("17:30–19:00", "Dora Deputy"),
    ]
    assert b"Copy this week" not in shown.content, "a helper plans nothing"


@pytest.mark.parametrize("asked", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_week_that_is_none_is_this_week(client: Client, cast: Cast, asked: str) -> None:
    client.force_login(cast.helper)
    shown = client.get(reverse("console-roster"), {"week": asked})
    today = timezone.now().date()
    assert shown.context["monday"] == today - timedelta(days=today.weekday())


def test_why_somebody_is_away_is_not_for_everybody(client: Client, cast: Cast) -> None:
    given = {"starts_at": AT, "ends_at": AT + 6 * DAY, "reason": Reason.ILL, "by": TESTS, "at": AT}
    actions.note_absence(user=cast.deputy, **given)
    seen = {}
    for name in ("helper", "deputy", "administrator"):
        client.force_login(getattr(cast, name))
        (row,) = client.get(reverse("console-roster"), {"week": "2026-03-23"}).context["absences"]
        seen[name] = row["why"]
    assert seen == {"helper": "", "deputy": "Ill", "administrator": "Ill"}


def test_an_administrator_fills_and_copies_a_week(client: Client, cast: Cast) -> None:
    roster = desk()
    client.force_login(cast.administrator)
    page = reverse("console-roster-filling", args=[roster.pk]) + "?week=2099-06-01"
    typed = {"user": cast.helper.pk, "from_time": "09:00", "until_time": "17:30", "on": ["2099-06-01"], "weeks": 2}
    answer = client.post(page, typed, follow=True)
    assert b"2 shifts planned." in answer.content
    copying = reverse("console-roster-copying") + "?week=2099-06-08"
    assert b"1 shift planned." in client.post(copying, {"to": "2099-06-15"}, follow=True).content
    assert b"choose a week from the list" in client.post(copying, {"to": "2099-06-16"}, follow=True).content
    assert Shift.objects.count() == 3
    assert client.post(page, {**typed, "on": []}).status_code == 422
    assert client.post(page, {**typed, "until_time": "09:00"}).status_code == 422
    assert client.post(page, {**typed, "on": ["2099-07-01"]}).status_code == 422


def test_many_rosters_cost_no_more_queries(client: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    """With PostgreSQL a request also says for whom it works: three queries more."""
    client.force_login(cast.administrator)
    counted = []
    for number in range(1, 5):
        roster = actions.make_roster(
            name=f"Desk {number}", time_zone="Europe/London", duty=Duty.DESK, by=TESTS, at=SINCE
        )
        filled(roster, cast.helper)
        with django_assert_max_num_queries(25) as found:
            assert client.get(reverse("console-roster"), {"week": "2026-03-23"}).status_code == 200
        counted.append(len(found))
    assert counted[1:] == counted[1:2] * 3, counted
