"""A call is logged on one screen: the caller is found, or becomes a contact on the spot."""

from typing import Any

from django.test import Client

from mainstay.clients.models import Contact
from mainstay.desk.models import Ticket
from tests.cast import Cast

CALL = {
    "caller": "Nils New", "audience": "website_user", "category": "other", "impact": "medium", "urgency": "medium",
    "subject": "No pictures", "text": "They are gone.",
}  # fmt: skip


def log(client: Client, cast: Cast, **fields: Any) -> Any:
    client.force_login(cast.helper)
    return client.post("/console/desk/new/", {**CALL, "client": cast.a.pk, **fields})


def test_callers_are_offered_while_somebody_types(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    part = client.get("/console/desk/callers/?q=rita").text
    contact = cast.a.contacts.get(name="Rita Alder")
    assert f'data-address="{contact.email}"' in part
    assert f'data-website="{cast.a.websites.get().pk}"' in part
    assert "Nobody known is called like this" in client.get("/console/desk/callers/?q=nobody+at+all").text


def test_without_scripts_the_caller_is_chosen_by_a_link(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    contact = cast.a.contacts.get(name="Rita Alder")
    assert f"?contact={contact.pk}" in client.get("/console/desk/new/?q=rita").text
    filled = client.get(f"/console/desk/new/?contact={contact.pk}").text
    assert f'value="{contact.email}"' in filled
    assert f'<option value="{cast.a.pk}" selected>' in filled
    assert client.get("/console/desk/new/?contact=999999").status_code == 404
    assert client.get("/console/desk/new/?contact=x").status_code == 200


def test_a_new_caller_becomes_a_contact_on_the_spot(cast: Cast, client: Client) -> None:
    log(client, cast, keep="on", address="Nils@Alder.example", phone="020 1")
    contact = Contact.objects.get(email="nils@alder.example")
    assert (contact.name, contact.phone, contact.role, contact.user) == ("Nils New", "020 1", "requester", None)
    assert Ticket.objects.get().requester == contact
    log(client, cast, keep="on", address="nils@alder.example", subject="Again")
    assert Ticket.objects.get(subject="Again").requester == contact


def test_a_caller_is_kept_only_when_asked_for_and_with_an_address(cast: Cast, client: Client) -> None:
    log(client, cast, address="nils@alder.example")
    assert not Contact.objects.filter(email="nils@alder.example").exists()
    answer = log(client, cast, keep="on", subject="Other")
    assert answer.status_code == 422
    assert "A contact is known by an e-mail address." in answer.text
    assert not Ticket.objects.filter(subject="Other").exists()


def test_somebody_who_left_is_not_kept_anew(cast: Cast, client: Client) -> None:
    Contact.objects.filter(pk=cast.contact(cast.a, email="nils@alder.example").pk).update(is_active=False)
    answer = log(client, cast, keep="on", address="nils@alder.example")
    assert answer.status_code == 422
    assert "has a contact with the address" in answer.text
    assert not Ticket.objects.exists()


def test_the_number_of_a_caller_who_is_not_kept_stands_on_the_ticket(cast: Cast, client: Client) -> None:
    log(client, cast, phone="020 7946 0000")
    ticket = Ticket.objects.get()
    assert ticket.requester_phone == "020 7946 0000"
    assert 'href="tel:02079460000"' in client.get(ticket.url).text
