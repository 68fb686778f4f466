"""Who is on call: what people do about it, and what they are told."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.access import actions as access
from mainstay.clients import actions, queries, worker
from mainstay.clients.models import Absence, Roster, Rotation, Shift
from mainstay.common.facts import FactRecord
from mainstay.common.models import OutgoingMail
from tests.cast import Cast
from tests.clients.duty import TESTS, absence_of, roster_of_agency, shift_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def told() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("id").values_list("subject", "recipient"))


def turns(cast: Cast, now: datetime) -> Roster:
    """The helper and the deputy take turns since Monday of last week; it is the deputy's."""
    roster = roster_of_agency()
    first_on = now.date() - timedelta(days=now.weekday() + 7)
    actions.set_rotation(
        roster=roster,
        people=[cast.helper, cast.deputy],
        first_on=first_on,
        hand_over_at=time(9),
        weeks=1,
        by=TESTS,
        at=now - 20 * DAY,
    )
    return roster


def test_turns_shifts_and_absences_together(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    assert queries.on_call(roster, now) == cast.deputy
    absence_of(cast.deputy, now - HOUR, now + HOUR)
    assert queries.on_call(roster, now) is None
    shift_of(cast.account_manager, now - HOUR, now + HOUR)
    assert queries.on_call(roster, now) == cast.account_manager


def test_somebody_who_left_is_a_gap(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    type(cast.deputy).objects.filter(pk=cast.deputy.pk).update(is_active=False)
    assert queries.on_call(roster, now) is None


def test_a_changed_rotation_leaves_the_past_as_it_was(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    actions.set_rotation(
        roster=roster, people=[cast.helper], first_on=now.date(), hand_over_at=time(9), weeks=1, by=TESTS, at=now
    )
    assert queries.on_call(roster, now - HOUR) == cast.deputy
    assert queries.on_call(roster, now) == cast.helper
    actions.end_rotation(roster=roster, by=TESTS, at=now + HOUR)
    assert queries.on_call(roster, now + HOUR) is None
    assert queries.on_call(roster, now) == cast.helper


def test_a_hand_over_is_told_to_both_once(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    monday = now.replace(hour=8, minute=59) - timedelta(days=now.weekday())
    for at in (monday, monday + timedelta(minutes=1), monday + timedelta(minutes=2)):
        actions.note_hand_over(roster=roster, by=TESTS, at=at)
    assert told() == [
        ("On call: Hal Helper is on call now", cast.helper.email),
        ("On call: Dora Deputy is on call now", cast.helper.email),
        ("On call: Dora Deputy is on call now", cast.deputy.email),
    ]


def test_a_gap_is_told_to_administrators_too(cast: Cast, now: datetime) -> None:
    roster = roster_of_agency()
    shift_of(cast.helper, now - HOUR, now)
    actions.note_hand_over(roster=roster, by=TESTS, at=now - HOUR)
    actions.note_hand_over(roster=roster, by=TESTS, at=now)
    assert told()[1:] == [
        ("On call: nobody is on call now", cast.helper.email),
        ("On call: nobody is on call now", cast.administrator.email),
    ]
    assert "reach nobody until somebody takes over" in OutgoingMail.objects.latest("id").text


def test_a_roster_that_was_never_held_is_told_to_nobody(now: datetime) -> None:
    assert actions.note_hand_over(roster=roster_of_agency(), by=TESTS, at=now) is False
    assert told() == []


def test_taking_over_lasts_to_the_end_of_the_turn_or_a_day(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    shift = actions.take_over(roster=roster, user=cast.helper, by=cast.helper, at=now)
    assert (shift.starts_at, shift.ends_at, shift.is_override) == (now, now + DAY, True)
    with pytest.raises(actions.NobodyToTake):
        actions.take_over(roster=roster, user=cast.helper, by=cast.helper, at=now + HOUR)


def test_what_is_over_stands(cast: Cast, now: datetime) -> None:
    coming, running, over = (shift_of(cast.helper, now + n * HOUR, now + (n + 2) * HOUR) for n in (1, -1, -5))
    actions.cut_shift(shift=coming, by=TESTS, at=now)
    actions.cut_shift(shift=running, by=TESTS, at=now)
    with pytest.raises(actions.DutyOver):
        actions.cut_shift(shift=over, by=TESTS, at=now)
    coming.refresh_from_db()
    running.refresh_from_db()
    assert (coming.cancelled_at, running.cancelled_at, running.ends_at) == (now, None, now)
    assert FactRecord.objects.filter(kind="clients.shift_cut").count() == 2


def test_clients_people_take_no_duty(cast: Cast, now: datetime) -> None:
    with pytest.raises(actions.NotStaff):
        shift_of(cast.a_administrator, now, now + HOUR)


# Pages ----------------------------------------------------------------------------------------------------------------


def browse(client: Client, user) -> str:
    client.force_login(user)
    return client.get(reverse("console-on-call")).content.decode()


def test_the_page_shows_gaps_as_gaps(cast: Cast, client: Client) -> None:
    roster_of_agency()
    page = browse(client, cast.helper)
    assert "Nobody is on call" in page
    assert "duty-gap" in page
    assert "Gaps in the coming four weeks" in page


def test_the_page_without_a_roster_says_how_to_begin(cast: Cast, client: Client) -> None:
    assert "No roster yet" in browse(client, cast.administrator)


def test_a_helper_takes_over_with_one_press(cast: Cast, client: Client) -> None:
    roster = roster_of_agency()
    client.force_login(cast.helper)
    client.post(reverse("console-duty-taking-over", args=[roster.pk]), {"when": "now"})
    assert Shift.objects.get().user == cast.helper
    assert "Hal Helper is on call: you." in browse(client, cast.helper)


def test_a_helper_takes_over_for_another_time_in_the_roster_s_zone(cast: Cast, client: Client) -> None:
    roster = roster_of_agency()
    client.force_login(cast.helper)
    given = {"starts_at": "2099-07-01T09:00", "ends_at": "2099-07-02T09:00"}
    client.post(reverse("console-duty-taking-over", args=[roster.pk]), given)
    shift = Shift.objects.get()
    assert shift.starts_at.isoformat() == "2099-07-01T08:00:00+00:00"
    assert shift.is_override


@pytest.mark.parametrize(
    "given",
    [
        {"starts_at": "2099-07-02T09:00", "ends_at": "2099-07-01T09:00"},
        {"starts_at": "2020-07-01T09:00", "ends_at": "2020-07-02T09:00"},
        {"starts_at": "", "ends_at": ""},
    ],
)
def test_a_time_that_cannot_be_is_refused(cast: Cast, client: Client, given: dict[str, str]) -> None:
    client.force_login(cast.helper)
    answer = client.post(reverse("console-duty-taking-over", args=[roster_of_agency().pk]), given)
    assert answer.status_code == 422
    assert not Shift.objects.exists()


def test_a_helper_notes_an_absence_of_nobody_else(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    given = {"starts_at": "2099-07-01T09:00", "ends_at": "2099-07-02T09:00"}
    address = reverse("console-absence-new")
    assert client.post(address, {**given, "user": cast.deputy.pk}).status_code == 422
    client.post(address, {**given, "user": cast.helper.pk})
    absence = Absence.objects.get()
    assert absence.user == cast.helper
    assert client.post(reverse("console-absence-end", args=[absence_of(cast.deputy).pk])).status_code == 403
    client.post(reverse("console-absence-end", args=[absence.pk]))
    absence.refresh_from_db()
    assert absence.cancelled_at is not None


def test_an_administrator_makes_a_roster_with_turns(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    client.post(reverse("console-roster-new"), {"name": "On call", "time_zone": "Europe/Berlin"})
    roster = Roster.objects.get()
    given = {"first_on": "2026-03-02", "hand_over_at": "09:00", "weeks": "1", "person_1": cast.helper.pk}
    client.post(reverse("console-roster-rotation", args=[roster.pk]), {**given, "person_3": cast.deputy.pk})
    rotation = Rotation.objects.get()
    assert (rotation.people, rotation.time_zone) == ([cast.helper.pk, cast.deputy.pk], "Europe/Berlin")
    assert client.post(reverse("console-roster-new"), {"name": "On call", "time_zone": "UTC"}).status_code == 422
    client.post(reverse("console-roster-rotation-end", args=[roster.pk]))
    rotation.refresh_from_db()
    assert rotation.ends_at is not None


def test_until_the_first_hand_over_of_a_new_rotation_the_one_before_goes_on(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    given = {"roster": roster, "hand_over_at": time(9), "weeks": 1, "by": TESTS}
    first_on = (now + 10 * DAY).date()
    actions.set_rotation(people=[cast.helper], first_on=first_on, at=now, **given)
    assert queries.on_call(roster, now) == cast.deputy
    assert queries.on_call(roster, now + 12 * DAY) == cast.helper

    sooner = (now + 5 * DAY).date()
    actions.set_rotation(people=[cast.account_manager], first_on=sooner, at=now + HOUR, **given)
    assert queries.on_call(roster, now + 2 * HOUR) == cast.deputy
    assert queries.on_call(roster, now + 7 * DAY) == cast.account_manager
    assert queries.on_call(roster, now + 12 * DAY) == cast.account_manager

    actions.end_rotation(roster=roster, by=TESTS, at=now + 3 * HOUR)
    assert queries.on_call(roster, now + 4 * HOUR) is None
    assert queries.on_call(roster, now + 12 * DAY) is None


def test_whoever_takes_over_is_away_no_more(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    absence_of(cast.helper, now - HOUR, now + DAY)
    actions.take_over(roster=roster, user=cast.helper, by=cast.helper, at=now)
    assert queries.on_call(roster, now) == cast.helper
    assert Absence.objects.get().ends_at == now


def test_the_page_says_that_taking_over_ends_an_absence(cast: Cast, client: Client) -> None:
    roster, now = roster_of_agency(), timezone.now()
    absence_of(cast.helper, now - HOUR, now + HOUR)
    client.force_login(cast.helper)
    page = client.post(reverse("console-duty-taking-over", args=[roster.pk]), {"when": "now"}, follow=True)
    assert "Your absence ends now." in page.content.decode()
    assert queries.on_call(roster, timezone.now()) == cast.helper


def test_taking_over_lasts_until_the_next_absence_and_leaves_no_gap(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    absence_of(cast.helper, now + HOUR, now + DAY)
    shift = actions.take_over(roster=roster, user=cast.helper, by=cast.helper, at=now)
    assert shift.ends_at == now + HOUR
    assert queries.on_call(roster, now + HOUR) == cast.deputy


def test_nobody_takes_over_a_time_in_which_they_are_away(cast: Cast, client: Client) -> None:
    roster = roster_of_agency()
    absence = absence_of(cast.helper)
    given = {"starts_at": "2099-06-01T08:00", "ends_at": "2099-06-03T09:00"}
    client.force_login(cast.helper)
    answer = client.post(reverse("console-duty-taking-over", args=[roster.pk]), given)
    assert answer.status_code == 422
    assert "Hal Helper is noted as away in that time" in answer.content.decode()

    client.force_login(cast.administrator)
    answer = client.post(reverse("console-shift-new", args=[roster.pk]), {**given, "user": cast.helper.pk})
    assert answer.status_code == 422
    assert not Shift.objects.exists()
    actions.cut_absence(absence=absence, by=TESTS, at=absence.starts_at - DAY)
    client.post(reverse("console-shift-new", args=[roster.pk]), {**given, "user": cast.helper.pk})
    assert Shift.objects.get().user == cast.helper


def test_a_rotation_that_has_not_begun_is_replaced_and_the_one_that_runs_goes_on_until_then(
    cast: Cast, now: datetime
) -> None:
    roster = turns(cast, now)
    given = {"roster": roster, "hand_over_at": time(9), "weeks": 1, "by": TESTS}
    actions.set_rotation(people=[cast.helper], first_on=(now + 14 * DAY).date(), at=now, **given)
    later = (now + 28 * DAY).date()
    actions.set_rotation(people=[cast.account_manager], first_on=later, at=now + HOUR, **given)
    fourth_week = now + 22 * DAY
    assert queries.on_call(roster, fourth_week) in (cast.helper, cast.deputy)
    assert queries.on_call(roster, fourth_week) != queries.on_call(roster, fourth_week - 7 * DAY)
    assert queries.on_call(roster, now + 30 * DAY) == cast.account_manager


def test_the_page_says_when_a_rotation_begins(cast: Cast, client: Client) -> None:
    roster = roster_of_agency()
    client.force_login(cast.administrator)
    given = {"first_on": "2099-06-01", "hand_over_at": "09:00", "weeks": "1", "person_1": cast.helper.pk}
    page = client.post(reverse("console-roster-rotation", args=[roster.pk]), given, follow=True).content.decode()
    assert "The rotation holds from Monday 1 June, 09:00 on; until then it stays as it is." in page
    assert "until then as it was before" in page


def test_whoever_left_the_agency_is_told_of_no_hand_over(cast: Cast, now: datetime) -> None:
    roster = turns(cast, now)
    actions.note_hand_over(roster=roster, by=TESTS, at=now)
    access.change_role(user=cast.deputy, role="", by=TESTS, at=now)
    before = len(told())
    actions.note_hand_over(roster=roster, by=TESTS, at=now + HOUR)
    assert [person for _, person in told()[before:]] == [cast.administrator.email]


def test_a_roster_that_cannot_be_told_of_keeps_no_other_back(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = turns(cast, now), actions.make_roster(name="Nights", time_zone="UTC", by=TESTS, at=now)
    plain = actions.note_hand_over
    looked: list[Roster] = []

    def broken(*, roster: Roster, **given: object) -> bool:
        if roster == bad:
            raise RuntimeError("nobody knows")
        looked.append(roster)
        return plain(roster=roster, **given)

    monkeypatch.setattr(actions, "note_hand_over", broken)
    worker.note_hand_overs(now)
    assert looked == [good]
