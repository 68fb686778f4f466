"""Tickets in the API."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from mainstay.access.facts import Permission
from mainstay.access.web.problems import Problem, problem
from mainstay.clients.facts import Audience
from mainstay.clients.gates import client_for, website_for
from mainstay.desk import actions, gates, queries
from mainstay.desk.facts import Category, Channel, TicketState
from mainstay.desk.models import Message, Ticket
from mainstay.desk.web.asking import TEXT_MAX

router = Router(tags=["desk"])

LIMIT_MAX = 200
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem}

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]
After = Annotated[int, Query(ge=0, description="Go on after the row with this id.")]

Key = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$", description="The same key opens one ticket only.")]


class ClockOut(Schema):
    kind: str
    number: int
    state: str
    due_at: datetime | None
    left_s: int


class TicketOut(Schema):
    id: int
    reference: str
    client: str
    website_id: int | None
    subject: str
    audience: str
    channel: str
    category: str
    priority: int
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None

    @staticmethod
    def resolve_client(ticket: Ticket) -> str:
        return ticket.client.slug


class MessageOut(Schema):
    id: int
    kind: str
    at: datetime
    author_name: str
    text: str
    is_public: bool


class TicketWhole(Schema):
    ticket: TicketOut
    clocks: list[ClockOut]
    messages: list[MessageOut]


class NewTicket(Schema):
    subject: Annotated[str, Field(min_length=1, max_length=250)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
    category: Category = Category.OTHER
    website_id: int | None = None
    key: Key = ""


class NewMessage(Schema):
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]


@router.get(
    "/clients/{slug}/tickets", response={200: list[TicketOut], **REFUSED}, url_name="tickets", summary="List tickets"
)
def list_tickets(
    request: HttpRequest, slug: str, state: TicketState | None = None, limit: Limit = 50, after: After = 0
) -> list[Ticket]:
    """A client's tickets by id, in every state unless one is named."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    found = gates.tickets_for(request.user).filter(client=client, pk__gt=after)
    return list((found.filter(state=state) if state else found).order_by("pk")[:limit])


@router.post(
    "/clients/{slug}/tickets", response={201: TicketOut, **REFUSED}, url_name="tickets", summary="Open a ticket"
)
def create_ticket(request: HttpRequest, slug: str, data: NewTicket) -> Status[Ticket] | HttpResponse:
    """Its priority is what its category usually has; its clocks run from now on."""
    client = client_for(request.user, slug, Permission.TICKET_OPEN)
    contact = client.contacts.with_access().filter(user=request.user).first()
    website = website_for(request.user, data.website_id, Permission.TICKET_OPEN) if data.website_id else None
    try:
        ticket = actions.open_ticket(
            client=client,
            website=website,
            subject=data.subject,
            text=data.text,
            category=data.category,
            channel=Channel.API,
            audience=contact.audience if contact else Audience.SYSTEM_ADMINISTRATOR,
            requester=contact,
            requester_name="" if contact else request.user.name,
            key=f"api:{client.pk}:{data.key}" if data.key else "",
            by=request.user,
            at=timezone.now(),
        )
    except actions.WrongClient:
        return problem(422, "The website is not one of this client's.", [_field("website_id")])
    return Status(201, ticket)


@router.get("/tickets/{reference}", response={200: TicketWhole, **REFUSED}, url_name="ticket", summary="One ticket")
def get_ticket(request: HttpRequest, reference: str) -> dict[str, Any]:
    """With its clocks and its newest 500 entries; notes for the team are given to the team alone."""
    ticket = gates.ticket_for(request.user, reference, Permission.TICKET_VIEW)
    is_staff = request.user.is_authenticated and request.user.is_staff_member
    return {
        "ticket": ticket,
        "clocks": queries.clocks(ticket, timezone.now()),
        "messages": queries.story(ticket, for_client=not is_staff),
    }


@router.post(
    "/tickets/{reference}/messages",
    response={201: MessageOut, **REFUSED},
    url_name="ticket-messages",
    summary="Add to a ticket",
)
def create_message(request: HttpRequest, reference: str, data: NewMessage) -> Status[Message] | HttpResponse:
    """From staff an answer to the client, which stops the response clocks; from a contact a message to the desk."""
    ticket = gates.ticket_for(request.user, reference, Permission.TICKET_REPLY)
    given: dict[str, Any] = {"ticket": ticket, "text": data.text, "by": request.user, "at": timezone.now()}
    if not (request.user.is_authenticated and request.user.is_staff_member):
        return Status(201, actions.add_message(channel=Channel.API, **given))
    try:
        return Status(201, actions.reply(channel=Channel.API, **given))
    except actions.TicketIsOver as refused:
        return problem(422, str(refused))


def _field(name: str) -> dict[str, str]:
    return {"field": name, "detail": "cannot be used"}
