"""Freshdesk: JSON of its API (tickets with conversations) or its account export, or the CSV of its ticket list.

The API names people and companies by number: lists of `contacts`, `agents` and `companies`, as it gives them, may stand
beside the tickets, in the same file or in others.
"""

from collections import defaultdict
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from mainstay.desk.exchange import untaken, values
from mainstay.desk.exchange.draft import FileRefused, LeftOut, MessageDraft, NotTaken, Person, Reading, TicketDraft
from mainstay.desk.exchange.values import LINE, Note, Row
from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.letters.headers import is_address

_STATES = {"2": TicketState.OPEN, "3": TicketState.WAITING, "4": TicketState.RESOLVED, "5": TicketState.CLOSED,
           "6": TicketState.WAITING, "open": TicketState.OPEN, "pending": TicketState.WAITING,
           "resolved": TicketState.RESOLVED, "closed": TicketState.CLOSED,
           "waiting on customer": TicketState.WAITING}  # fmt: skip
_PRIORITIES = {"1": 4, "2": 3, "3": 2, "4": 1, "low": 4, "medium": 3, "high": 2, "urgent": 1}
_LISTS = {
    "ticket": ("tickets", "helpdesk_tickets"), "contact": ("contacts", "users"), "agent": ("agents",),
    "company": ("companies",), "conversation": ("conversations",),
}  # fmt: skip
_NAMES = {key for keys in _LISTS.values() for key in keys} | {"helpdesk_ticket"}
_COLUMNS = {
    "ticket id", "subject", "status", "priority", "created time", "closed time", "resolved time", "last update time",
    "full name", "contact name", "email", "company name", "agent", "tags",
}  # fmt: skip
_TICKET = {
    "id", "display_id", "subject", "status", "status_name", "priority", "priority_name", "created_at", "updated_at",
    "requester", "requester_id", "requester_name", "responder", "responder_id", "responder_name", "company",
    "company_id", "description", "description_html", "description_text", "structured_description", "attachments",
    "conversations", "notes", "helpdesk_notes", "stats", "spam", "deleted", "tags",
}  # fmt: skip
_NOTE = {
    "id", "ticket_id", "body", "body_html", "body_text", "private", "incoming", "deleted", "created_at", "updated_at",
    "user_id", "user", "from_email", "message_id", "attachments", "source", "notable_id", "notable_type",
}  # fmt: skip
"""What is taken of a line, a ticket and a message, or follows from what is."""
CONVERSATIONS_OF_API = 10
OF_TICKET = "messages of "
NO_TICKET = "its ticket is not in the files"
NO_MESSAGES = LeftOut("", "messages", "the CSV export holds none: use the JSON export to bring them too")

Found = dict[str, dict[str, Row]]


def read(files: Sequence[bytes]) -> Reading:
    """The tickets of the files. Raises `FileRefused`."""
    found: Found = defaultdict(dict)
    entries: list[Row] = []
    lines: list[Row] = []
    remarks: list[LeftOut] = []
    for raw in files:
        if values.is_json(raw):
            value = values.loaded(raw)
            entries += _sort(value, found)
            remarks += untaken.lists(values.mapping(value).items(), _NAMES) if not _is_ticket(value) else []
        else:
            lines += [row for _, row in values.table(raw)]
    if not entries and not lines:
        raise FileRefused("There are no tickets of Freshdesk in it.")
    if lines:
        remarks += [NO_MESSAGES, *untaken.fields("tickets", lines, _COLUMNS)]
    remarks += _beside(entries, found)
    entries += [_of_line(row) for row in lines]
    return values.gathered("Freshdesk", entries, _number, lambda each, note: _ticket(each, found, note), remarks)


def _beside(entries: list[Row], found: Found) -> list[LeftOut]:
    """What the files hold beside what is taken."""
    there = {f"{OF_TICKET}{each.get('id')}" for each in entries}
    apart = (said for key, said in found.items() if key.startswith(OF_TICKET) and key not in there)
    lost = [each for said in apart for each in said.values()]
    said = [each for entry in entries for each in _notes(entry, found)]
    return [
        *(
            LeftOut(values.text(each.get("ticket_id")), f"message {values.text(each.get('id'))}", NO_TICKET)
            for each in lost
        ),
        *untaken.fields("tickets", entries, _TICKET),
        *untaken.fields("messages", said, _NOTE),
        *untaken.people(len(found["person"])),
    ]


