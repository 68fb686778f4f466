"""The account manager's page and list: what is on them, in which order, at which cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients import actions
from mainstay.clients.models import ServiceReview
from mainstay.desk.models import Survey
from mainstay.faces import care
from mainstay.faces.care import Attention
from mainstay.promises.models import Standing
from tests.cast import TESTS, Cast
from tests.promises.reminding import note_of, reminder_of
from tests.watch.world import open_outage

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("sooner", "later"),
    [
        ({"down": 1}, {"broken": 5, "late": 9}),
        ({"broken": 1}, {"late": 9, "at_risk": 9}),
        ({"late": 1}, {"at_risk": 9, "reminders": 9}),
        ({"at_risk": 1}, {"reminders": 9, "used_percent": 99}),
        ({"reminders": 1}, {"used_percent": 99}),
        ({"used_percent": 2}, {"used_percent": 1}),
    ],
)
def test_what_asks_for_attention_first(sooner: dict[str, int], later: dict[str, int]) -> None:
    assert Attention(**sooner).weight > Attention(**later).weight


def test_hours_alone_ask_for_nobody() -> None:
    assert Attention(used_percent=49).is_calm
    assert not Attention(reminders=1).is_calm


@pytest.mark.django_db
def test_the_page_holds_what_a_manager_should_know(client: Client, cast: Cast) -> None:
    now = timezone.now()
    note_of(cast.a, cast.helper, "Prefers to be rung.")
    reminder_of(cast.a)
    ticket = cast.ticket(cast.a, at=now - HOUR)
    Survey.objects.create(ticket=ticket, client=cast.a, asked_at=now, score="good", answered_at=now)
    ServiceReview.objects.create(client=cast.a, due_on=date(2025, 11, 1), held_on=date(2025, 10, 20))
    cast.review(cast.a, date(2099, 5, 1))
    open_outage(cast.a.websites.get())
    given = {"starts_at": now - HOUR, "ends_at": now + HOUR, "by": TESTS, "at": now - 2 * HOUR}
    actions.note_absence(user=cast.account_manager, **given)
    client.force_login(cast.deputy)
    shown = client.get(reverse("console-account", args=[cast.a.slug])).content.decode()
    for words in (
        "You stand in today",
        f"{cast.account_manager.name} is away until",
        "Prefers to be rung.",
        "Somebody was not content with how T-1 ended.",
        ticket.subject,
        "20 October 2025",
        "due 1 May 2099",
        "Goes into its next year",
        "100 %",
        "Keep this note",
    ):
        assert words in shown, words


@pytest.mark.django_db
def test_my_clients_are_mine_and_the_worst_is_first(client: Client, cast: Cast) -> None:
    now = timezone.now()
    assert [row.client for row in care.looked_after(cast.deputy, now)] == [cast.a, cast.b]
    assert care.looked_after(cast.helper, now) == []
    agreement = cast.b.agreements.get()
    clauses = {"S1": {"verdict": "broken", "since": now.isoformat(), "distance": ""}}
    Standing.objects.create(client=cast.b, agreement=agreement, judged_at=now, clauses=clauses, grave=1)
    first, second = care.looked_after(cast.account_manager, now)
    assert (first.client, first.part, first.attention.broken) == (cast.b, "account manager", 1)
    assert (second.client, second.is_judged) == (cast.a, False)
    client.force_login(cast.helper)
    assert b"You look after no client" in client.get(reverse("console-my-clients")).content


@pytest.mark.django_db
def test_both_cost_the_same_queries_however_much_there_is(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.account_manager)
    pages = (reverse("console-account", args=[cast.a.slug]), 100), (reverse("console-my-clients"), 32)
    counted: list[list[int]] = []
    for round_ in range(2):
        counted.append([])
        for page, most in pages:
            with django_assert_max_num_queries(most) as found:
                assert client.get(page).status_code == 200
            counted[-1].append(len(found))
        for number in range(3):
            cast.ticket(cast.a)
            reminder_of(cast.a, f"survey:{round_}:{number}")
            note_of(cast.a, cast.helper)
            cast.review(cast.a, date(2099, 1 + number, 1))
    assert counted[1][0] <= counted[0][0] + 3, counted
    assert counted[0][1] == counted[1][1], counted


@pytest.mark.django_db
def test_today_names_who_is_on_duty_and_what_to_do(client: Client, cast: Cast) -> None:
    reminder_of(cast.a)
    client.force_login(cast.account_manager)
    shown = client.get(reverse("console-home")).content
    assert b"Somebody was not content with how T-1 ended." in shown
    client.force_login(cast.helper)
    assert b"Somebody was not content" not in client.get(reverse("console-home")).content
