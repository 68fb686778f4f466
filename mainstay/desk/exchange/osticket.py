"""osTicket: its tables as JSON, or its CSV export of tickets, which holds no messages.

Tables: one object with `ost_ticket`, `ost_ticket_status`, `ost_thread`, `ost_thread_entry`, `ost_thread_entry_email`,
`ost_user`, `ost_user_email`, `ost_ticket__cdata`, `ost_organization` and `ost_staff`, or what phpMyAdmin exports. Any
prefix will do.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from mainstay.desk.exchange import untaken, values
from mainstay.desk.exchange.draft import FileRefused, LeftOut, MessageDraft, NotTaken, Person, Reading, TicketDraft
from mainstay.desk.exchange.values import LINE, Note, Row
from mainstay.desk.facts import MessageKind, TicketState

_KINDS = {"M": MessageKind.INBOUND, "R": MessageKind.REPLY, "N": MessageKind.NOTE}
_STATES = {"open": TicketState.OPEN, "resolved": TicketState.RESOLVED, "closed": TicketState.CLOSED,
           "archived": TicketState.CLOSED}  # fmt: skip
_STATUS_IDS = {"1": "open", "2": "resolved", "3": "closed", "4": "archived", "5": "deleted"}
_PRIORITIES = {"1": 4, "2": 3, "3": 2, "4": 1, "low": 4, "normal": 3, "high": 2, "emergency": 1}
_FLAG_HIDDEN = 0x0004
"""Of a thread's entry: it was edited, and the edited one stands beside it."""

_TABLES = ("ticket_status", "ticket__cdata", "ticket", "thread_entry_email", "thread_entry", "thread", "user_email",
           "user", "staff", "organization")  # fmt: skip
_COLUMNS = {
    "ticket number", "number", "subject", "current status", "status", "date created", "created", "closed date",
    "closed", "last updated", "updated", "from", "user", "name", "from email", "email", "priority", "agent assigned",
}  # fmt: skip
_TICKET = {
    "ticket_id", "number", "user_id", "user_email_id", "status_id", "staff_id", "created", "updated", "lastupdate",
    "closed", "isanswered", "isoverdue", "sort", "lock_id",
}  # fmt: skip
_ENTRY = {
    "id", "pid", "thread_id", "user_id", "staff_id", "type", "flags", "title", "body", "format", "poster", "created",
    "updated",
}  # fmt: skip
"""What is taken of a line, a ticket and a message, or follows from what is."""
NO_MESSAGES = LeftOut("", "messages", "the CSV export holds none: use a JSON dump of the tables to bring them too")
NO_FILES = LeftOut("", "attachments", "osTicket keeps them outside these tables: they are not taken")

Tables = dict[str, list[Row]]


def read(files: Sequence[bytes]) -> Reading:
    """The tickets of the files. Raises `FileRefused`."""
    tables: Tables = defaultdict(list)
    lines: list[Row] = []
    remarks: list[LeftOut] = []
    for raw in files:
        if values.is_json(raw):
            remarks += _sort(values.loaded(raw), tables)
        else:
            lines += [row for _, row in values.table(raw)]
    if not tables["ticket"] and not lines:
        raise FileRefused("There are no tickets of osTicket in it.")
    held = _Held(tables)
    if lines:
        remarks += [NO_MESSAGES, *untaken.fields("tickets", lines, _COLUMNS)]
    remarks += _beside(tables, held) if tables["ticket"] else []
    entries = [*tables["ticket"], *map(_of_line, lines)]
    return values.gathered("osTicket", entries, lambda each: values.text(each.get("number")), held.ticket, remarks)


def _beside(tables: Tables, held: "_Held") -> list[LeftOut]:
    """What the tables hold beside what is taken."""
    there = {held.thread_of(str(each.get("ticket_id"))) for each in tables["ticket"]} - {""}
    lost = [each for each in tables["thread_entry"] if str(each.get("thread_id")) not in there]
    return [
        NO_FILES,
        *(
            LeftOut("", f"message {values.text(each.get('id'))[:40]}", "it is on no ticket in the files")
            for each in lost
        ),
        *untaken.fields("tickets", tables["ticket"], _TICKET),
        *untaken.fields("tickets", tables["ticket__cdata"], {"ticket_id", "subject", "priority"}),
        *untaken.fields("messages", tables["thread_entry"], _ENTRY),
        *untaken.people(len(tables["user"])),
    ]


def _sort(value: Any, tables: Tables) -> list[LeftOut]:
    """Put the rows of a file to their tables; the tables that are not taken."""
    named = list(values.mapping(value).items())
    if not isinstance(value, dict):  # phpMyAdmin: a list with an object a table
        named = [
            (str(each.get("name")), each.get("data")) for each in values.rows(value) if each.get("type") == "table"
        ]
    kinds = {name: next((each for each in _TABLES if f"_{name}".endswith(f"_{each}")), "") for name, _ in named}
    for name, rows in named:
        if kinds[name]:
            tables[kinds[name]] += values.rows(rows)
    return untaken.lists(named, {name for name, kind in kinds.items() if kind})


