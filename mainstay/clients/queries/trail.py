"""The record of who did what: every fact with where it came from and what it changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from mainstay.access.models import User
from mainstay.clients.models import ClientDomain, Contact, Organisation, Website, WebsiteRole
from mainstay.common import keyset
from mainstay.common.facts import FactRecord
from mainstay.common.models import Trace

ORDER = ("-at", "-id")
PEOPLE_MAX = 50
"""People that the words of a search can mean; words that mean more are too short to narrow anything."""

FOR_CLIENTS = ("access.", "clients.", "report.", "desk.help_page_", "watch.exclusion_")
NOT_FOR_CLIENTS = (
    "clients.agreement_draft_edited",
    "clients.note_kept",
    "clients.review_changed",
    "clients.duty_handed_over",
    "clients.roster_made",
    "clients.rotation_set",
    "clients.shift_planned",
    "clients.shift_cut",
    "access.refused",
)
"""What is the agency's own business, though it was about a client."""

ROWS_FOR_CLIENTS: dict[str, tuple[type[Any], str, str]] = {
    "access.user": (User, "contacts__client", gettext_noop("Account")),
    "clients.contact": (Contact, "client", gettext_noop("Person")),
    "clients.website": (Website, "client", gettext_noop("Website")),
    "clients.websiterole": (WebsiteRole, "client", gettext_noop("Rights at a website")),
    "clients.clientdomain": (ClientDomain, "client", gettext_noop("Domain")),
}
"""Rows whose values before and after a client may read: by what it is known that they are the client's own, and what
they are called there."""

NAMED: dict[str, type[Any]] = {"user": User, "contact": Contact, "website": Website}
"""What a fact can name by its number, as `contact_id` in its body or `user:7` as its subject."""


@dataclass(frozen=True)
class Asked:
    """What a look into the record is narrowed by; what is empty narrows nothing."""

    words: str = ""
    client: str = ""
    kind: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the record. `about` names what it is about, `said` the fields of the fact."""

    fact: FactRecord
    label: str
    who: str
    about: tuple[str, ...]
    address: str
    trace: Trace | None
    said: tuple[tuple[str, str], ...] = ()
    changes: list[dict[str, str]] = field(default_factory=list)


def whole_record(asked: Asked) -> QuerySet[FactRecord]:
    """All facts, of all clients, newest first."""
    return _narrowed(FactRecord.objects.all(), asked)


def record_of_client(client: Organisation, asked: Asked) -> QuerySet[FactRecord]:
    """What a client's administrators may read of the record: what was done about their people and things."""
    kinds = Q()
    for each in FOR_CLIENTS:
        kinds |= Q(kind__startswith=each)
    return _narrowed(FactRecord.objects.filter(kinds, client=client).exclude(kind__in=NOT_FOR_CLIENTS), asked)


def page_of(found: QuerySet[FactRecord], token: str, size: int) -> keyset.Page[FactRecord]:
    """One page, however long the record is."""
    return keyset.page(_with(found), ORDER, token, size)


def newest(found: QuerySet[FactRecord], at_most: int) -> list[FactRecord]:
    """The newest of them, for a file."""
    return list(_with(found).order_by(*ORDER)[:at_most])


def entries(facts: Iterable[FactRecord]) -> list[Entry]:
    """Facts in words, for those who read all; in a constant number of queries."""
    rows = list(facts)
    names = _names(rows)
    return [_entry(each, names) for each in rows]


def entries_for_client(facts: Iterable[FactRecord], client: Organisation) -> list[Entry]:
    """Facts in words for the client: the agency's addresses are left out, and rows that are not the client's."""
    rows = list(facts)
    own = set(Contact.objects.filter(client=client, user__isnull=False).values_list("user_id", flat=True))
    names, shown = _names(rows), _own_rows(rows, client)
    return [_entry_for_client(each, names, shown, client, is_own=each.by_id in own) for each in rows]


def label_of(kind: str) -> str:
    """`access.role_changed` as people read it."""
    return kind.partition(".")[2].replace("_", " ").capitalize()


