"""What is read of other help desks' exports."""

import base64
import json

import pytest

from mainstay.common.files.storing import SIZE_LIMIT_BYTES
from mainstay.desk import exchange
from mainstay.desk.exchange import FileRefused, Reading
from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.letters.parsed import FILE_BYTES_KEPT_MAX

ZAMMAD = {
    "tickets": [
        {"id": 5, "number": "20231", "title": "Logo is gone", "state": "pending reminder", "priority": "3 high",
         "organization": "Alder", "customer_id": 3, "created_at": "2023-02-01T09:00:00.000Z",
         "updated_at": "2023-02-03T09:00:00.000Z"},
        {"id": 6, "number": "20232", "title": "No date", "state": "open", "created_at": "soon"},
        {"id": 7, "number": "20233", "title": "Odd", "state": "escalated", "created_at": "2023-02-01T09:00:00Z"},
    ],
    "articles": [
        {"id": 1, "ticket_id": 5, "sender": "Customer", "internal": False, "body": "<p>Gone</p>",
         "content_type": "text/html", "created_by_id": 3, "created_at": "2023-02-01T09:00:00Z", "message_id": "<a@old>",
         "attachments": [{"filename": "a.txt", "data": base64.b64encode(b"hello").decode()}, {"filename": "b.png"}]},
        {"id": 2, "ticket_id": 5, "sender": "Agent", "internal": True, "body": "secret", "created_by_id": 4,
         "created_at": "2023-02-01T10:00:00Z"},
        {"id": 3, "ticket_id": 5, "sender": "Agent", "internal": False, "body": "Done", "created_by_id": 4,
         "created_at": "2023-02-01T11:00:00Z"},
        {"id": 4, "ticket_id": 5, "sender": "Agent", "body": "unmarked", "created_by_id": 4,
         "created_at": "2023-02-01T12:00:00Z"},
    ],
    "users": [
        {"id": 3, "login": "una", "firstname": "Una", "lastname": "Old", "email": "Una@Alder.example"},
        {"id": 4, "login": "hal", "firstname": "Hal", "lastname": "", "email": "hal@agency.example"},
    ],
}  # fmt: skip


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def missing(reading: Reading) -> list[tuple[str, str, str]]:
    """What is not taken of single tickets: of which, what and why."""
    return [(each.ticket, each.what, each.why) for each in reading.left_out if each.ticket]


def remarks(reading: Reading) -> dict[str, str]:
    """What is said of the files as a whole."""
    return {each.what: each.why for each in reading.left_out if not each.ticket}


def test_zammad_keeps_dates_authors_privacy_and_files_and_lists_what_is_missing():
    reading = exchange.read("zammad", [dumped(ZAMMAD)])
    ticket, odd = reading.drafts
    assert (ticket.number, ticket.state, ticket.priority, ticket.organisation) == (
        "20231", TicketState.WAITING, 2, "Alder",
    )  # fmt: skip
    assert ticket.requester.address == "una@alder.example"
    assert [(each.kind, each.is_public) for each in ticket.messages] == [
        (MessageKind.INBOUND, True),
        (MessageKind.NOTE, False),
        (MessageKind.REPLY, True),
        (MessageKind.NOTE, False),
    ]
    first = ticket.messages[0]
    assert (first.text, first.message_id, first.parts[0].content) == ("Gone", "<a@old>", b"hello")
    assert odd.state is TicketState.OPEN
    assert {(each.ticket, each.what, each.is_whole) for each in reading.left_out if each.ticket} == {
        ("20231", "attachment b.png", False),
        ("20232", "ticket", True),
        ("20233", "state escalated", False),
        ("20233", "messages", False),
        ("20233", "requester", False),
    }