def _of_line(row: Row) -> Row:
    def first(*names: str) -> str:
        return next((row[each] for each in names if row.get(each)), "")

    return {
        LINE: first("ticket number", "number"),
        "ticket_id": first("ticket number", "number"), "number": first("ticket number", "number"),
        "subject": first("subject"), "state": first("current status", "status").lower(),
        "created": first("date created", "created"), "closed": first("closed date", "closed"),
        "updated": first("last updated", "updated"), "name": first("from", "user", "name"),
        "address": first("from email", "email"), "priority": first("priority").lower(),
        "agent": first("agent assigned"),
    }  # fmt: skip


class _Held:
    """The tables, by the keys under which they are looked up."""

    def __init__(self, tables: Tables) -> None:
        def by(table: str, key: str) -> dict[str, Row]:
            return {str(each.get(key)): each for each in tables[table]}

        self.statuses, self.fields = by("ticket_status", "id"), by("ticket__cdata", "ticket_id")
        self.users, self.staff = by("user", "id"), by("staff", "staff_id")
        self.organisations, self.mails = by("organization", "id"), by("thread_entry_email", "thread_entry_id")
        self.addresses = by("user_email", "user_id") | self._default_addresses(by("user_email", "id"))
        self.threads = {str(each.get("object_id")): each for each in tables["thread"] if each.get("object_type") == "T"}
        self.entries: dict[str, list[Row]] = defaultdict(list)
        for each in tables["thread_entry"]:
            self.entries[str(each.get("thread_id"))].append(each)

    def _default_addresses(self, emails: dict[str, Row]) -> dict[str, Row]:
        """Of a user with several addresses, the one they chose."""
        chosen = {key: emails.get(str(each.get("default_email_id"))) for key, each in self.users.items()}
        return {key: each for key, each in chosen.items() if each is not None}

    def ticket(self, entry: Row, note: Note) -> TicketDraft:
        key = values.text(entry.get("ticket_id"))
        status = str(entry.get("status_id"))
        state = entry.get("state") or self.state(status)
        if state == "deleted":
            raise NotTaken("it was deleted there")
        if state not in _STATES:
            note(f"status {state or '(none)'}", "there is no such state here: it becomes open")
        thread = self.thread_of(key)
        held = self.entries[thread] if thread else []
        said = values.messages(held, self.message, note)
        titles = (values.text(each.get("title")) for each in held)
        subject = entry.get("subject") or self.fields.get(key, {}).get("subject") or next(filter(None, titles), "")
        changed = [entry.get(name) for name in ("closed", "updated", "lastupdate", "created")]
        return TicketDraft(
            foreign_id=key,
            number=values.text(entry.get("number")),
            subject=values.text(subject),
            state=_STATES.get(state, TicketState.OPEN),
            opened_at=values.instant(entry.get("created")),
            updated_at=values.last_instant(note, *changed),
            requester=self.person(entry),
            priority=_PRIORITIES.get(values.text(entry.get("priority") or self.fields.get(key, {}).get("priority")), 3),
            organisation=values.text(self.organisations.get(self.organisation_id(entry), {}).get("name")),
            assignee=values.owner(self.owner(entry), note),
            messages=said,
        )

    def thread_of(self, ticket_id: str) -> str:
        """The thread of a ticket; empty where there is none."""
        return values.text(self.threads.get(ticket_id, {}).get("id"))

    def owner(self, entry: Row) -> Person:
        """Whoever has the ticket in hand."""
        key = values.text(entry.get("staff_id"))
        who = self.staff.get(key, {})
        name = f"{values.text(who.get('firstname'))} {values.text(who.get('lastname'))}".strip()
        return Person(
            name or values.text(entry.get("agent")) or key, values.text(who.get("email")).lower(), is_staff=True
        )

    def state(self, status: str) -> str:
        """What a status means. "Resolved" is a name there, of the same state as "Closed"."""
        named = self.statuses.get(status)
        if named is None:
            return _STATUS_IDS.get(status, "")
        name, state = values.text(named.get("name")).lower(), values.text(named.get("state")).lower()
        return name if state == "closed" and name == "resolved" else state

    def organisation_id(self, entry: Row) -> str:
        """The organisation of whoever asked; empty where they have none."""
        return str(self.users.get(str(entry.get("user_id")), {}).get("org_id") or "")

    def message(self, entry: Row) -> MessageDraft:
        kind = values.text(entry.get("type"))
        if kind not in _KINDS:
            raise NotTaken(f"an entry of the kind {kind or '(none)'} is no message")
        if _flags(entry) & _FLAG_HIDDEN:
            raise NotTaken("it was edited there; the edited one is taken")
        text, html = values.body(entry.get("body"), is_html=entry.get("format") == "html")
        return MessageDraft(
            kind=_KINDS[kind],
            at=values.instant(entry.get("created")),
            author=self.person(entry, is_staff=kind != "M"),
            text=text,
            html=html,
            message_id=values.mail_id(self.mails.get(str(entry.get("id")), {}).get("mid")),
        )

    def person(self, entry: Row, *, is_staff: bool = False) -> Person:
        if is_staff:
            who = self.staff.get(str(entry.get("staff_id")), {})
            return Person(values.text(entry.get("poster")), values.text(who.get("email")).lower(), is_staff=True)
        key = str(entry.get("user_id"))
        name = self.users.get(key, {}).get("name") or entry.get("poster") or entry.get("name")
        address = self.addresses.get(key, {}).get("address") or entry.get("address")
        return Person(values.text(name), values.text(address).lower())


def _flags(entry: Row) -> int:
    flags = str(entry.get("flags") or "0")
    return int(flags) if flags.isdecimal() else 0
