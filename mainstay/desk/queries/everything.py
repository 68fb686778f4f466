"""Rows of the desk as plain values, whole: what another program needs to go on without this database."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from mainstay.access.models import User
from mainstay.clients.models import Organisation, Website
from mainstay.common.models import FactRecord
from mainstay.desk.models import (
    Article,
    DeskAddress,
    EscalationProcedure,
    HelpPage,
    LetterWording,
    RawMail,
    Recomputation,
    SavedReply,
    SavedView,
    Ticket,
)

NAMED = {
    "access.User": "email", "clients.Organisation": "slug", "clients.Website": "slug", "clients.Contact": "email",
    "clients.Agreement": "version", "desk.Ticket": "reference", "desk.EscalationProcedure": "number",
    "desk.DeskAddress": "address",
}  # fmt: skip
"""By what a row is named where others point to it; all else is named by its number."""
IN_FACTS: dict[str, type[Model]] = {
    "target_id": Ticket, "new_id": Ticket, "other_id": Ticket, "previous_id": Ticket, "assignee_id": User, "told": User,
    "website_id": Website, "from_client_id": Organisation, "to_client_id": Organisation,
}  # fmt: skip
"""Whom or what the numbers in a fact's body stand for, beside rows of the same ticket."""
OF_TICKET = {
    "clocks": ("events", "results", "recounts"), "ticketholds": (), "ticketfollowups": (), "ticketlinks": (),
    "linked_from": (), "ticketwatchs": (), "timeentrys": (), "ticketmerges": (), "escalations": ("people",),
}  # fmt: skip
"""Rows that hang on a ticket, and on those; by the names of their relations."""
CALLED = {
    "ticketholds": "holds", "ticketfollowups": "follow_ups", "ticketlinks": "links", "ticketwatchs": "watchers",
    "timeentrys": "times", "ticketmerges": "merges",
}  # fmt: skip
TICKETS_A_TURN = 50
SETTINGS: tuple[type[Model], ...] = (
    SavedReply,
    SavedView,
    LetterWording,
    EscalationProcedure,
    Recomputation,
    DeskAddress,
)
"""What the agency has written and set for its desk; mailboxes hold what signs in, and stay."""


class Handed:
    """Makes rows to plain values, for one client or for all."""

    def __init__(self, client: Organisation | None = None) -> None:
        self._client = client
        self._names: dict[str, dict[Any, Any]] = {}

    def tickets(self) -> Iterator[Ticket]:
        """Tickets by their numbers, with all that hangs on them."""
        found = self._of_client(Ticket.objects.select_related("foreign", "survey").order_by("pk"))
        inner = [f"{name}__{each}" for name, held in OF_TICKET.items() for each in held]
        said = ("messages__attachments__file", "messages__deliveries__mail", "messages__raw__body", "tickettags")
        return found.prefetch_related(*said, *OF_TICKET, *inner).iterator(chunk_size=TICKETS_A_TURN)

    def ticket(self, ticket: Ticket) -> dict[str, Any]:
        """A ticket with everything but its messages and facts."""
        hangs = {
            CALLED.get(name, name): [self._with(row, held) for row in getattr(ticket, name).all()]
            for name, held in OF_TICKET.items()
        }
        foreign, survey = getattr(ticket, "foreign", None), getattr(ticket, "survey", None)
        origin = {"product": foreign.product, "id": foreign.foreign_id, "number": foreign.number} if foreign else None
        return {
            **self.row(ticket),
            **hangs,
            "tags": [each.word for each in ticket.tickettags.all()],
            "survey": self.row(survey) if survey else None,
            "foreign": {**self.row(foreign), **(origin or {})} if foreign else None,
        }

    def facts(self, ticket: Ticket) -> list[dict[str, Any]]:
        """The facts about a ticket; `names` says whom and what their numbers stand for."""
        found = FactRecord.objects.filter(subject=f"ticket:{ticket.pk}").order_by("pk")
        return [{**self.row(each), "names": self._named_in(each.body)} for each in found]

    def mails(self) -> Iterator[dict[str, Any]]:
        """Every mail that came, without its bytes."""
        return map(self.row, self._of_client(RawMail.objects.order_by("pk")).iterator())

    def articles(self) -> Iterator[dict[str, Any]]:
        """The knowledge base with its versions; of one client what was written for that client."""
        for each in self._of_client(Article.objects.order_by("pk")).prefetch_related("versions", "votes"):
            yield self._with(each, ("versions", "votes"))

    def settings(self) -> Iterator[dict[str, Any]]:
        """What the agency wrote and set for its desk, a line a row; of one client its help pages alone."""
        kinds: tuple[type[Model], ...] = (HelpPage,) if self._client else (*SETTINGS, HelpPage)
        for kind in kinds:
            found = kind._default_manager.order_by("pk")
            for each in self._of_client(found) if kind is HelpPage else found:
                yield {"kind": kind._meta.model_name, **self.row(each)}

    def row(self, row: Model) -> dict[str, Any]:
        """Every field of a row: other rows by their names."""
        return {each.name: self._value(each, getattr(row, each.attname)) for each in row._meta.concrete_fields}

    def _with(self, row: Model, held: Iterable[str]) -> dict[str, Any]:
        return {**self.row(row), **{name: [self.row(each) for each in getattr(row, name).all()] for name in held}}

    def _value(self, field: Any, value: Any) -> Any:
        return self._name(field.related_model, value) if field.is_relation else plain(value)

    def _named_in(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            key: [self._name(kind, each) for each in body[key]]
            if isinstance(body[key], list)
            else self._name(kind, body[key])
            for key, kind in IN_FACTS.items()
            if body.get(key)
        }

    def _name(self, kind: type[Model], pk: Any) -> Any:
        label = kind._meta.label
        if pk is None or label not in NAMED:
            return pk
        if label not in self._names:
            self._names[label] = dict(kind._default_manager.values_list("pk", NAMED[label]))
        return self._names[label].get(pk, pk)

    def _of_client(self, found: QuerySet[Any]) -> QuerySet[Any]:
        return found.filter(client=self._client) if self._client else found


def plain(value: Any) -> Any:
    """A value as JSON can hold it: instants and days in ISO 8601, lengths in seconds."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