def _entry(fact: FactRecord, names: dict[str, dict[int, str]]) -> Entry:
    trace = getattr(fact, "trace", None)
    return Entry(
        fact=fact,
        label=label_of(fact.kind),
        who=str(fact.by) if fact.by_id else fact.process,
        about=_about(fact, names),
        address=trace.address if trace else "",
        trace=trace,
        said=tuple((name.replace("_", " "), _plain(value)) for name, value in fact.body.items()),
        changes=trace.changes if trace else [],
    )


def _own_rows(rows: list[FactRecord], client: Organisation) -> set[str]:
    """Of the rows that changed with these facts, the client's: a page may have changed those of others as well."""
    named: dict[str, set[int]] = {}
    for fact in rows:
        for each in fact.trace.changes if hasattr(fact, "trace") else ():
            label, _, number = each["row"].partition(":")
            if label in ROWS_FOR_CLIENTS and number.isdigit():
                named.setdefault(label, set()).add(int(number))
    found = set()
    for label, numbers in named.items():
        model, whose, _word = ROWS_FOR_CLIENTS[label]
        own = model.objects.filter(**{whose: client}, pk__in=numbers)
        found |= {f"{label}:{number}" for number in own.values_list("pk", flat=True)}
    return found


def _entry_for_client(
    fact: FactRecord, names: dict[str, dict[int, str]], shown: set[str], client: Organisation, *, is_own: bool
) -> Entry:
    full = _entry(fact, names)
    own = (each for each in full.changes if each["row"] in shown)
    changes = [{**each, "row": ROWS_FOR_CLIENTS[each["row"].partition(":")[0]][2]} for each in own]
    about = full.about if any(_numbers(fact)) else _about_client(fact, client)
    return Entry(
        fact=fact,
        label=full.label,
        who=full.who if fact.by_id else "",
        about=about,
        address=full.address if is_own else "",
        trace=None,
        changes=changes,
    )


def _about_client(fact: FactRecord, client: Organisation) -> tuple[str, ...]:
    """What a fact without names is about, for the client: never a number of ours, which says nothing to them."""
    if "month" in fact.body:
        return (str(fact.body["month"]),)
    return (client.name,) if fact.subject == f"client:{client.pk}" else ()


def _narrowed(found: QuerySet[FactRecord], asked: Asked) -> QuerySet[FactRecord]:
    if asked.client:
        found = found.filter(client__slug=asked.client)
    if asked.kind:
        found = found.filter(kind=asked.kind) if "." in asked.kind else found.filter(kind__startswith=f"{asked.kind}.")
    if asked.since:
        found = found.filter(at__gte=asked.since)
    if asked.until:
        found = found.filter(at__lt=asked.until)
    if asked.address:
        found = found.filter(Exists(Trace.objects.filter(fact=OuterRef("pk"), address=asked.address)))
    return found.filter(_who(asked.words)) if asked.words else found


def _who(words: str) -> Q:
    """What a person did, or what was done about them, by name or address."""
    people = User.objects.filter(Q(name__icontains=words) | Q(email__icontains=words))
    ids = list(people.order_by("pk").values_list("pk", flat=True)[:PEOPLE_MAX])
    return Q(by__in=ids) | Q(subject__in=[f"user:{each}" for each in ids])


def _with(found: QuerySet[FactRecord]) -> QuerySet[FactRecord]:
    return found.select_related("by", "client", "trace")


def _numbers(fact: FactRecord) -> Iterable[tuple[str, int]]:
    """What a fact names by number: `("contact", 7)`."""
    noun, _, number = fact.subject.partition(":")
    if noun in NAMED and number.isdigit():
        yield noun, int(number)
    for name, value in fact.body.items():
        noun = name.removesuffix("_id")
        if noun in NAMED and name.endswith("_id") and isinstance(value, int):
            yield noun, value


def _names(rows: list[FactRecord]) -> dict[str, dict[int, str]]:
    wanted: dict[str, set[int]] = {noun: set() for noun in NAMED}
    for fact in rows:
        for noun, number in _numbers(fact):
            wanted[noun].add(number)
    return {
        noun: dict(NAMED[noun].objects.filter(pk__in=some).values_list("pk", "name"))
        for noun, some in wanted.items()
        if some
    }


def _about(fact: FactRecord, names: dict[str, dict[int, str]]) -> tuple[str, ...]:
    found = [names.get(noun, {}).get(number, f"{noun} {number}") for noun, number in _numbers(fact)]
    return tuple(dict.fromkeys(found)) or (fact.subject,)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