def test_freescout_threads_and_csv():
    threads = [
        {"id": 1, "type": "customer", "state": "published", "body": "Help<br>me", "createdAt": "2022-01-01T10:00:00Z",
         "createdBy": {"email": "una@alder.example", "firstName": "Una"}},
        {"id": 2, "type": "note", "state": "published", "body": "hm", "createdAt": "2022-01-01T10:10:00Z"},
        {"id": 3, "type": "message", "state": "draft", "body": "x", "createdAt": "2022-01-01T10:20:00Z"},
        {"id": 4, "type": "lineitem", "createdAt": "2022-01-01T10:30:00Z"},
    ]  # fmt: skip
    one = {"id": 9, "number": 12, "subject": "S", "status": "closed", "state": "published",
           "createdAt": "2022-01-01T10:00:00Z", "closedAt": "2022-01-02T10:00:00Z",
           "customer": {"email": "una@alder.example"}, "_embedded": {"threads": threads}}  # fmt: skip
    reading = exchange.read("freescout", [dumped({"_embedded": {"conversations": [one]}})])
    assert [each.kind for each in reading.drafts[0].messages] == [MessageKind.INBOUND, MessageKind.NOTE]
    assert [each.what for each in reading.left_out] == ["message 3", "message 4"]
    line = (
        "ID;Number;Subject;Status;Created At;Customer Email\n9;12;Grün;Closed;2022-01-01 10:00:00;una@alder.example\n"
    )
    for raw in (line.encode("utf-16"), line.encode("cp1252"), line.replace(";", "\t").encode()):
        found = exchange.read("freescout", [raw])
        assert found.drafts[0].subject == "Grün"
        assert found.left_out[0].what == "messages"


def test_osticket_tables_by_any_prefix():
    dump = {
        "xy_ticket": [{"ticket_id": "1", "number": "100", "user_id": "2", "status_id": "3",
                       "created": "2020-05-01 08:00:00", "closed": "2020-05-02 08:00:00"}],
        "xy_ticket__cdata": [{"ticket_id": "1", "subject": "Upload fails"}],
        "xy_thread": [{"id": "7", "object_id": "1", "object_type": "T"}],
        "xy_thread_entry": [
            {"id": "1", "thread_id": "7", "user_id": "2", "type": "M", "format": "text", "body": "It fails",
             "poster": "Una", "created": "2020-05-01 08:00:00"},
            {"id": "2", "thread_id": "7", "staff_id": "1", "type": "N", "format": "html", "body": "<b>x</b>",
             "poster": "Hal", "created": "2020-05-01 09:00:00"}],
        "xy_thread_entry_email": [{"thread_entry_id": "1", "mid": "<os@old>"}],
        "xy_user": [{"id": "2", "name": "Una Old"}],
        "xy_user_email": [{"user_id": "2", "address": "una@alder.example"}],
    }  # fmt: skip
    ticket = exchange.read("osticket", [dumped(dump)]).drafts[0]
    assert (ticket.subject, ticket.state, ticket.requester.address) == (
        "Upload fails", TicketState.CLOSED, "una@alder.example",
    )  # fmt: skip
    assert [each.is_public for each in ticket.messages] == [True, False]
    assert ticket.messages[0].message_id == "<os@old>"


def test_freshdesk_export_private_notes_stay_private():
    one = {"display_id": 4, "subject": "F", "status": 4, "priority": 4, "description": "Broken",
           "description_html": "<div>Broken</div>", "created_at": "2021-01-01T10:00:00+01:00",
           "updated_at": "2021-01-02T10:00:00+01:00", "requester": {"name": "Una", "email": "una@alder.example"},
           "notes": [
               {"id": 1, "body": "secret", "private": True, "created_at": "2021-01-01T11:00:00+01:00"},
               {"id": 2, "body": "we look", "private": False, "created_at": "2021-01-01T12:00:00+01:00"}]}  # fmt: skip
    ticket = exchange.read("freshdesk", [dumped([{"helpdesk_ticket": one}])]).drafts[0]
    assert [each.kind for each in ticket.messages] == [MessageKind.INBOUND, MessageKind.NOTE, MessageKind.REPLY]
    assert (ticket.state, ticket.priority) == (TicketState.RESOLVED, 1)


def test_zammad_as_its_api_says_it_with_assets():
    """The form of a search: states and senders by number, people beside, and what was logged for somebody else."""
    found = {
        "tickets": [9],
        "assets": {
            "Ticket": {"9": {"id": 9, "number": "65009", "title": "Called", "state_id": 7, "priority_id": 2,
                             "customer_id": 3, "organization_id": 1, "created_at": "2024-01-02T09:00:00.000Z",
                             "updated_at": "2024-01-02T09:30:00.000Z", "close_at": None},
                       "10": {"id": 10, "number": "65010", "title": "Gone", "state_id": 6,
                              "created_at": "2024-01-02T09:00:00.000Z"}},
            "TicketArticle": {"1": {"id": 1, "ticket_id": 9, "type_id": 5, "sender_id": 2, "internal": False,
                                    "content_type": "text/plain", "body": "It rings", "created_by_id": 4,
                                    "origin_by_id": 3, "created_at": "2024-01-02T09:00:00.000Z", "message_id": None,
                                    "attachments": [{"id": 5, "filename": "a.png", "size": "9", "preferences": {}}]}},
            "User": {"3": ZAMMAD["users"][0], "4": ZAMMAD["users"][1]},
            "Organization": {"1": {"id": 1, "name": "Alder"}},
        },
    }  # fmt: skip
    reading = exchange.read("zammad", [dumped(found)])
    (ticket,) = reading.drafts
    assert (ticket.state, ticket.organisation, ticket.priority) == (TicketState.WAITING, "Alder", 3)
    assert ticket.messages[0].author.address == "una@alder.example", "not of the helper who logged the call"
    assert [(ticket, why) for ticket, _, why in missing(reading)] == [
        ("65009", "the export names it but does not hold its content"), ("65010", "it was removed there"),
    ]  # fmt: skip


