"""Imports in the console: looked at, taken in, undone."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.utils import timezone

from mainstay.clients.models import Contact
from mainstay.common import files
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import Job, run_due
from mainstay.common.models import StoredFile
from mainstay.desk import actions, queries
from mainstay.desk.models import Attachment, ForeignTicket, Import, Message, Ticket
from tests.desk.kit import Stage
from tests.desk.test_exchange import ZAMMAD, dumped

pytestmark = pytest.mark.django_db
LIST = "/console/desk/imports/"


@pytest.fixture
def administrator(client, stage: Stage):
    client.force_login(stage.cast.administrator)
    return client


def given(content: bytes, stage: Stage, **fields: str) -> dict[str, object]:
    return {
        "source": "zammad", "client": stage.cast.a.slug, "places": "",
        "files": [SimpleUploadedFile("export.json", content)], **fields,
    }  # fmt: skip


def looked(administrator, stage: Stage, content: bytes | None = None, **fields: str) -> Import:
    answer = administrator.post(LIST, given(content or dumped(ZAMMAD), stage, **fields))
    assert answer.status_code == 302, answer.content.decode()
    run_due(timezone.now(), "bulk")
    return Import.objects.latest("pk")


def taken(administrator, stage: Stage, content: bytes | None = None, **fields: str) -> Import:
    moving = looked(administrator, stage, content, **fields)
    administrator.post(f"{moving.url}taking/")
    run_due(timezone.now(), "bulk")
    assert not Job.objects.exclude(last_error="").exists()
    moving.refresh_from_db()
    return moving


def test_looking_takes_nothing_and_lists_what_is_not_taken(administrator, stage: Stage):
    moving = looked(administrator, stage)
    assert (moving.state, moving.found["fresh"], moving.found["left_out"]) == ("ready", 2, 6)
    assert Ticket.objects.count() == 0
    page = administrator.get(moving.url).content.decode()
    for said in (
        "2 tickets can be taken in",
        "Logo is gone",
        "&#x27;soon&#x27; is no time that can be read",
        "attachment b.png",
        "nothing else",
    ):
        assert said in page
    listed = administrator.get(f"{moving.url}not-taken.csv")
    assert listed.headers["Content-Disposition"].startswith("attachment")
    lines = listed.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "ticket,what,why,whole ticket"
    assert len(lines) == 7


def test_taken_in_by_a_job_marked_and_in_no_figure(administrator, stage: Stage):
    moving = taken(administrator, stage)
    assert (moving.state, moving.done, moving.files.count()) == ("taken", 2, 0)
    ticket = Ticket.objects.get(foreign__number="20231")
    assert ticket.foreign.taken_by == moving
    assert "Imported from Zammad" in administrator.get(ticket.url).content.decode()
    assert "Imported from Zammad" in administrator.get("/console/desk/?state=any").content.decode()
    assert "Imported from Zammad" in administrator.get(ticket.portal_url).content.decode()
    assert not ticket.clocks.exists()
    assert queries.counts(stage.cast.a, ticket.opened_at, stage.now)["opened"] == 0
    assert "brought it in from Zammad." in administrator.get(ticket.url).content.decode()
    facts = FactRecord.objects.filter(subject=f"import:{moving.pk}").order_by("pk").values_list("kind", flat=True)
    assert list(facts) == ["desk.import_begun", "desk.import_taken"]


def test_the_same_export_again_finds_nothing_new(administrator, stage: Stage):
    taken(administrator, stage)
    again = looked(administrator, stage)
    assert (again.found["there"], again.found["fresh"]) == (2, 0)
    assert "Nothing in it is new" in administrator.get(again.url).content.decode()
    refused = administrator.post(f"{again.url}taking/")
    assert refused.status_code == 409
    administrator.post(f"{again.url}discarding/")
    again.refresh_from_db()
    assert (again.state, again.files.count()) == ("undone", 0)
    assert "thrown away" in administrator.get(LIST).content.decode()


def test_a_run_that_was_broken_off_goes_on(stage: Stage, administrator):
    many = [{**ZAMMAD["tickets"][0], "id": n, "number": str(n), "articles": []} for n in range(1, 8)]
    moving = looked(administrator, stage, dumped(many))
    actions.begin_import(moving=moving, by=stage.cast.administrator, at=stage.now)
    assert actions.Taking(moving).turn(stage.now, limit=3)
    assert (ForeignTicket.objects.count(), Import.objects.get().done) == (3, 3)
    again = actions.Taking(Import.objects.get())
    assert again.turn(stage.now, limit=3)
    assert not again.turn(stage.now, limit=3)
    assert (ForeignTicket.objects.count(), Import.objects.get().state) == (7, "taken")


def test_a_ticket_that_cannot_be_kept_is_listed_and_the_others_go_on(
    administrator, stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    moving = looked(administrator, stage)
    write = actions.importing._write

    def fails_once(ticket, draft, **rest):
        if draft.text == "Done":
            raise DataError("value too long")
        write(ticket, draft, **rest)

    monkeypatch.setattr("mainstay.desk.actions.importing._write", fails_once)
    administrator.post(f"{moving.url}taking/")
    run_due(timezone.now(), "bulk")
    moving.refresh_from_db()
    assert (moving.state, moving.done) == ("taken", 1)
    page = administrator.get(moving.url).content.decode()
    assert "Could not be kept" in page
    assert "value too long" in page


def test_undone_as_a_whole(administrator, stage: Stage):
    before = (Contact.objects.count(), StoredFile.objects.count())
    moving = taken(administrator, stage)
    (kept,) = Attachment.objects.all()
    path = files.path_of(kept.file)
    assert path.exists()
    administrator.post(f"{moving.url}undo/")
    assert "being taken away" in administrator.get(moving.url).content.decode()
    run_due(timezone.now(), "bulk")
    moving.refresh_from_db()
    assert (moving.state, Ticket.objects.count(), Message.objects.count()) == ("undone", 0, 0)
    left = StoredFile.objects.count() - (1 if moving.left_out_id else 0)
    assert (Contact.objects.count(), left) == before
    assert "It was undone" in administrator.get(moving.url).content.decode()
    assert FactRecord.objects.filter(kind="desk.ticket_import_undone").count() == 2
    assert taken(administrator, stage).done == 2, "the same export can come again"


def test_nothing_is_undone_after_somebody_worked_on_it(administrator, stage: Stage):
    moving = taken(administrator, stage)
    ticket = Ticket.objects.get(foreign__number="20231")
    actions.note(ticket=ticket, text="I know this one.", by=stage.cast.helper, at=stage.now)
    page = administrator.get(moving.url).content.decode()
    assert "cannot be undone any more" in page
    refused = administrator.post(f"{moving.url}undo/")
    assert (refused.status_code, ticket.reference in refused.content.decode()) == (409, True)
    assert Ticket.objects.count() == 2


def test_what_is_worked_on_while_it_is_undone_stays(administrator, stage: Stage):
    moving = taken(administrator, stage)
    actions.begin_undo(moving=moving, by=stage.cast.administrator, at=stage.now)
    ticket = Ticket.objects.get(foreign__number="20231")
    actions.tag(ticket=ticket, words=["keep"], by=stage.cast.helper, at=stage.now)
    while actions.undo_turn(moving=moving, by=stage.cast.administrator, at=stage.now, limit=1):
        pass
    assert [each.pk for each in Ticket.objects.all()] == [ticket.pk]
    assert Contact.objects.filter(email="una@alder.example").exists()


def test_closing_what_stays_resolved_is_no_work(administrator, stage: Stage):
    done = [{"id": 1, "display_id": 1, "subject": "S", "status": 4, "created_at": "2021-01-01T10:00:00Z"}]
    moving = taken(administrator, stage, dumped(done), source="freshdesk")
    from mainstay.desk.worker import close_lapsed

    close_lapsed(stage.now)
    assert Ticket.objects.get().state == "closed"
    assert actions.touched_tickets(moving) == []


def test_several_clients_by_organisation_or_mail_domain(administrator, stage: Stage):
    places = f"Alder, {stage.cast.a.slug}\nbirch.example , {stage.cast.b.slug}"
    moving = looked(administrator, stage, client="", places=places)
    assert moving.found["by_client"] == [[stage.cast.a.name, 1]]
    assert ["20233", "ticket", "no client is chosen for nobody named", True] in moving.found["first"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"client": ""}, "Choose one client, or say below"),
        ({"client": "", "places": "Alder, nobody"}, "there is no client"),
        ({"client": "", "places": "just a line"}, "there is no client"),
        ({"source": "contacts", "client": "", "places": "Alder, alder"}, "Choose the client whose contacts these are"),
        ({"files": ""}, "Choose the file that the other product wrote."),
    ],
)
def test_what_cannot_be_asked_for_is_told(administrator, stage: Stage, fields: dict[str, str], said: str):
    answer = administrator.post(LIST, given(b"[]", stage, **fields))
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_a_file_that_cannot_be_read_says_so(administrator, stage: Stage):
    moving = looked(administrator, stage, json.dumps([{"a": 1}]).encode(), source="osticket")
    assert moving.state == "refused"
    assert "There are no tickets of osTicket in it." in administrator.get(moving.url).content.decode()


def test_contacts_too(administrator, stage: Stage):
    table = "E-mail,Name\nnew@alder.example,New\nnobody,Bad\nnew@alder.example,\n"
    before = Contact.objects.count()
    moving = looked(administrator, stage, table.encode(), source="contacts")
    assert (moving.found["fresh"], moving.found["left_out"]) == (1, 2)
    assert "1 contact can be taken in" in administrator.get(moving.url).content.decode()
    administrator.post(f"{moving.url}taking/")
    run_due(timezone.now(), "bulk")
    moving.refresh_from_db()
    assert (moving.state, moving.done, Contact.objects.count()) == ("taken", 1, before + 1)
    administrator.post(f"{moving.url}undo/")
    run_due(timezone.now(), "bulk")
    assert Contact.objects.count() == before


def test_an_export_with_impossible_dates_is_looked_through_to_its_end(administrator, stage: Stage):
    never = {**ZAMMAD["tickets"][1], "created_at": "0001-01-01T00:00:00+05:00"}
    moving = looked(administrator, stage, dumped([*ZAMMAD["tickets"], {**never, "id": 8}]))
    assert (moving.state, moving.found["fresh"]) == ("ready", 2)
    odd = looked(administrator, stage, json.dumps({"assets": {"Ticket": [[1]]}, "tickets": [1]}).encode())
    assert odd.state == "refused"


def test_an_imported_ticket_with_owner_and_tags_can_be_undone(administrator, stage: Stage):
    one = {**ZAMMAD["tickets"][0], "owner": stage.cast.helper.email, "tags": ["vip"]}
    moving = taken(administrator, stage, dumped([one]))
    assert actions.touched_tickets(moving) == []
    administrator.post(f"{moving.url}undo/")
    run_due(timezone.now(), "bulk")
    assert not Ticket.objects.exists()
