"""The pages on which an outage is attributed, its exclusion asked and answered, and the record put right."""

import pytest
from django.test import Client

from mainstay.clients.models import Website
from mainstay.watch import actions
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Attribution, Exclusion, Outage
from tests.cast import Cast
from tests.watch.test_charging import SHOWN
from tests.watch.world import START, attributed, ended_outage, open_outage

pytestmark = pytest.mark.django_db


@pytest.fixture
def website(cast: Cast) -> Website:
    cast.signed_otherwise(cast.a, terms={"downtime": {**SHOWN, "excluded": ["client"]}})
    return cast.a.websites.get()


@pytest.fixture
def outage(website: Website) -> Outage:
    return ended_outage(website)


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_from_the_cause_to_consent(cast: Cast, outage: Outage, client: Client) -> None:
    client.force_login(cast.account_manager)
    page = f"/console/outages/{outage.pk}/"
    assert "Say first what caused it" in words(client.get(page))
    assert "Leave it out of the charge" not in words(client.get(page))

    given = {"to": "client_change", "reason": "Their plugin.", "reference": "HB-7"}
    assert client.post(f"{page}cause/", given).status_code == 302
    assert "Their plugin." in words(client.get(page))
    form = words(client.get(f"{page}exclusion/"))
    assert "once the client has consented" in form

    edges = {"starts_at": "2026-03-02T08:01:00", "ends_at": "2026-03-02T08:06:00"}
    assert client.post(f"{page}exclusion/", {**edges, "reason": "As agreed."}).status_code == 302
    exclusion = Exclusion.objects.get()
    assert "Waits for the client’s answer" in words(client.get(page))

    client.force_login(cast.a_administrator)
    assert "waits for your answer" in words(client.get("/portal/alder/"))
    assert "5 min" in words(client.get(exclusion.portal_url))
    assert client.post(f"{exclusion.portal_url}consent/").status_code == 302
    assert "Anna Alder consented" in words(client.get(exclusion.portal_url))
    assert "waits for your answer" not in words(client.get("/portal/alder/"))


def test_a_refusal_needs_a_reason(cast: Cast, outage: Outage, client: Client) -> None:
    attributed(outage, Attributed.CLIENT_CHANGE, cast.account_manager)
    found = actions.ask_exclusion(outage=outage, reason="So.", by=cast.account_manager, at=START)
    client.force_login(cast.a_administrator)
    assert client.post(f"{found.portal_url}refusal/", {}).status_code == 422
    found.refresh_from_db()
    assert found.is_waiting
    assert client.post(f"{found.portal_url}refusal/", {"reason": "It was your update."}).status_code == 302
    assert "It was your update." in words(client.get(found.portal_url))
    again = client.post(f"{found.portal_url}consent/")
    assert again.status_code == 422
    assert "refused meanwhile" in words(again)


def test_a_viewer_reads_and_cannot_answer(cast: Cast, outage: Outage, client: Client) -> None:
    attributed(outage, Attributed.CLIENT_CHANGE, cast.account_manager)
    found = actions.ask_exclusion(outage=outage, reason="So.", by=cast.account_manager, at=START)
    client.force_login(cast.a_viewer)
    page = words(client.get(found.portal_url))
    assert "An administrator of Alder Books can answer here." in page
    assert "Do not charge it" not in page


def test_where_nothing_is_excluded_the_page_says_so(cast: Cast, client: Client) -> None:
    outage = ended_outage(cast.a.websites.get())
    client.force_login(cast.account_manager)
    assert "The agreement excludes no cause" in words(client.get(f"/console/outages/{outage.pk}/"))
    refused = client.post(
        f"/console/outages/{outage.pk}/exclusion/",
        {"starts_at": "2026-03-02T08:01:00", "ends_at": "2026-03-02T08:06:00", "reason": "x"},
    )
    assert refused.status_code == 422
    assert "The agreement excludes no cause" in words(refused)


def test_putting_right_leads_to_what_stands_now(cast: Cast, outage: Outage, client: Client) -> None:
    client.force_login(cast.account_manager)
    given = {"how": "move", "started_at": "2026-03-02T07:50:00", "ended_at": "2026-03-02T08:06:00"}
    done = client.post(f"/console/outages/{outage.pk}/correction/", {**given, "reason": "Their log."})
    new = Outage.objects.valid().get()
    assert done["Location"] == f"/console/outages/{new.pk}/"
    assert new.ended_at == outage.ended_at
    assert "Put right by Max Manager" in words(client.get(done["Location"]))
    assert "Max Manager put the record right" in words(client.get(f"/console/outages/{outage.pk}/"))
    client.force_login(cast.a_viewer)
    listed = words(client.get("/portal/alder/exclusions/"))
    assert "Their log." in listed
    assert "5 min" in listed
    assert "16 min" in listed


def test_times_are_those_of_the_client(cast: Cast, outage: Outage, client: Client) -> None:
    cast.a.time_zone = "America/New_York"
    cast.a.save()
    client.force_login(cast.account_manager)
    assert 'value="2026-03-02T03:01:00"' in words(client.get(f"/console/outages/{outage.pk}/correction/"))
    given = {"how": "move", "started_at": "2026-03-02T02:50:00", "ended_at": "2026-03-02T03:06:00", "reason": "Log."}
    client.post(f"/console/outages/{outage.pk}/correction/", given)
    assert Outage.objects.valid().get().started_at.isoformat() == "2026-03-02T07:50:00+00:00"


def test_taken_back(cast: Cast, outage: Outage, client: Client) -> None:
    client.force_login(cast.account_manager)
    client.post(f"/console/outages/{outage.pk}/correction/", {"how": "void", "reason": "Wrong page."})
    assert not Outage.objects.valid().exists()
    page = words(client.get(f"/console/outages/{outage.pk}/"))
    assert "There was no such outage." in page
    assert "Put the record right" not in page


def test_what_goes_on_cannot_be_put_right(cast: Cast, website: Website, client: Client) -> None:
    going = open_outage(website)
    client.force_login(cast.account_manager)
    answer = client.post(f"/console/outages/{going.pk}/correction/", {"how": "void", "reason": "x"})
    assert answer.status_code == 422
    assert "goes on" in words(answer)


def test_an_outage_that_no_check_saw(cast: Cast, website: Website, client: Client) -> None:
    client.force_login(cast.account_manager)
    given = {"started_at": "2026-03-01T10:00:00", "ended_at": "2026-03-01T11:30:00", "reason": "They called."}
    done = client.post(f"/console/websites/{website.pk}/outages/new/", given)
    assert done.status_code == 302
    page = words(client.get(done["Location"]))
    assert "Stated by Max Manager" in page
    assert "1 h 30 min" in page


def test_nothing_is_decided_without_a_reason(cast: Cast, outage: Outage, client: Client) -> None:
    client.force_login(cast.account_manager)
    assert client.post(f"/console/outages/{outage.pk}/cause/", {"to": "attack", "reason": " "}).status_code == 422
    assert not Attribution.objects.exists()
