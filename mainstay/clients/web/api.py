"""Clients, websites and agreements in the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from mainstay.access.facts import Permission
from mainstay.access.rules import in_one_line
from mainstay.access.web.problems import Problem, problem
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import Agreement, Organisation, Website
from mainstay.common import addresses

router = Router(tags=["clients"])

LIMIT_MAX = 200
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem}

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]
After = Annotated[int, Query(ge=0, description="Go on after the row with this id.")]


class ClientOut(Schema):
    id: int
    slug: str
    name: str
    kind: str
    time_zone: str
    is_active: bool


class WebsiteOut(Schema):
    id: int
    client: str
    slug: str
    name: str
    url: str
    is_active: bool

    @staticmethod
    def resolve_client(website: Website) -> str:
        return website.client.slug


class NewWebsite(Schema):
    name: Annotated[str, Field(max_length=120), AfterValidator(in_one_line), Field(min_length=1)]
    url: Annotated[str, Field(max_length=500)]
    staging_url: Annotated[str, Field(max_length=500)] = ""


class AgreementOut(Schema):
    id: int
    version: int
    starts_on: date
    effective_from: date
    effective_at: datetime
    time_zone: str
    terms: dict[str, Any]
    holidays: list[date]
    tzdata_version: str
    signed_at: datetime


@router.get("/clients", response={200: list[ClientOut], **REFUSED}, url_name="clients", summary="List clients")
def list_clients(request: HttpRequest, limit: Limit = 50, after: After = 0) -> list[Organisation]:
    """Those that the token's owner may see, by id."""
    found = gates.clients_for(request.user, Permission.CLIENT_VIEW).filter(pk__gt=after)
    return list(found.order_by("pk")[:limit])


@router.get("/clients/{slug}", response={200: ClientOut, **REFUSED}, url_name="client", summary="One client")
def get_client(request: HttpRequest, slug: str) -> Organisation:
    return gates.client_for(request.user, slug, Permission.CLIENT_VIEW)


@router.get(
    "/clients/{slug}/websites",
    response={200: list[WebsiteOut], **REFUSED},
    url_name="client-websites",
    summary="List a client's websites",
)
def list_websites(request: HttpRequest, slug: str, limit: Limit = 50, after: After = 0) -> list[Website]:
    client = gates.client_for(request.user, slug, Permission.WEBSITE_VIEW)
    return list(client.websites.select_related("client").filter(pk__gt=after).order_by("pk")[:limit])


@router.post(
    "/clients/{slug}/websites",
    response={201: WebsiteOut, **REFUSED},
    url_name="client-websites",
    summary="Look after one more website",
)
def create_website(request: HttpRequest, slug: str, data: NewWebsite) -> Status[Website] | HttpResponse:
    """Its live environment is made with it, and a staging one when `staging_url` is given."""
    client = gates.client_for(request.user, slug, Permission.WEBSITE_EDIT)
    wrong = list(_wrong_addresses(data))
    if wrong:
        return problem(422, "Some of what was sent cannot be used.", wrong)
    website = actions.create_website(client=client, **data.dict(), by=request.user, at=timezone.now())
    return Status(201, website)


@router.get("/websites/{website_id}", response={200: WebsiteOut, **REFUSED}, url_name="website", summary="One website")
def get_website(request: HttpRequest, website_id: int) -> Website:
    return gates.website_for(request.user, website_id, Permission.WEBSITE_VIEW)


@router.get(
    "/clients/{slug}/agreements",
    response={200: list[AgreementOut], **REFUSED},
    url_name="client-agreements",
    summary="List the versions of a client's agreement",
)
def list_agreements(request: HttpRequest, slug: str, limit: Limit = 50) -> list[Agreement]:
    """The newest first, each with every term in full."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    return list(client.agreements.order_by("-version")[:limit])


@router.get(
    "/clients/{slug}/agreement",
    response={200: AgreementOut, **REFUSED},
    url_name="client-agreement",
    summary="The agreement in force now",
)
def get_agreement(request: HttpRequest, slug: str) -> Agreement | HttpResponse:
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    agreement = queries.agreement_for(client, timezone.now())
    return agreement or problem(404, "No agreement of this client is in force.")


def _wrong_addresses(data: NewWebsite) -> Any:
    for field in ("url", "staging_url"):
        address = getattr(data, field)
        try:
            if address or field == "url":
                addresses.parse(address)
        except addresses.AddressRefused as refused:
            yield {"field": field, "detail": str(refused)}