def test_osticket_edited_entries_priorities_organisations_and_the_chosen_address():
    dump = {
        "ost_ticket": [{"ticket_id": "1", "number": "100", "user_id": "2", "status_id": "2", "flags": "0",
                        "created": "2023-05-01 08:00:00", "updated": "2023-05-02 08:00:00", "closed": None,
                        "lastupdate": "2023-05-02 08:00:00"}],
        "ost_ticket_status": [{"id": "2", "name": "Resolved", "state": "closed", "mode": "1"}],
        "ost_ticket__cdata": [{"ticket_id": "1", "subject": "Upload fails", "priority": "4"}],
        "ost_thread": [{"id": "7", "object_id": "1", "object_type": "T", "lastmessage": None}],
        "ost_thread_entry": [
            {"id": "1", "pid": "0", "thread_id": "7", "user_id": "2", "staff_id": "0", "type": "M", "flags": "65",
             "format": "html", "body": "<p>It fails</p>", "poster": "Una", "created": "2023-05-01 08:00:00"},
            {"id": "2", "thread_id": "7", "staff_id": "1", "type": "R", "flags": "4", "format": "html",
             "body": "Typo", "poster": "Hal", "created": "2023-05-01 09:00:00"},
            {"id": "3", "thread_id": "7", "staff_id": "1", "type": "R", "flags": "2", "format": "html",
             "body": "Put right", "poster": "Hal", "created": "2023-05-01 09:00:00"}],
        "ost_user": [{"id": "2", "org_id": "5", "default_email_id": "11", "name": "Una Old"}],
        "ost_user_email": [{"id": "11", "user_id": "2", "address": "una@alder.example"},
                           {"id": "12", "user_id": "2", "address": "una@home.example"}],
        "ost_organization": [{"id": "5", "name": "Alder", "domain": "alder.example"}],
        "ost_staff": [{"staff_id": "1", "firstname": "Hal", "lastname": "", "email": "hal@agency.example"}],
    }  # fmt: skip
    reading = exchange.read("osticket", [dumped(dump)])
    (ticket,) = reading.drafts
    assert (ticket.state, ticket.priority, ticket.organisation) == (TicketState.RESOLVED, 1, "Alder")
    assert ticket.requester.address == "una@alder.example"
    assert [each.text for each in ticket.messages] == ["It fails", "Put right"]
    assert ("message 2", "it was edited there; the edited one is taken") in {
        (each.what, each.why) for each in reading.left_out
    }


