"""FreeScout: conversations with threads as its API gives them (JSON), or the CSV of its export module."""

from collections.abc import Sequence
from typing import Any

from mainstay.desk.exchange import untaken, values
from mainstay.desk.exchange.draft import FileRefused, LeftOut, MessageDraft, NotTaken, Person, Reading, TicketDraft
from mainstay.desk.exchange.values import LINE, Note, Row
from mainstay.desk.facts import MessageKind, TicketState

_STATES = {"active": TicketState.OPEN, "pending": TicketState.WAITING, "closed": TicketState.CLOSED}
_KINDS = {"customer": MessageKind.INBOUND, "message": MessageKind.REPLY, "note": MessageKind.NOTE}
_COLUMNS = {
    "id", "conversation id", "number", "#", "conversation number", "subject", "status", "state", "created at",
    "created on", "created", "updated at", "last reply at", "closed at", "updated", "customer email", "email",
    "customer name", "customer",
}  # fmt: skip
_CONVERSATION = {
    "id", "number", "subject", "status", "state", "createdAt", "updatedAt", "closedAt", "customer", "assignee",
    "threadsCount", "_embedded", "_links", "preview", "createdBy", "userUpdatedAt", "customerWaitingSince", "folderId",
}  # fmt: skip
_THREAD = {
    "id", "type", "state", "status", "body", "createdAt", "createdBy", "customer", "messageId", "message_id",
    "_embedded", "_links",
}  # fmt: skip
"""What is taken of a line, a conversation and a thread, or follows from what is."""
NO_MESSAGES = LeftOut("", "messages", "the CSV export holds none: use the JSON of the API to bring them too")


def read(files: Sequence[bytes]) -> Reading:
    """The conversations of the files. Raises `FileRefused`."""
    entries: list[Row] = []
    lines: list[Row] = []
    pages: list[Row] = []
    remarks: list[LeftOut] = []
    for raw in files:
        if values.is_json(raw):
            loaded = values.loaded(raw)
            entries += _conversations(loaded)
            pages += _pages(loaded)
        else:
            lines += [row for _, row in values.table(raw)]
    if not entries and not lines:
        raise FileRefused("There are no conversations of FreeScout in it.")
    if lines:
        remarks = [NO_MESSAGES, *untaken.fields("conversations", lines, _COLUMNS)]
    remarks += _missing_pages(pages) + _fields(entries, pages)
    entries += [_of_line(row) for row in lines]
    return values.gathered("FreeScout", entries, lambda each: values.text(each.get("number")), _ticket, remarks)


def _conversations(value: Any) -> list[Row]:
    if isinstance(value, dict):
        embedded = values.mapping(value.get("_embedded"))
        return values.rows(embedded.get("conversations")) or ([value] if "subject" in value else [])
    return [each for page in values.rows(value) for each in _conversations(page)]


def _pages(value: Any) -> list[Row]:
    """The answers of the API in a file that are pages of a list."""
    found = [value] if isinstance(value, dict) else values.rows(value)
    return [each for each in found if "subject" not in each]


def _missing_pages(pages: list[Row]) -> list[LeftOut]:
    """Whether the API said that it had more pages than are here."""
    told = [values.mapping(each.get("page")) for each in pages]
    total = max((each["totalPages"] for each in told if isinstance(each.get("totalPages"), int)), default=0)
    there = len({each.get("number") for each in told if each.get("totalPages")})
    return [LeftOut("", "pages", f"the files hold {there} of the {total} that there are")] if there < total else []


