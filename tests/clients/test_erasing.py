"""The way to erasure: from the page of whoever left, and what has to happen before where somebody is still there."""

from typing import Any

import pytest
from django.test import Client

from mainstay.clients import actions
from mainstay.clients.models import Contact
from tests.cast import Cast


@pytest.fixture
def browser(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def way(person: Any) -> str:
    return f"/console/people/{person.pk}/erasure/"


def text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_a_colleague_who_left_to_being_erased(cast: Cast, browser: Client, now: Any) -> None:
    page = f"/console/people/{cast.helper.pk}/"
    assert "What has to happen first" in text(browser, page)
    assert "Has left…" in text(browser, way(cast.helper)) and page in text(browser, way(cast.helper))
    actions.offboard_colleague(user=cast.helper, by=cast.administrator, at=now)
    assert "Erase what is personal of Hal Helper" in text(browser, page) and way(cast.helper) in text(browser, page)
    assert browser.post(way(cast.helper)).status_code == 302
    assert "It is erased." in text(browser, page)
    assert "It is done" in text(browser, way(cast.helper)) and "Erase what is personal" not in text(
        browser, way(cast.helper)
    )


def test_from_a_clients_person_who_left_to_being_erased(cast: Cast, browser: Client, now: Any) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    page = f"/console/contacts/{contact.pk}/"
    assert "What has to happen first" in text(browser, page)
    before = text(browser, way(cast.a_viewer))
    assert page in before and cast.a.name in before and "Works for the client" in before
    actions.change_contact(contact=contact, is_active=False, by=cast.administrator, at=now)
    assert "Erase what is personal of Vera Alder" in text(browser, page)
    assert browser.post(way(cast.a_viewer)).status_code == 302
    assert "It is erased." in text(browser, page)
    assert Contact.objects.get(pk=contact.pk).name == "Erased person"


def test_whoever_is_on_another_list_is_named_with_it(cast: Cast, browser: Client, now: Any) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    elsewhere = cast.contact(cast.b, user=cast.a_viewer, email=cast.a_viewer.email)
    actions.change_contact(contact=contact, is_active=False, by=cast.administrator, at=now)
    page = text(browser, way(cast.a_viewer))
    assert f"/console/contacts/{elsewhere.pk}/" in page and f"/console/contacts/{contact.pk}/" not in page


def test_only_administrators_see_the_way(cast: Cast, client: Client) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    client.force_login(cast.account_manager)
    assert "erasure" not in text(client, f"/console/contacts/{contact.pk}/")
    assert client.get(way(cast.a_viewer)).status_code == 403


def test_a_contact_without_an_account_has_no_such_way(cast: Cast, browser: Client) -> None:
    assert "erasure" not in text(browser, f"/console/contacts/{cast.contact(cast.a).pk}/")
