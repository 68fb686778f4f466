"""Zammad: its REST answers as JSON, plain, with `expand=true` or with `assets`.

A file may hold a list of tickets, each with `articles`, or an object with the lists `tickets`, `articles`
(`ticket_articles`), `users` and `organizations`; several files add up.
"""

from collections import defaultdict
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from mainstay.desk.exchange import untaken, values
from mainstay.desk.exchange.draft import FileRefused, LeftOut, MessageDraft, NotTaken, Person, Reading, TicketDraft
from mainstay.desk.exchange.values import Note, Row, text
from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.letters.headers import is_address

_STATES = {
    "new": TicketState.OPEN, "open": TicketState.OPEN, "pending reminder": TicketState.WAITING,
    "pending close": TicketState.WAITING, "closed": TicketState.CLOSED, "merged": TicketState.CLOSED,
}  # fmt: skip
_STATE_IDS = {1: "new", 2: "open", 3: "pending reminder", 4: "closed", 5: "merged", 6: "removed", 7: "pending close"}
_PRIORITIES = {"1 low": 4, "2 normal": 3, "3 high": 2, "1": 4, "2": 3, "3": 2}
_SENDERS = {1: "Agent", 2: "Customer", 3: "System"}
_LISTS = {
    "ticket": ("tickets", "Ticket"), "article": ("articles", "ticket_articles", "TicketArticle"),
    "user": ("users", "User"), "organisation": ("organizations", "Organization"),
}  # fmt: skip
_NO_ORGANISATION = {"count", "assignment_timeout", "follow_up_possible", "permission_ids", "permissions", "object"}
"""What a tag, group, role or link has and an organisation has not."""
_TICKET = {
    "id", "number", "title", "state", "state_id", "priority", "priority_id", "organization", "organization_id",
    "customer", "customer_id", "owner", "owner_id", "tags", "articles", "article_ids", "article_count", "created_at",
    "updated_at", "close_at", "last_close_at", "created_by", "created_by_id", "updated_by", "updated_by_id",
    "create_article_type", "create_article_type_id", "create_article_sender", "create_article_sender_id",
    "last_contact_at", "last_contact_agent_at", "last_contact_customer_at", "first_response_at",
}  # fmt: skip
_ARTICLE = {
    "id", "ticket_id", "sender", "sender_id", "internal", "body", "content_type", "message_id", "message_id_md5",
    "attachments", "from", "origin_by", "origin_by_id", "created_at", "updated_at", "created_by", "created_by_id",
    "updated_by", "updated_by_id", "type", "type_id",
}  # fmt: skip
"""What is taken of a ticket and of a message, or follows from what is."""

Found = dict[str, dict[str, Row]]


def read(files: Sequence[bytes]) -> Reading:
    """The tickets of the files. Raises `FileRefused`."""
    found: Found = defaultdict(dict)
    remarks: list[LeftOut] = []
    for raw in files:
        remarks += _sort(values.loaded(raw), found)
    if not found["ticket"]:
        raise FileRefused("There are no tickets of Zammad in it.")
    tickets, articles = list(found["ticket"].values()), _articles(found)
    said = [each for some in articles.values() for each in some]
    remarks += [
        LeftOut(text(each.get("ticket_id")), f"message {text(each.get('id'))[:40]}", "its ticket is not in the files")
        for key, some in articles.items() if key not in found["ticket"] for each in some
    ]  # fmt: skip
    why = "the file names it but does not hold it"
    remarks += [LeftOut(each, "ticket", why, is_whole=True) for each in found["named"] if each not in found["ticket"]]
    remarks += untaken.fields("tickets", tickets, _TICKET) + untaken.fields("messages", said, _ARTICLE)
    remarks += untaken.people(len(found["user"]))

    def make(entry: Row, note: Note) -> TicketDraft:
        return _ticket(entry, articles[str(entry.get("id"))], found, note)

    return values.gathered("Zammad", tickets, lambda each: text(each.get("number")), make, remarks)


def _articles(found: Found) -> dict[str, list[Row]]:
    """The messages by their ticket: those inside it, and those beside it that are not inside too."""
    articles: dict[str, list[Row]] = defaultdict(list)
    for key, ticket in found["ticket"].items():
        articles[key] += values.rows(ticket.get("articles"))
    there = {str(each["id"]) for some in articles.values() for each in some if each.get("id")}
    for each in found["article"].values():
        if str(each.get("id")) not in there:
            articles[str(each.get("ticket_id"))].append(each)
    return articles


def _sort(value: Any, found: Found) -> list[LeftOut]:
    """Put what a file holds to its kind; what of it cannot be put."""
    if isinstance(value, dict) and not ("number" in value and "title" in value):
        return _sort_lists(value, found)
    remarks: list[LeftOut] = []
    for each in values.rows([value] if isinstance(value, dict) else value):
        if kind := _kind_of(each):
            remarks += _keep(kind, each, found)
        else:
            remarks.append(LeftOut("", f"entry {text(each.get('id') or each.get('name'))[:60]}", untaken.NO_PLACE))
    return remarks