def _fields(entries: list[Row], pages: list[Row]) -> list[LeftOut]:
    """What conversations, their threads and the pages hold beside what is taken."""
    embedded = [values.mapping(each.get("_embedded")) for each in entries]
    threads = [thread for each in embedded for thread in values.rows(each.get("threads"))]
    inside = [values.mapping(each.get("_embedded")) for each in threads]
    beside = [held for each in pages for held in (each, values.mapping(each.get("_embedded")))]
    return [
        *untaken.fields("conversations", entries, _CONVERSATION),
        *untaken.fields("messages", threads, _THREAD),
        *untaken.lists((pair for each in embedded for pair in each.items()), {"threads", "tags"}),
        *untaken.lists((pair for each in inside for pair in each.items()), {"attachments"}),
        *untaken.lists(
            (pair for each in beside for pair in each.items()), {"_embedded", "_links", "page", "conversations"}
        ),
    ]


def _of_line(row: Row) -> Row:
    """A line of the CSV as the API would say it."""

    def first(*names: str) -> str:
        return next((row[each] for each in names if row.get(each)), "")

    return {
        LINE: first("number", "#", "conversation number", "id"),
        "id": first("id", "conversation id", "number", "#"),
        "number": first("number", "#", "conversation number", "id"),
        "subject": first("subject"),
        "status": first("status").lower(),
        "state": first("state").lower() or "published",
        "createdAt": first("created at", "created on", "created"),
        "updatedAt": first("updated at", "last reply at", "closed at", "updated"),
        "customer": {"email": first("customer email", "email"), "firstName": first("customer name", "customer")},
    }


def _ticket(entry: Row, note: Note) -> TicketDraft:
    status = values.text(entry.get("status"))
    if values.text(entry.get("state")) in ("draft", "deleted"):
        raise NotTaken(f"it is {values.text(entry.get('state'))} there")
    if status == "spam":
        raise NotTaken("it is spam there")
    if status not in _STATES:
        note(f"status {status or '(none)'}", "there is no such state here: it becomes open")
    embedded = values.mapping(entry.get("_embedded"))
    customer = _person(entry.get("customer"), is_staff=False)
    closed_at = entry.get("closedAt") if status == "closed" else None
    threads = values.rows(embedded.get("threads"))
    told = [each for each in threads if values.text(each.get("type")) in ("customer", "message")]
    values.fewer(len(told), entry.get("threadsCount"), note)
    return TicketDraft(
        foreign_id=values.text(entry.get("id")),
        number=values.text(entry.get("number")),
        subject=values.text(entry.get("subject")),
        state=_STATES.get(status, TicketState.OPEN),
        opened_at=values.instant(entry.get("createdAt")),
        updated_at=values.last_instant(note, closed_at, entry.get("updatedAt"), entry.get("createdAt")),
        requester=customer,
        assignee=values.owner(_person(entry.get("assignee"), is_staff=True), note),
        tags=values.tags(embedded.get("tags"), note),
        messages=values.messages(threads, lambda each: _message(each, note), note),
    )


def _message(entry: Row, note: Note) -> MessageDraft:
    kind = values.text(entry.get("type"))
    if kind not in _KINDS:
        raise NotTaken(f"an entry of the kind {kind or '(none)'} is no message")
    if values.text(entry.get("state")) in ("draft", "hidden"):
        raise NotTaken(f"it is {values.text(entry.get('state'))} there")
    embedded = values.mapping(entry.get("_embedded"))
    text, html = values.body(entry.get("body"), is_html=True)
    files = values.rows(embedded.get("attachments"))
    return MessageDraft(
        kind=_KINDS[kind],
        at=values.instant(entry.get("createdAt")),
        author=_person(entry.get("createdBy") or entry.get("customer"), is_staff=kind != "customer"),
        text=text,
        html=html,
        message_id=values.mail_id(entry.get("messageId") or entry.get("message_id")),
        parts=values.parts(files, note, name="fileName"),
    )


def _person(value: Any, *, is_staff: bool) -> Person:
    who = value if isinstance(value, dict) else {}
    name = f"{values.text(who.get('firstName'))} {values.text(who.get('lastName'))}".strip()
    held = values.rows(values.mapping(who.get("_embedded")).get("emails"))  # as the list of customers says it
    address = who.get("email") or next((each.get("value") for each in held), "")
    return Person(name, values.text(address).lower(), is_staff)
