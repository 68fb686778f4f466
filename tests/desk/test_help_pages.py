"""The help page: whoever opens it asks for help, and nobody is believed to be somebody because they say so."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from mainstay.common.models import FactRecord
from mainstay.desk.actions import help_pages as actions
from mainstay.desk.actions.errors import WrongClient
from mainstay.desk.models import HelpPage, Ticket
from mainstay.desk.queries.help_pages import places_of, stranger_on
from mainstay.desk.web.stranger_form import stamped, trouble_with
from tests.cast import CANARY, Cast
from tests.desk.kit import Stage, letter, sent_to
from tests.desk.words import article_of, help_page_of

FILLED = {
    "subject": "The map is gone",
    "text": "Since this morning there is a grey field.",
    "name": "Nora Neighbour",
    "address": "Nora@Elsewhere.example",
    "homepage": "",
}


@pytest.fixture
def page(stage: Stage) -> Any:
    """Client A's help page, on the stage's Wednesday."""
    cache.clear()
    with time_machine.travel(stage.now, tick=False):
        yield help_page_of(stage.cast.a, stage.cast.helper)


def send(page: HelpPage, stage: Stage, about: str = "layout", **fields: Any) -> Any:
    """Fill in the form that was shown ten seconds ago, and send it."""
    given = {**FILLED, "website": page.client.websites.get().pk, "stamp": stamped(stage.now - timedelta(seconds=10))}
    return Client().post(f"{page.path}?about={about}", {**given, **fields})


def test_a_stranger_asks_and_is_told_by_when_a_person_answers(page: HelpPage, stage: Stage) -> None:
    assert "Something looks wrong" in Client().get(page.path).text
    answer = send(page, stage)
    ticket = Ticket.objects.get()
    assert (ticket.client, ticket.channel, ticket.audience) == (page.client, "website", "website_user")
    assert (ticket.requester, ticket.requester_name) == (None, "Nora Neighbour")
    assert (ticket.requester_address, ticket.category) == ("nora@elsewhere.example", "layout")
    shown = Client().get(answer["Location"]).text
    assert f"Your request is logged as {ticket.reference}" in shown
    assert "A person answers by mail by" in shown


def test_the_letter_to_an_unconfirmed_address_repeats_nothing_of_what_was_typed(page: HelpPage, stage: Stage) -> None:
    send(page, stage)
    (sent,) = sent_to("nora@elsewhere.example")
    assert Ticket.objects.get().reference in sent.text
    assert not [word for word in ("map", "grey", "Nora") if word in f"{sent.subject} {sent.text}"]


def test_a_contacts_address_makes_nobody_that_contact(page: HelpPage, stage: Stage) -> None:
    known = stage.cast.a.contacts.get(user=stage.cast.a_requester)
    send(page, stage, address=known.email)
    ticket = Ticket.objects.get()
    assert ticket.requester is None
    assert "/portal/" not in sent_to(known.email)[0].text
    browser = Client()
    browser.force_login(stage.cast.helper)
    shown = browser.get(ticket.url).text
    assert "Nobody has confirmed who this is" in shown
    assert f"{known.name} at {stage.cast.a.name} has this address, but anybody could have typed it." in shown


def test_who_answers_our_mail_has_that_address(page: HelpPage, stage: Stage) -> None:
    send(page, stage)
    ticket = Ticket.objects.get()
    assert stranger_on(ticket) is not None
    stage.later(minutes=5)
    stage.reply(ticket)
    stage.later(minutes=5)
    answered = sent_to("nora@elsewhere.example")[-1]
    stage.mail(letter("nora@elsewhere.example", In_Reply_To=answered.message_id))
    assert stranger_on(ticket) is None


def test_a_page_of_one_website_asks_for_no_website(stage: Stage) -> None:
    website = stage.cast.a.websites.get()
    stage.cast.website(stage.cast.a)
    with time_machine.travel(stage.now, tick=False):
        page = help_page_of(stage.cast.a, stage.cast.helper, website)
        assert 'name="website"' not in Client().get(f"{page.path}?about=layout").text
        given = {**FILLED, "stamp": stamped(stage.now - timedelta(seconds=10))}
        Client().post(f"{page.path}?about=layout", given)
    assert Ticket.objects.get().website == website


def test_the_page_somebody_came_from_is_filled_in_when_it_is_the_clients(page: HelpPage, stage: Stage) -> None:
    shop = f"{page.client.websites.get().url}shop"
    assert quote(shop, safe="") in Client().get(page.path, headers={"Referer": shop}).text
    assert "elsewhere" not in Client().get(page.path, headers={"Referer": "https://elsewhere.example/"}).text
    assert f'value="{shop}"' in Client().get(f"{page.path}?about=layout&page={quote(shop)}").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"homepage": "https://buy.example/"}, "Empty this field and send again"),
        ({"address": "nobody"}, "Enter a valid email address"),
        ({"name": ""}, "Write your name"),
        ({"stamp": ""}, "ress Send again"),
        ({"stamp": "forged"}, "ress Send again"),
        ({"files": [SimpleUploadedFile("a.exe", b"MZ\x90\x00")]}, "is a program, which we do not take"),
        ({"files": [SimpleUploadedFile(f"{n}.txt", b"words") for n in range(4)]}, "Attach at most 3 files"),
        ({"files": [SimpleUploadedFile("a.txt", b"a" * (5 * 1024 * 1024 + 1))]}, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_and_loses_nothing(
    page: HelpPage, stage: Stage, fields: dict[str, Any], words: str
) -> None:
    answer = send(page, stage, **fields)
    assert (answer.status_code, Ticket.objects.count()) == (422, 0)
    assert words in answer.text
    assert FILLED["text"] in answer.text


def test_a_form_comes_back_with_a_sign_that_will_do(page: HelpPage, stage: Stage) -> None:
    answer = send(page, stage, stamp=stamped(stage.now))
    assert "That was very quick" in answer.text
    stamp = re.search(r'name="stamp" value="([^"]+)"', answer.text)
    assert stamp
    assert trouble_with(stamp[1], stage.now + timedelta(seconds=4)) == ""
    assert "very long" in trouble_with(stamp[1], stage.now + timedelta(hours=13))


def test_of_one_sender_five_an_hour_are_taken(page: HelpPage, stage: Stage) -> None:
    assert [send(page, stage).status_code for _ in range(6)] == [302] * 5 + [429]
    answer = send(page, stage)
    assert FILLED["text"] in answer.text
    assert "send it again in an hour, or write to support@localhost" in answer.text
    assert Ticket.objects.count() == 5


def test_of_one_network_ten_an_hour_are_taken(page: HelpPage, stage: Stage) -> None:
    codes = [send(page, stage, address=f"n{number}@elsewhere.example").status_code for number in range(12)]
    assert codes == [302] * 10 + [429] * 2


def test_more_than_a_request_can_hold_is_refused_unread(page: HelpPage, stage: Stage) -> None:
    answer = send(page, stage, text="a" * (17 * 1024 * 1024))
    assert answer.status_code == 413
    assert "Go back in your browser" in answer.text


def test_the_token_of_the_form_is_asked_for(page: HelpPage, stage: Stage) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"{page.path}?about=layout", FILLED)
    assert (answer.status_code, Ticket.objects.count()) == (403, 0)


def test_only_public_articles_are_offered_and_shown(page: HelpPage, stage: Stage) -> None:
    cast = stage.cast
    public = article_of(None, cast.helper, is_public=True, title="Why is the map grey?", category="layout")
    secret = article_of(cast.a, cast.helper, title="Why is the secret map grey?", category="layout")
    other = article_of(cast.b, cast.helper, title=f"Why is the map grey {CANARY}?", is_public=True)
    shown = Client().get(f"{page.path}?about=layout").text
    assert public.title in shown
    assert secret.title not in shown
    assert CANARY not in shown
    offered = Client().get(f"{page.path}suggestions/?typed=the+map+is+grey").text
    assert public.title in offered
    assert "secret" not in offered
    codes = [Client().get(f"{page.path}answers/{each.pk}/").status_code for each in (public, secret, other)]
    assert codes == [200, 404, 404]
    assert 'name="name" value="Nora' in send(page, stage, then="look").text
    assert Ticket.objects.count() == 0


def test_an_ended_or_renewed_page_leads_nowhere(page: HelpPage, stage: Stage) -> None:
    new = actions.renew_help_page(page=page, by=stage.cast.helper, at=stage.now)
    assert new.token != page.token
    assert [Client().get(each.path).status_code for each in (page, new)] == [404, 200]
    actions.end_help_page(page=new, by=stage.cast.helper, at=stage.now)
    actions.end_help_page(page=new, by=stage.cast.helper, at=stage.now)
    assert Client().get(new.path).status_code == 404
    kinds = FactRecord.objects.filter(kind__startswith="desk.help_page").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        "desk.help_page_opened", "desk.help_page_ended", "desk.help_page_opened", "desk.help_page_ended",
    ]  # fmt: skip


def test_a_page_of_a_client_that_left_leads_nowhere(page: HelpPage, stage: Stage) -> None:
    type(page.client).objects.filter(pk=page.client_id).update(is_active=False)
    assert Client().get(page.path).status_code == 404


def test_opening_twice_gives_the_same_page_and_another_clients_website_none(page: HelpPage, stage: Stage) -> None:
    cast = stage.cast
    assert help_page_of(cast.a, cast.helper) == page
    with pytest.raises(WrongClient):
        help_page_of(cast.a, cast.helper, cast.b.websites.get())


@pytest.mark.parametrize(("who", "face"), [("helper", "console/clients"), ("a_administrator", "portal")])
def test_a_page_is_made_renewed_and_switched_off(cast: Cast, client: Client, who: str, face: str) -> None:
    client.force_login(cast.person(who))
    address = f"/{face}/{cast.a.slug}/help-pages/"
    website = cast.a.websites.get()
    client.post(address, {"open": "yes", "website": website.pk})
    page = HelpPage.objects.get()
    assert (page.website, page.opened_by) == (website, cast.person(who))
    shown = client.get(address).text
    assert page.address in shown
    assert "&lt;a href=" in shown
    assert "&lt;script" not in shown
    client.post(address, {"renew": page.pk})
    page = HelpPage.objects.get(ended_at=None)
    client.post(address, {"end": page.pk})
    assert not HelpPage.objects.filter(ended_at=None).exists()


def test_nobody_changes_another_clients_page_under_an_address_of_their_own(cast: Cast, client: Client) -> None:
    page = help_page_of(cast.b, cast.helper)
    for who, code in ((cast.a_administrator, 404), (cast.helper, 404)):
        client.force_login(who)
        assert client.post(f"/portal/{cast.a.slug}/help-pages/", {"end": page.pk}).status_code == code
    page.refresh_from_db()
    assert page.ended_at is None


def test_the_codes_can_be_printed(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    page = help_page_of(cast.a, cast.helper)
    svg = client.get(f"/help-pages/{page.pk}/code.svg?save=yes")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg["Content-Disposition"] == 'attachment; filename="help-alder.svg"'
    assert svg["Content-Security-Policy"] == "default-src 'none'; sandbox"
    png = client.get(f"/help-pages/{page.pk}/code.png")
    assert Image.open(BytesIO(png.content)).size[0] > 500


def test_a_page_with_many_websites_asks_the_database_no_more(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        places_of(cast.a)
    for _ in range(3):
        help_page_of(cast.a, cast.helper, cast.website(cast.a))
    with django_assert_num_queries(2):
        assert len(places_of(cast.a)) == 5


def test_an_article_for_staff_alone_is_never_public(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    given = {"title": "Keys", "text": "In the safe.", "client": cast.agency.pk, "is_public": "on", "then": "keep"}
    answer = client.post("/console/articles/new/", given)
    assert answer.status_code == 422
    assert "for staff alone" in answer.text
