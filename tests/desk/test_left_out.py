"""What exports hold and the desk cannot keep: nothing of it is left out in silence, and no value stops the rest."""

from typing import Any

import pytest

from mainstay.desk import exchange
from mainstay.desk.exchange import FileRefused, Reading, contacts, untaken, values
from mainstay.desk.exchange.draft import NotTaken
from tests.desk.test_exchange import dumped, missing, remarks

WHEN = "2024-02-01T10:00:00Z"
UNA = {"id": 3, "login": "una", "firstname": "Una", "email": "una@alder.example"}
HAL = {"id": 4, "login": "hal", "firstname": "Hal", "email": "hal@agency.example"}
NO_PLACE = "there is no place for it here (once)"


def zammad(said: list[dict[str, Any]], **more: Any) -> Reading:
    ticket = {"id": 1, "number": "1001", "title": "T", "state": "open", "customer_id": 3, "created_at": WHEN}
    lists = more.pop("lists", {})
    return exchange.read(
        "zammad", [dumped({"tickets": [ticket | more], "articles": said, "users": [UNA, HAL], **lists})]
    )


def article(**fields: Any) -> dict[str, Any]:
    return {"id": 10, "ticket_id": 1, "sender": "Customer", "internal": False, "body": "hi", "created_by_id": 3,
            "created_at": WHEN, **fields}  # fmt: skip


def freescout(conversation: dict[str, Any], **page: Any) -> Reading:
    one = {"id": 5, "number": 5, "subject": "S", "status": "active", "state": "published", "createdAt": WHEN,
           "customer": {"email": "una@alder.example"}, **conversation}  # fmt: skip
    return exchange.read("freescout", [dumped({"_embedded": {"conversations": [one]}, **page})])


def thread(**fields: Any) -> dict[str, Any]:
    return {"id": 1, "type": "customer", "state": "published", "body": "hi", "createdAt": WHEN, **fields}


def freshdesk(*files: Any, **fields: Any) -> Reading:
    one = {"id": 4, "subject": "F", "status": 2, "requester": {"email": "una@alder.example"}, "description": "x",
           "created_at": WHEN, "conversations": [], **fields}  # fmt: skip
    return exchange.read("freshdesk", [dumped([one]), *map(dumped, files)])


def osticket(entry: dict[str, Any] | None = None, **tables: Any) -> Reading:
    entry = entry or {}
    return exchange.read("osticket", [dumped({
        "ost_ticket": [{"ticket_id": "1", "number": "100", "user_id": "2", "status_id": "1",
                        "created": "2024-02-01 10:00:00", **entry}],
        "ost_user": [{"id": "2", "name": "Una"}],
        "ost_user_email": [{"id": "1", "user_id": "2", "address": "una@alder.example"}],
        "ost_thread": [{"id": "7", "object_id": "1", "object_type": "T"}],
        "ost_thread_entry": [{"id": "1", "thread_id": "7", "type": "M", "body": "x", "created": "2024-02-01 10:00:00"}],
        **tables,
    })])  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "what", "why"),
    [
        (lambda: zammad([article()], time_unit="30.0"), "time_unit of tickets", NO_PLACE),
        (lambda: zammad([article(cc="boss@alder.example")]), "cc of messages", NO_PLACE),
        (lambda: zammad([article()], new_field={"a": [0, ""], "b": "x"}), "new_field of tickets", NO_PLACE),
        (lambda: zammad([article()], lists={"links": [{"a": 1}, {"b": 2}]}), "list links",
         "there is no place for it here (2 entries)"),
        (lambda: freescout({"cc": ["q@alder.example"]}), "cc of conversations", NO_PLACE),
        (lambda: freescout({"customFields": [{"id": 1, "value": "x"}]}), "customFields of conversations", NO_PLACE),
        (lambda: freescout({"_embedded": {"threads": [thread()], "timelogs": [{"id": 1}]}}), "list timelogs",
         "there is no place for it here (one entry)"),
        (lambda: freescout({}, page={"totalPages": 3, "number": 1}), "pages",
         "the files hold 1 of the 3 that there are"),
        (lambda: freshdesk(cc_emails=["b@alder.example"]), "cc_emails of tickets", NO_PLACE),
        (lambda: freshdesk(custom_fields={"cf_a": 1}), "custom_fields of tickets", NO_PLACE),
        (lambda: freshdesk(type="Incident"), "type of tickets", NO_PLACE),
        (lambda: freshdesk({"time_entries": [{"id": 1}]}), "list time_entries",
         "there is no place for it here (one entry)"),
        (lambda: osticket({"topic_id": "4"}), "topic_id of tickets", NO_PLACE),
        (lambda: osticket(ost_ticket__cdata=[{"ticket_id": "1", "subject": "S", "site": "x"}]), "site of tickets",
         NO_PLACE),
        (lambda: osticket(ost_thread_collaborator=[{"id": "1"}]), "list ost_thread_collaborator",
         "there is no place for it here (one entry)"),
        (lambda: exchange.read("freshdesk", [b"Ticket ID,Subject,Created time,Site\n1,S,2024-02-01 10:00,x\n"]),
         "site of tickets", NO_PLACE),
        (lambda: exchange.read("freshdesk", [b"Ticket ID,Subject,Created time\n1,S,2024-02-01 10:00,x\n"]),
         "column 4 of tickets", NO_PLACE),
    ],
)  # fmt: skip
def test_fields_and_lists_without_a_place_are_told_once(reading: Any, what: str, why: str):
    assert remarks(reading())[what] == why