def _sort_lists(value: Row, found: Found) -> list[LeftOut]:
    assets = values.mapping(value.get("assets"))
    remarks: list[LeftOut] = []
    for held in (value, assets):
        for kind, keys in _LISTS.items():
            for each in (each for key in keys for each in _rows(held.get(key))):
                remarks += _keep(kind, each, found)
    known = {key for keys in _LISTS.values() for key in keys}
    remarks += untaken.lists([*value.items(), *assets.items()], known | {"assets"})
    found["named"] |= {str(each): {} for each in values.listed(value.get("tickets")) if isinstance(each, int)}
    return remarks


def _rows(held: Any) -> list[Row]:
    return values.rows(list(held.values()) if isinstance(held, dict) else held)


def _kind_of(entry: Row) -> str:
    """What an entry of a list without a name is; empty: none of what is taken."""
    if "ticket_id" in entry and "body" in entry:
        return "article"
    if "title" in entry:
        return "ticket"
    if "login" in entry or "firstname" in entry:
        return "user"
    return "organisation" if "name" in entry and not _NO_ORGANISATION & entry.keys() else ""


def _keep(kind: str, entry: Row, found: Found) -> list[LeftOut]:
    """Keep an entry by its number; of two that differ the first is kept, and one without a number stays too."""
    key = text(entry.get("id")) or f"without a number {len(found[kind])}"
    before = found[kind].setdefault(key, entry)
    if before == entry or kind not in ("ticket", "article"):
        return []
    name = text(entry.get("number") or entry.get("ticket_id"))
    return [LeftOut(name, f"{kind} {key}", "it is in the files twice and not alike; the first is taken")]


def _ticket(entry: Row, said: list[Row], found: Found, note: Note) -> TicketDraft:
    state = text(entry.get("state")).lower() or _STATE_IDS.get(entry.get("state_id") or 0, "")
    if state == "removed":
        raise NotTaken("it was removed there")
    if state not in _STATES:
        note(f"state {state or '(none)'}", "there is no such state here: it becomes open")
    organisation = entry.get("organization")
    if not organisation:
        organisation = found["organisation"].get(str(entry.get("organization_id")), {}).get("name")
    told = entry.get("article_count") or len(values.listed(entry.get("article_ids")))
    values.fewer(len(said), told, note)
    return TicketDraft(
        foreign_id=text(entry.get("id")),
        number=text(entry.get("number")),
        subject=text(entry.get("title")),
        state=_STATES.get(state, TicketState.OPEN),
        close_code="duplicate" if state == "merged" else "",
        opened_at=values.instant(entry.get("created_at")),
        updated_at=values.last_instant(note, entry.get("close_at"), entry.get("updated_at"), entry.get("created_at")),
        requester=_person(entry.get("customer") or entry.get("customer_id"), found, is_staff=False),
        priority=_PRIORITIES.get(text(entry.get("priority") or entry.get("priority_id")), 3),
        organisation=text(organisation),
        assignee=values.owner(_person(_owner(entry), found, is_staff=True), note),
        tags=values.tags(entry.get("tags"), note),
        messages=values.messages(said, lambda each: _message(each, found, note), note),
    )


def _message(entry: Row, found: Found, note: Note) -> MessageDraft:
    sender = text(entry.get("sender")) or _SENDERS.get(entry.get("sender_id") or 0, "Agent")
    is_customer = sender == "Customer"
    # What does not say that it is public stays private.
    is_private = entry.get("internal") is not False
    kind = MessageKind.NOTE if is_private else MessageKind.INBOUND if is_customer else MessageKind.REPLY
    said, html = values.body(entry.get("body"), is_html="html" in text(entry.get("content_type")))
    return MessageDraft(
        kind=kind,
        at=values.instant(entry.get("created_at")),
        author=_author(entry, found, is_customer=is_customer),
        text=said,
        html=html,
        message_id=values.mail_id(entry.get("message_id")),
        parts=values.parts(values.rows(entry.get("attachments")), note),
    )


def _author(entry: Row, found: Found, *, is_customer: bool) -> Person:
    """Who wrote. What somebody of the agency logged for a customer names that customer as its origin."""
    origin = (entry.get("origin_by") or entry.get("origin_by_id")) if is_customer else None
    wrote = _person(origin or entry.get("created_by") or entry.get("created_by_id"), found, is_staff=not is_customer)
    name, address = parseaddr(text(entry.get("from")))
    if wrote.address or not is_customer or not is_address(address):
        return wrote
    return Person(name or address, address.lower())


def _owner(entry: Row) -> Any:
    """Whoever has the ticket in hand; the first user is the program itself, which stands for nobody."""
    who = entry.get("owner") or entry.get("owner_id")
    return None if text(who) in ("-", "1") else who


def _person(value: Any, found: Found, *, is_staff: bool) -> Person:
    """By a login or address (with `expand`), or by number with the users beside it."""
    users = found["user"]
    user = users.get(str(value)) or next((each for each in users.values() if value and each.get("login") == value), {})
    address = text(user.get("email") or value).lower()
    name = f"{text(user.get('firstname'))} {text(user.get('lastname'))}".strip()
    return Person(name or text(value), address if is_address(address) else "", is_staff)
