"""Full-text search on the database that the tests run on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from mainstay.common import search as common_search
from mainstay.common.timelimit import TookTooLong, time_limit
from mainstay.desk import actions, gates
from mainstay.desk.models import Message, MessageText, Ticket
from mainstay.desk.queries import Wanted, search
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def results(stage: Stage, words: str, token: str = "", size: int = 50, **fields) -> search.Results:
    user = fields.pop("user", stage.cast.helper)
    wanted = replace(Wanted(words=words), **fields)
    sought = search.sought(wanted)
    return search.found(
        gates.texts_for(user), sought, wanted, token, size, user=user, zone=stage.cast.helper.zone, at=stage.now
    )


def subjects(stage: Stage, words: str, **fields) -> list[str]:
    return [each.ticket.subject for each in results(stage, words, **fields).found]


@pytest.fixture
def said(stage: Stage) -> Stage:
    """Three tickets with something to find."""
    logo = stage.ticket(subject="Logo gone", text="The header shows broken images since Monday.")
    stage.reply(logo, "We replaced the images on the harbour page.")
    shop = stage.ticket(subject="Shop down", text="Nobody can pay; the images are fine.")
    actions.note(ticket=shop, text="Looks like an expired certificate.", by=stage.cast.helper, at=stage.now)
    actions.close(ticket=shop, code="agreed", by=stage.cast.helper, at=stage.now)
    stage.ticket(
        client=stage.cast.b, requester=None, subject="Übergröße", text="Das Bild ist zu groß.", by=stage.cast.helper
    )
    actions.index_some()
    return stage


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("image ", ["Shop down", "Logo gone"]),
        ("broken image", ["Logo gone"]),
        ("harb", ["Logo gone"]),
        ("image -pay", ["Logo gone"]),
        ('"broken images"', ["Logo gone"]),
        ('"images broken"', []),
        ("logo header ", ["Logo gone"]),
        ("header harbour", []),
        ("certificate", ["Shop down"]),
        ("ubergrosse", ["Übergröße"]),
        ("GROSS", ["Übergröße"]),
        ("' OR NEAR(", []),
        ("%' --", []),
    ],
)
def test_what_is_found(said: Stage, words, expected):
    assert subjects(said, words) == expected


def test_narrowed(said: Stage):
    assert subjects(said, "image", state="open") == ["Logo gone"]
    assert subjects(said, "image", client=said.cast.b.slug) == []
    assert subjects(said, "bild", client=said.cast.b.slug) == ["Übergröße"]


def test_a_contact_finds_neither_a_note_nor_what_is_another_clients(said: Stage):
    contact = said.cast.a_requester
    assert subjects(said, "image", user=contact) == ["Shop down", "Logo gone"]
    assert subjects(said, "certificate", user=contact) == []
    assert subjects(said, "bild", user=contact) == []


def test_the_place_is_shown_where_it_was_said_last(said: Stage):
    found = results(said, "image ").found[1]
    assert [piece.text for piece in found.pieces if piece.is_found] == ["images"]
    assert "harbour" in found.message.text


def test_each_ticket_once_over_all_pages(stage: Stage):
    tickets = [stage.ticket(subject=f"Ticket {number}", text="Broken.") for number in range(5)]
    for ticket in (*tickets, *tickets):
        stage.wrote(ticket, "Still broken.")
    actions.index_some()
    shown: list[str] = []
    token, pages = "", 0
    while True:
        page = results(stage, "broken", token, size=2)
        shown += [each.ticket.subject for each in page.found]
        pages += 1
        token = page.following
        if not token:
            break
        assert pages < 20
    assert sorted(shown) == sorted(ticket.subject for ticket in tickets)


def test_a_merged_ticket_is_found_where_it_goes_on(stage: Stage):
    source, target = stage.ticket(subject="Twice", text="Zebra."), stage.ticket(subject="Once")
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.now)
    actions.index_some()
    assert subjects(stage, "zebra") == ["Once"]


def test_what_is_deleted_is_not_found(said: Stage):
    Ticket.objects.filter(subject="Übergröße").get().messages.all().delete()
    assert subjects(said, "bild") == []
    assert MessageText.objects.count() == Message.objects.count()


def test_a_ticket_given_to_a_client_is_indexed_anew(stage: Stage):
    ticket = stage.ticket(
        client=stage.cast.agency, requester=None, subject="Whose", text="Zebra.", by=stage.cast.helper
    )
    actions.index_some()
    actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    assert actions.index_some() == ticket.messages.count()
    wanted = Wanted(words="zebra")
    sought = search.sought(wanted, client_id=stage.cast.a.pk)
    given = {"user": stage.cast.helper, "zone": stage.cast.helper.zone, "at": stage.now}
    assert [
        each.ticket for each in search.found(gates.texts_for(stage.cast.helper), sought, wanted, "", 9, **given).found
    ] == [ticket]


def test_indexing_goes_in_batches_and_ends(stage: Stage):
    stage.ticket()
    stage.ticket()
    waiting = Message.objects.filter(is_indexed=False).count()
    assert actions.index_some(limit=1) == 1
    assert actions.index_some() == waiting - 1
    assert actions.index_some() == 0


SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
}


def test_looking_too_long_is_stopped_and_loses_nothing(stage: Stage):
    stage.ticket(subject="Kept")
    with pytest.raises(TookTooLong), time_limit(0.05), connection.cursor() as cursor:
        cursor.execute(SLOW[connection.vendor])
    with transaction.atomic():
        assert Ticket.objects.get().subject == "Kept"
    assert stage.later() - stage.now == timedelta()


@pytest.mark.parametrize("sorted_max", [-1, 10_000])
def test_hits_come_newest_first_whether_they_are_sorted_or_met(said: Stage, monkeypatch, sorted_max: int) -> None:
    monkeypatch.setattr("mainstay.common.search.order.SORTED_MAX", sorted_max)
    assert subjects(said, "image ") == ["Shop down", "Logo gone"]
    asked = search.sought(Wanted(words="image "))
    hits = list(
        common_search.newest_first(MessageText.objects.filter(words__matches=asked)).values_list("pk", flat=True)
    )
    assert len(hits) > 1 and hits == sorted(hits, reverse=True)