def _sort(value: Any, found: Found) -> list[Row]:
    """The tickets of a file; people, companies and messages beside them are put to their kind."""
    if isinstance(value, dict) and not _is_ticket(value):
        named = [(kind, value[key]) for kind, keys in _LISTS.items() for key in keys if value.get(key)]
        value = [each for kind, held in named if kind == "ticket" for each in values.rows(held)] if named else [value]
        for kind, held in named:
            if kind != "ticket":
                _keep(kind, values.rows(held), found)
    tickets = []
    for each in values.rows([value] if isinstance(value, dict) else value):
        entry = values.mapping(each.get("helpdesk_ticket")) or each
        if kind := _kind_of(entry):
            _keep(kind, [entry], found)
        else:
            tickets.append(entry)
    return tickets


def _is_ticket(value: Any) -> bool:
    return isinstance(value, dict) and "subject" in value


def _kind_of(entry: Row) -> str:
    """What an entry of a list without a name is; empty: a ticket."""
    if "subject" in entry or "description" in entry or "status" in entry:
        return ""
    if "ticket_id" in entry and "body" in entry:
        return "conversation"
    if "contact" in entry and "available" in entry:
        return "agent"
    return "contact" if "email" in entry else "company" if "domains" in entry else ""


def _keep(kind: str, entries: list[Row], found: Found) -> None:
    for each in entries:
        if kind == "conversation":
            said = found[f"{OF_TICKET}{each.get('ticket_id')}"]
            said[values.text(each.get("id")) or f"without a number {len(said)}"] = each
            continue
        person = values.mapping(each.get("contact")) if kind == "agent" else each.get("user") or each
        found["company" if kind == "company" else "person"][str(each.get("id"))] = values.mapping(person) or each


def _number(entry: Row) -> str:
    return values.text(entry.get("display_id") or entry.get("id"))


def _of_line(row: Row) -> Row:
    return {
        LINE: row.get("ticket id"), "responder": {"name": row.get("agent")}, "tags": row.get("tags"),
        "display_id": row.get("ticket id"), "subject": row.get("subject"),
        "status": str(row.get("status", "")).lower(), "priority": str(row.get("priority", "")).lower(),
        "created_at": row.get("created time"),
        "updated_at": row.get("closed time") or row.get("resolved time") or row.get("last update time"),
        "requester": {"name": row.get("full name") or row.get("contact name"), "email": row.get("email")},
        "company": {"name": row.get("company name")}, "description": None,
    }  # fmt: skip


def _ticket(entry: Row, found: Found, note: Note) -> TicketDraft:
    if entry.get("spam") is True or entry.get("deleted") is True:
        raise NotTaken("it is spam or deleted there")
    status = values.text(entry.get("status")).lower()
    if status not in _STATES:
        note(f"status {status or '(none)'}", "there is no such state here: it becomes open")
    requester = _person(entry.get("requester") or found["person"].get(str(entry.get("requester_id"))), is_staff=False)
    company = values.mapping(entry.get("company")) or found["company"].get(str(entry.get("company_id")), {})
    owner = entry.get("responder") or found["person"].get(str(entry.get("responder_id")))
    owner = owner or {"name": entry.get("responder_name") or entry.get("responder_id")}
    _check_conversations(entry, found, note)
    said = values.messages(_notes(entry, found), lambda each: _message(each, entry, requester, found, note), note)
    return TicketDraft(
        foreign_id=_number(entry),
        number=_number(entry),
        subject=values.text(entry.get("subject")),
        state=_STATES.get(status, TicketState.OPEN),
        opened_at=values.instant(entry.get("created_at")),
        updated_at=values.last_instant(note, *_ended(entry), entry.get("updated_at"), entry.get("created_at")),
        requester=requester,
        priority=_PRIORITIES.get(values.text(entry.get("priority")).lower(), 3),
        organisation=values.text(company.get("name")),
        assignee=values.owner(_person(owner, is_staff=True), note),
        tags=values.tags(entry.get("tags"), note),
        messages=(*_description(entry, requester, note), *said),
    )