def test_freshdesk_api_names_people_and_companies_by_number():
    one = {"id": 4, "subject": "F", "status": 6, "priority": 3, "requester_id": 51, "responder_id": 71,
           "company_id": 8, "description": "<div>Broken</div>", "description_text": "Broken", "source": 1,
           "created_at": "2021-01-01T10:00:00Z", "updated_at": "2021-01-05T10:00:00Z",
           "stats": {"closed_at": "2021-01-02T10:00:00Z", "resolved_at": None},
           "attachments": [{"id": 1, "name": "a.png", "content_type": "image/png", "size": 3,
                            "attachment_url": "https://files.example/a"}],
           "conversations": [
               {"id": 1, "body": "<p>hm</p>", "body_text": "hm", "incoming": False, "private": True, "user_id": 71,
                "source": 2, "created_at": "2021-01-01T11:00:00Z", "attachments": []},
               {"id": 2, "body": "<p>We look</p>", "body_text": "We look", "incoming": False, "private": False,
                "user_id": 71, "source": 0, "created_at": "2021-01-01T12:00:00Z"},
               {"id": 3, "body": "<p>Me too</p>", "body_text": "Me too", "incoming": True, "private": False,
                "user_id": 52, "from_email": "Ben <Ben@alder.example>", "created_at": "2021-01-01T13:00:00Z"},
           ]}  # fmt: skip
    people = {
        "contacts": [{"id": 51, "name": "Una", "email": "una@alder.example", "company_id": 8}],
        "agents": [{"id": 71, "available": True, "contact": {"name": "Hal", "email": "hal@agency.example"}}],
        "companies": [{"id": 8, "name": "Alder", "domains": ["alder.example"]}],
    }
    reading = exchange.read("freshdesk", [dumped([one]), dumped(people)])
    (ticket,) = reading.drafts
    assert (ticket.state, ticket.organisation, ticket.priority) == (TicketState.WAITING, "Alder", 2)
    assert [(each.author.address, each.is_public) for each in ticket.messages] == [
        ("una@alder.example", True), ("hal@agency.example", False), ("hal@agency.example", True),
        ("ben@alder.example", True),
    ]  # fmt: skip
    assert [what for _, what, _ in missing(reading)] == ["attachment a.png"]
    over = exchange.read("freshdesk", [dumped([{**one, "status": 5}])]).drafts[0]
    assert over.updated_at.isoformat() == "2021-01-02T10:00:00+00:00"
    alone = exchange.read("freshdesk", [dumped(people["contacts"]), dumped([one])]).drafts[0]
    assert alone.requester.name == "Una", "a list without a name, as the API gives it"


def test_freescout_customers_as_a_list_of_them_says_it():
    one = {"id": 9, "number": 12, "subject": "S", "status": "active", "state": "published", "type": "email",
           "createdAt": "2022-01-01T10:00:00Z", "updatedAt": "2022-01-01T10:00:00Z", "closedAt": None,
           "customer": {"id": 3, "firstName": "Una", "_embedded": {"emails": [{"value": "Una@Alder.example"}]}},
           "_embedded": {"threads": [
               {"id": 1, "type": "message", "status": "active", "state": "published", "body": "Hi", "to": [], "cc": [],
                "createdAt": "2022-01-01T10:00:00Z", "openedAt": None,
                "createdBy": {"id": 1, "type": "user", "firstName": "Hal", "email": "hal@agency.example"},
                "_embedded": {"attachments": [{"id": 1, "fileName": "a.txt", "fileUrl": "https://x.example/a",
                                               "mimeType": "text/plain", "size": 5}]}}],
               "timelogs": [], "tags": []}}  # fmt: skip
    reading = exchange.read("freescout", [dumped(one)])
    (ticket,) = reading.drafts
    assert (ticket.requester.name, ticket.requester.address) == ("Una", "una@alder.example")
    assert ticket.messages[0].author.address == "hal@agency.example"
    assert [what for _, what, _ in missing(reading)] == ["attachment a.txt"]


def test_files_beyond_fifty_and_too_large_ones_are_listed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mainstay.desk.exchange.values.FILE_BYTES_KEPT_MAX", 5)
    data = base64.b64encode(b"hello").decode()
    held = [{"filename": f"{n}.txt", "data": data} for n in range(52)]
    held.append({"filename": "big.bin", "data": base64.b64encode(b"longer").decode()})
    ticket = {**ZAMMAD["tickets"][0], "articles": [{**ZAMMAD["articles"][0], "attachments": held}]}
    reading = exchange.read("zammad", [dumped({"tickets": [ticket], "users": ZAMMAD["users"]})])
    assert len(reading.drafts[0].messages[0].parts) == 50
    assert [(what, why) for _, what, why in missing(reading)] == [
        ("attachment 50.txt", "a message keeps 50 files; this one is beyond them"),
        ("attachment 51.txt", "a message keeps 50 files; this one is beyond them"),
        ("attachment big.bin", "it is larger than 0 MB"),
    ]


def test_what_readers_take_is_what_can_be_kept():
    assert FILE_BYTES_KEPT_MAX == SIZE_LIMIT_BYTES


@pytest.mark.parametrize("product", list(exchange.PRODUCTS))
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"[1, null]", b'{"a": [[]]}'])
def test_what_holds_no_ticket_is_refused_in_words(product: str, raw: bytes):
    try:
        reading = exchange.read(product, [raw])
    except FileRefused:
        return
    assert not reading.drafts
    assert reading.left_out
