"""Notes about a client: for staff, every version kept."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients import actions, queries
from mainstay.clients.models import ClientNote
from mainstay.common.facts import FactRecord
from tests.cast import Cast
from tests.promises.reminding import note_of

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_every_version_is_kept(cast: Cast) -> None:
    note = note_of(cast.a, cast.helper, "Ring before ten.")
    note = actions.rewrite_note(note=note, text="Ring after ten.", seen_version=1, by=cast.deputy, at=AT)
    assert [(each.number, each.text, each.written_by) for each in note.versions.all()] == [
        (2, "Ring after ten.", cast.deputy),
        (1, "Ring before ten.", cast.helper),
    ]
    actions.rewrite_note(note=note, text="Ring after ten.", seen_version=2, by=cast.helper, at=AT)
    assert note.versions.count() == 2
    assert not any("ten" in str(each.body) for each in FactRecord.objects.filter(kind="clients.note_kept"))


def test_what_somebody_else_has_changed_is_not_overwritten(client: Client, cast: Cast) -> None:
    note = note_of(cast.a, cast.helper)
    actions.rewrite_note(note=note, text="Theirs", seen_version=1, by=cast.deputy, at=AT)
    client.force_login(cast.helper)
    answer = client.post(reverse("console-note", args=[note.pk]), {"text": "Mine", "version": "1"})
    assert answer.status_code == 422
    assert b"Somebody else has changed this note" in answer.content
    assert b">\nMine</textarea>" in answer.content, "what was typed is kept"
    note.refresh_from_db()
    assert note.text == "Theirs"


def test_a_note_that_was_taken_away_is_kept_and_not_shown(client: Client, cast: Cast) -> None:
    note = note_of(cast.a, cast.helper)
    client.force_login(cast.helper)
    for _ in range(2):
        actions.remove_note(note=note, by=cast.helper, at=AT)
    assert list(queries.notes_of(cast.a)) == []
    assert ClientNote.objects.get().removed_by == cast.helper
    assert client.get(reverse("console-note", args=[note.pk])).status_code == 404
    with pytest.raises(actions.NoteChanged):
        actions.rewrite_note(note=note, text="x", seen_version=1, by=cast.helper, at=AT)


def test_it_goes_back_to_the_page_the_form_stood_on_and_nowhere_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.helper)
    page, account = (reverse(name, args=[cast.a.slug]) for name in ("console-notes", "console-account"))
    goes = [
        client.post(page, {"text": "A note", "from": asked})["Location"]
        for asked in (account, "https://evil.example/", "//evil.example", "")
    ]
    assert goes == [account, page, page, page]
    assert client.post(page, {"text": "  "}).status_code == 422


def test_text_is_shown_as_text(client: Client, cast: Cast) -> None:
    note_of(cast.a, cast.helper, "<b>bold</b>\nsecond line")
    client.force_login(cast.auditor)
    shown = client.get(reverse("console-notes", args=[cast.a.slug])).content
    assert b"&lt;b&gt;bold&lt;/b&gt;<br>second line" in shown
    assert b"Keep this note" not in shown, "an auditor reads"
