"""What a website is made of: in the console, in the portal, and sent by the server itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mainstay.upkeep.models import InventorySource, Snapshot
from tests.cast import CANARY
from tests.upkeep.sources import said, source_of

pytestmark = pytest.mark.django_db


def lock(text: str = "django==5.2.1\n", name: str = "requirements.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def website(cast):
    return cast.a.websites.get()


def test_a_source_is_added_its_address_shown_once_and_a_file_taken_in(cast, client, website) -> None:
    client.force_login(cast.administrator)
    page = client.get(f"/console/websites/{website.pk}/components/")
    assert "Nothing is known yet" in page.text
    given = {"name": "Lock file", "fresh_days": "7"}
    made = client.post(f"/console/websites/{website.pk}/components/sources/new/", given)
    assert "/inventory/" in made.text and "shown this once" in made.text
    source = InventorySource.objects.get()
    taken = client.post(f"/console/inventory-sources/{source.pk}/", {"file": lock()}, follow=True)
    assert "1 components stand there." in taken.text
    assert "5.2.1" in client.get(f"/console/websites/{website.pk}/components/?words=djan").text
    assert "No component is called so" in client.get(f"/console/websites/{website.pk}/components/?words=flask").text


def test_what_is_wrong_is_said_and_nothing_is_kept(cast, client, website) -> None:
    client.force_login(cast.administrator)
    source, _ = source_of(website)
    refused = client.post(f"/console/inventory-sources/{source.pk}/", {"file": lock("django>=5\n")})
    assert refused.status_code == 422
    assert "without a pinned version" in refused.text
    twice = client.post(
        f"/console/websites/{website.pk}/components/sources/new/", {"name": "Lock file", "fresh_days": "7"}
    )
    assert (twice.status_code, "of this name already" in twice.text) == (422, True)
    assert not Snapshot.objects.exists()


def test_ending_it_closes_its_address(cast, client, website) -> None:
    client.force_login(cast.administrator)
    source, token = source_of(website)
    assert client.post(f"/console/inventory-sources/{source.pk}/end/").status_code == 302
    client.logout()
    assert client.post(f"/inventory/{token}/", {"file": lock()}).status_code == 404


def test_the_server_sends_it_by_itself(client, website) -> None:
    _, token = source_of(website)
    answer = client.post(f"/inventory/{token}/", {"file": lock()})
    assert (answer.status_code, answer.text) == (200, "1 components.\n")
    assert client.post(f"/inventory/{token}/", {"file": lock("nonsense", "photo.jpg")}).status_code == 422
    assert client.post(f"/inventory/{token}/").status_code == 400
    assert client.get(f"/inventory/{token}/").status_code == 405
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("changed", [lambda token: token[:-1], str.upper, lambda token: "%00", lambda token: "%20"])
def test_another_token_opens_nothing(client, website, changed) -> None:
    _, token = source_of(website)
    assert client.post(f"/inventory/{changed(token)}/", {"file": lock()}).status_code == 404


def test_names_that_cannot_be_kept_are_refused(client, website) -> None:
    _, token = source_of(website)
    odd = '{"components": [{"ecosystem": "npm", "name": "a\\u0000b", "version": "1"}]}'
    assert client.post(f"/inventory/{token}/", {"file": lock(odd, "own.json")}).status_code == 422


def test_a_client_sees_its_own_and_what_is_unknown_is_said(cast, client, website) -> None:
    client.force_login(cast.a_viewer)
    address = f"/portal/{cast.a.slug}/websites/{website.pk}/components/"
    assert "It is not known yet" in client.get(address).text
    said(source_of(website)[0], "django==5.2.1")
    page = client.get(address).text
    assert "django" in page
    assert "unknown: too long silent" in page
    assert "when last heard" in page
    other = cast.b.websites.get()
    said(source_of(other, name=CANARY)[0], "django==5.2.1")
    assert client.get(f"/portal/{cast.a.slug}/websites/{other.pk}/components/").status_code == 404
    assert CANARY not in client.get(address).text