def _ended(entry: Row) -> tuple[Any, ...]:
    """When it ended, where the API was asked for that (`include=stats`)."""
    stats = values.mapping(entry.get("stats"))
    is_over = values.text(entry.get("status")).lower() in ("4", "5", "resolved", "closed")
    return (stats.get("closed_at"), stats.get("resolved_at")) if is_over else ()


def _notes(entry: Row, found: Found) -> list[Row]:
    """The messages inside a ticket, and those beside it that are not inside too."""
    inside = values.rows(entry.get("conversations")) or [
        each.get("helpdesk_note") or each for each in values.rows(entry.get("notes") or entry.get("helpdesk_notes"))
    ]
    there = {str(each.get("id")) for each in inside if each.get("id")}
    beside = found.get(f"{OF_TICKET}{entry.get('id')}", {})
    return inside + [each for key, each in beside.items() if key not in there]


def _check_conversations(entry: Row, found: Found, note: Note) -> None:
    """Note where the API was not asked for what was said, or gave only the first of it."""
    held = len(_notes(entry, found))
    if not held and LINE not in entry and not any(key in entry for key in ("conversations", "notes", "helpdesk_notes")):
        note("conversations", "they are not in the files: ask the API for them (include=conversations)")
    if held == CONVERSATIONS_OF_API and len(values.rows(entry.get("conversations"))) == held:
        note("conversations", "the API gives the first ten with a ticket: there may be more")


def _description(entry: Row, requester: Person, note: Note) -> tuple[MessageDraft, ...]:
    """What the ticket was opened with."""
    if not (entry.get("description") or entry.get("description_html")):
        return ()
    html = entry.get("description_html") or ("" if "description_html" in entry else entry.get("description"))
    text, html = values.body(html or entry.get("description"), is_html=bool(html))
    return (
        MessageDraft(
            kind=MessageKind.INBOUND, at=values.instant(entry.get("created_at")), author=requester, text=text,
            html=html,
            parts=values.parts(values.rows(entry.get("attachments")), note, name="name"),
        ),
    )  # fmt: skip


def _message(entry: Row, ticket: Row, requester: Person, found: Found, note: Note) -> MessageDraft:
    if entry.get("deleted") is True:
        raise NotTaken("it was deleted there")
    incoming = entry.get("incoming") is True
    # What does not say that it is public stays private.
    private = entry.get("private") is not False
    html = entry.get("body_html") or ("" if "body_text" not in entry else entry.get("body"))
    text, html = values.body(html or entry.get("body"), is_html=bool(html))
    return MessageDraft(
        kind=MessageKind.NOTE if private else MessageKind.INBOUND if incoming else MessageKind.REPLY,
        at=values.instant(entry.get("created_at")),
        author=_author(entry, ticket, requester, found) if incoming else _agent(entry, found),
        text=text,
        html=html,
        message_id=values.mail_id(entry.get("message_id")),
        parts=values.parts(values.rows(entry.get("attachments")), note, name="name"),
    )


def _author(entry: Row, ticket: Row, requester: Person, found: Found) -> Person:
    """Who wrote from outside: whoever asked, unless another person is named."""
    key = entry.get("user_id")
    if key is None or key == ticket.get("requester_id"):
        return requester
    named = _person(found["person"].get(str(key)) or entry.get("user"), is_staff=False)
    name, address = parseaddr(values.text(entry.get("from_email")))
    if named.address or not is_address(address):
        return named if named.name or named.address else Person("Unknown")
    return Person(name or address, address.lower())


def _agent(entry: Row, found: Found) -> Person:
    who = _person(entry.get("user") or found["person"].get(str(entry.get("user_id"))), is_staff=True)
    return who if who.address else Person(who.name or "Freshdesk", "", is_staff=True)


def _person(value: Any, *, is_staff: bool) -> Person:
    who = value if isinstance(value, dict) else {}
    return Person(values.text(who.get("name")), values.text(who.get("email")).lower(), is_staff)