@pytest.mark.parametrize(
    ("reading", "missed"),
    [
        (lambda: zammad([article(), article(id=11, ticket_id=99)]),
         ("99", "message 11", "its ticket is not in the files")),
        (lambda: zammad([article(), article(body="other")]),
         ("1", "article 10", "it is in the files twice and not alike; the first is taken")),
        (lambda: zammad([article()], article_count=3),
         ("1001", "messages", "the files hold 1 of the 3 that the ticket says it has")),
        (lambda: zammad([article()], article_ids=[10, 11]),
         ("1001", "messages", "the files hold 1 of the 2 that the ticket says it has")),
        (lambda: zammad([]), ("1001", "messages", "there is none of this ticket in the files that can be taken")),
        (lambda: zammad([article()], lists={"tickets": [1, 8], "assets": {"Ticket": {"1": {
            "id": 1, "number": "1", "title": "T", "created_at": WHEN}}}}),
         ("8", "ticket", "the file names it but does not hold it")),
        (lambda: zammad([article()], owner="Gone Away"),
         ("1001", "owner Gone Away", "no mail address of theirs is in the files")),
        (lambda: zammad([article()], customer_id=77),
         ("1001", "requester", "no mail address of theirs is in the files: it stands with the name alone")),
        (lambda: zammad([article()], title="x" * 251),
         ("1001", "subject", "it is longer than 250 characters: its end is not taken")),
        (lambda: zammad([article()], tags=["x" * 41]),
         ("1001", f"tag {'x' * 41}", "it is longer than 40 characters: its end is not taken")),
        (lambda: freescout({"threadsCount": 3, "_embedded": {"threads": [thread()]}}),
         ("5", "messages", "the files hold 1 of the 3 that the ticket says it has")),
        (lambda: freshdesk(conversations=[
            {"id": n, "body": "x", "private": False, "created_at": WHEN} for n in range(10)]),
         ("4", "conversations", "the API gives the first ten with a ticket: there may be more")),
        (lambda: freshdesk([{"id": 9, "ticket_id": 77, "body": "x"}]),
         ("77", "message 9", "its ticket is not in the files")),
        (lambda: osticket(ost_thread=[{"id": "7", "object_id": "1", "object_type": "C"}]),
         ("100", "messages", "there is none of this ticket in the files that can be taken")),
        (lambda: osticket({"closed": "soon"}),
         ("100", "time of its end or last change", "'soon' is no time that can be read")),
    ],
)  # fmt: skip
def test_what_is_missing_of_a_ticket_is_told(reading: Any, missed: tuple[str, str, str]):
    assert missed in missing(reading())


def test_messages_on_no_ticket_are_told():
    found = osticket(ost_thread=[{"id": "7", "object_id": "1", "object_type": "A"}])
    assert remarks(found)["message 1"] == "it is on no ticket in the files"


def test_the_api_that_was_not_asked_for_conversations():
    one = {"id": 4, "subject": "F", "status": 2, "created_at": WHEN, "description": "x"}
    found = exchange.read("freshdesk", [dumped([one])])
    assert "include=conversations" in dict(each[1:] for each in missing(found))["conversations"]
    said = [{"id": 9, "ticket_id": 4, "body": "more", "private": False, "created_at": WHEN}]
    beside = exchange.read("freshdesk", [dumped([one]), dumped(said)])
    assert [each.text for each in beside.drafts[0].messages] == ["x", "more"]
    assert "conversations" not in dict(each[1:] for each in missing(beside))


def test_messages_without_a_number_stay_apart():
    found = zammad([article(id=None, body="one"), article(id=None, body="two"), article(body="three")])
    assert [each.text for each in found.drafts[0].messages] == ["one", "two", "three"]


def test_messages_inside_a_ticket_and_beside_it_add_up():
    found = zammad([article(id=11, body="beside"), article()], articles=[article(body="inside")])
    assert [each.text for each in found.drafts[0].messages] == ["inside", "beside"]


