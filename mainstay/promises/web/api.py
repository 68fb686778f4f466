"""Promises in the API."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from mainstay.access.facts import Permission
from mainstay.access.web.problems import Problem
from mainstay.clients import gates
from mainstay.promises import queries

router = Router(tags=["promises"])
REFUSED = {401: Problem, 403: Problem, 404: Problem}


class PromiseOut(Schema):
    """One clause. `verdict` is kept, at_risk, broken or unproven; `trend` the verdict at the end of each month."""

    clause: str
    title: str
    verdict: str
    actual: str
    target: str
    sentence: str
    would_break: str
    since: datetime
    trend: list[str]


@router.get(
    "/clients/{slug}/promises",
    response={200: list[PromiseOut], **REFUSED},
    url_name="client-promises",
    summary="Every promise of a client with its verdict now",
)
def list_promises(request: HttpRequest, slug: str) -> list[PromiseOut]:
    client = gates.client_for(request.user, slug, Permission.PROMISE_VIEW)
    return [_out(view) for view in queries.board(client, timezone.now())]


def _out(view: queries.PromiseView) -> PromiseOut:
    return PromiseOut(
        clause=view.clause.id,
        title=view.clause.title,
        verdict=view.verdict.value,
        actual=view.judgement.actual,
        target=view.judgement.target,
        sentence=view.judgement.sentence,
        would_break=view.would_break,
        since=view.since,
        trend=[each.value for each in view.trend],
    )
