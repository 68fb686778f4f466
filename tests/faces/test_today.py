"""The console's first page: what needs a hand now comes first, and it says so when nothing does."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients import actions as clients
from mainstay.desk import actions as desk
from mainstay.faces import queries
from mainstay.policy.durations import say
from mainstay.watch.queries import budget
from tests.cast import CANARY, TESTS, Cast
from tests.watch.world import MINUTE, START, open_outage

pytestmark = pytest.mark.django_db


@pytest.fixture
def console(client: Client, cast: Cast) -> Client:
    client.force_login(cast.helper)
    return client


def page(client: Client, name: str = "console-home", **query: str) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_needs_a_hand(console: Client) -> None:
    assert "Nothing needs a hand" in page(console)


def test_an_agency_without_clients_is_told_how_to_begin(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    assert "Take a client on" not in page(client)
    cast.a.__class__.objects.exclude(pk=cast.agency.pk).update(is_active=False)
    assert "Take a client on" in page(client)
    client.force_login(cast.helper)
    assert "No clients yet" in page(client)
    assert "Take a client on" not in page(client)


def test_a_client_reads_one_sentence_about_the_promises_everywhere(client: Client, cast: Cast) -> None:
    client.force_login(cast.a_administrator)
    said = re.compile(r"\d+ of 21 promises are kept[^.]*\.")
    pages = [
        client.get(reverse(name, args=[cast.a.slug])).content.decode() for name in ("portal-home", "portal-promises")
    ]
    (home,), (board,) = (said.findall(text)[:1] for text in pages)
    assert home == board
    assert "not proven yet" in home


def test_an_outage_stands_above_the_tickets(console: Client, cast: Cast) -> None:
    ticket, outage = cast.ticket(cast.a), open_outage(cast.a.websites.get())
    text = page(console)
    assert text.index(f"{outage.website.name} is down") < text.index(ticket.reference)
    assert "Nobody has taken it on yet." in text


def test_tickets_stand_in_the_order_of_their_clocks(cast: Cast, now) -> None:
    late, early = cast.ticket(cast.a, at=now), cast.ticket(cast.b)
    waiting = cast.ticket(cast.a)
    desk.reply(ticket=waiting, text="Which page is it?", then_wait=True, by=cast.helper, at=now)

    shown = queries.needs_a_hand(cast.helper, now).tickets

    assert [row.ticket.reference for row in shown] == [early.reference, late.reference]
    assert all(row.clock is not None for row in shown)


def test_mail_that_nobody_has_read_is_told(console: Client, cast: Cast) -> None:
    cast.parked_mail(cast.a)
    assert "1 parked message" in page(console)


def test_the_page_costs_the_same_for_many_clients(console: Client, cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(12):
        client = clients.create_client(
            name=f"Client {number}", starts_on=cast.a.created_at.date(), by=TESTS, at=cast.a.created_at
        )
        cast.website(client)
        cast.ticket(client)
    with django_assert_max_num_queries(85):
        page(console)


def test_each_part_keeps_itself_up_to_date(console: Client, cast: Cast, django_assert_max_num_queries) -> None:
    ticket = cast.ticket(cast.a)
    with django_assert_max_num_queries(20):
        hands = page(console, part="hands")
    clients = page(console, part="clients")
    assert ticket.reference in hands
    assert "Tightest website" not in hands
    assert "Tightest website" in clients
    assert "<h1>" not in hands + clients


def test_search_finds_clients_websites_and_tickets(console: Client, cast: Cast) -> None:
    ticket = cast.ticket(cast.a)
    assert cast.a.name in page(console, "console-search", q="alder")
    assert cast.a.websites.get().name in page(console, "console-search", q=cast.a.websites.get().name)
    assert ticket.subject in page(console, "console-search", q=ticket.reference.lower())
    assert "Nothing" in page(console, "console-search", q="no such words")


def test_the_portal_of_a_new_client_says_what_will_be_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.a_administrator)
    text = client.get(reverse("portal-home", args=[cast.a.slug])).content.decode()
    assert "Nothing is open." in text
    assert cast.account_manager.name in text
    assert CANARY not in text


def test_what_the_portal_says_is_what_the_ledger_holds(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    open_outage(website)
    client.force_login(cast.a_viewer)
    with time_machine.travel(START + 4 * MINUTE, tick=False):
        text = client.get(reverse("portal-home", args=[cast.a.slug])).content.decode()
        charged_s = budget(website, timezone.now()).charged_s
    assert f"{website.name} cannot be reached right now." in text
    assert charged_s >= 180
    assert f"{say(charged_s)} used" in text


def test_who_belongs_to_one_client_is_led_to_its_portal(client: Client, cast: Cast) -> None:
    client.force_login(cast.a_viewer)
    assert client.get("/").headers["Location"] == reverse("portal-home", args=[cast.a.slug])
    client.force_login(cast.helper)
    assert client.get("/").headers["Location"] == reverse("console-home")