@pytest.mark.parametrize(
    ("reading", "address", "tags"),
    [
        (lambda: zammad([article()], owner_id=4, tags=["VIP", " big   shop "]), "hal@agency.example",
         ("vip", "big shop")),
        (lambda: zammad([article()], owner="hal@agency.example", tags="vip,vip,late"), "hal@agency.example",
         ("vip", "late")),
        (lambda: zammad([article()], owner_id=1), "", ()),
        (lambda: freescout({"assignee": {"email": "Hal@agency.example"}, "_embedded": {
            "threads": [thread()], "tags": [{"id": 1, "name": "vip"}]}}), "hal@agency.example", ("vip",)),
        (lambda: freshdesk({"agents": [{"id": 7, "available": True, "contact": {"email": "hal@agency.example"}}]},
                           responder_id=7, tags=["vip"]), "hal@agency.example", ("vip",)),
        (lambda: osticket({"staff_id": "1"}, ost_staff=[{"staff_id": "1", "email": "hal@agency.example"}]),
         "hal@agency.example", ()),
    ],
)  # fmt: skip
def test_owner_and_tags_come_too(reading: Any, address: str, tags: tuple[str, ...]):
    draft = reading().drafts[0]
    assert (draft.assignee.address if draft.assignee else "", draft.tags) == (address, tags)


def test_a_customer_who_is_not_in_the_files_is_read_from_the_letter():
    found = zammad([article(created_by_id=77, **{"from": "Ben B <Ben@alder.example>"})])
    author = found.drafts[0].messages[0].author
    assert (author.name, author.address) == ("Ben B", "ben@alder.example")


@pytest.mark.parametrize(
    "never",
    ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z",
     "9999-12-31", "1970-01-01 00:00:00", "", None, "0001-01-02T00:00:00+23:59", "9998-12-31T23:59:59-23:59", 0, False],
)  # fmt: skip
@pytest.mark.parametrize("product", ["zammad", "osticket", "freshdesk", "freescout"])
def test_a_date_that_is_none_stops_nothing(product: str, never: Any):
    read = {
        "zammad": lambda: zammad([article()], close_at=never, updated_at="2024-02-03T10:00:00Z"),
        "osticket": lambda: osticket({"closed": never, "updated": "2024-02-03 10:00:00"}),
        "freshdesk": lambda: freshdesk(status=5, stats={"closed_at": never}, updated_at="2024-02-03T10:00:00Z"),
        "freescout": lambda: freescout({"status": "closed", "closedAt": never, "updatedAt": "2024-02-03T10:00:00Z"}),
    }[product]()
    assert read.drafts[0].updated_at.isoformat() == "2024-02-03T10:00:00+00:00"
    opened = zammad([article()], created_at=never)
    assert [(each.what, each.is_whole) for each in opened.left_out if each.ticket == "1001"] == [("ticket", True)]


def test_times_that_no_page_could_show_are_refused():
    for said in ("0001-01-02T00:00:00", "9998-12-31T00:00:00", "2300-01-01T00:00:00Z"):
        with pytest.raises(NotTaken):
            values.instant(said)


ODD = ([], {}, {"a": [1]}, [[]], 10**30, -1, 1e308, True, "\x00", "😀" * 300)


@pytest.mark.parametrize("value", ODD)
def test_a_value_of_another_kind_stops_no_other_ticket(value: Any):
    fine = {"id": 2, "number": "2", "title": "Fine", "state": "open", "created_at": WHEN}
    for name in ("state", "state_id", "priority_id", "customer", "owner", "tags", "title", "articles", "created_at",
                 "organization_id", "article_count", "close_at"):  # fmt: skip
        found = zammad([article()], lists={"tickets": [{**fine, "id": 1, "number": "1", name: value}, fine]})
        assert "2" in {each.number for each in found.drafts}, name
    for name in ("sender_id", "sender", "internal", "body", "content_type", "created_at", "attachments", "message_id"):
        assert zammad([article(**{name: value}), article(id=11)]).drafts[0].messages, name


@pytest.mark.parametrize("product", list(exchange.PRODUCTS))
@pytest.mark.parametrize("value", ODD)
def test_files_built_otherwise_are_refused_or_read(product: str, value: Any):
    table = {"type": "table", "name": value, "data": value}
    page = {"_embedded": {"conversations": [value]}, "page": value}
    for built in (value, [value], {"tickets": value}, {"users": [value]}, [table], page, [{"helpdesk_ticket": value}]):
        try:
            exchange.read(product, [dumped(built)])
        except FileRefused:
            continue


@pytest.mark.parametrize("value", ["", None, False, 0, "0", "0.00", [], {}, {"a": None, "b": [{}, ""]}, "-"])
def test_what_says_nothing_is_not_told(value: Any):
    assert untaken.is_empty(value)


def test_columns_of_contacts_that_are_not_taken_are_told():
    found = contacts.read(b"E-mail,Name,Company,Email,Empty\nuna@alder.example,Una,Alder,,\n")
    assert [(each.what, each.why) for each in found.columns] == [("company of contacts", NO_PLACE)]
    twice = contacts.read(b"Email,Name,Email\nuna@alder.example,Una,\n")
    assert [each.email for each in twice.lines] == ["una@alder.example"]
