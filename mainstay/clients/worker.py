"""Jobs of `clients`: hand-overs of the duty, requests for access, domains that clients verified."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from mainstay.access.models import User
from mainstay.clients import actions, records
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import AccessRequest, ClientDomain, Organisation, Roster
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic, task

log = structlog.get_logger()

ROSTERS_MAX = 50
CLIENTS = Process("clients")


@periodic(every=timedelta(minutes=1), queue="timers")
def note_hand_overs(at: datetime) -> None:
    """Look who is on call of each roster now. One that cannot be told of keeps no other back."""
    for roster in Roster.objects.order_by("pk")[:ROSTERS_MAX]:
        try:
            actions.note_hand_over(roster=roster, by=CLIENTS, at=at)
        except Exception:
            log.exception("it could not be found out who is on call", roster=roster.pk)


@transaction.atomic
def ask_for_access(*, user: User, wanted: str, note: str, at: datetime) -> AccessRequest:
    """Keep a request, with the job that finds out whose it is. Raises as the action does."""
    request = actions.ask_for_access(user=user, wanted=wanted, note=note, at=at)
    sort_request.enqueue(request_id=request.pk)
    return request


@task(queue="mail")
def sort_request(request_id: int, at: datetime) -> None:
    """Find out whose a request for access is."""
    actions.sort_request(request=AccessRequest.objects.select_related("user").get(pk=request_id), at=at)


@task(queue="bulk", max_attempts=1)
def look_at_domain(domain_id: int, at: datetime) -> None:
    """Look whether a client's record stands in the name service. Without an answer nothing is concluded."""
    domain = ClientDomain.objects.select_related("client").filter(pk=domain_id).first()
    if domain is None:
        return
    try:
        texts = records.texts_at(domain.record_name)
    except records.NotAnswered as problem:
        log.warning("no name server said whether the record is there", domain=domain.pk, problem=str(problem))
        return
    actions.note_records(domain=domain, texts=texts, by=CLIENTS, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def look_at_domains(at: datetime) -> None:
    """Look once a day whether each record is still, or now, there."""
    for pk in ClientDomain.objects.order_by("pk").values_list("pk", flat=True):
        look_at_domain.using(key=f"domain:{pk}").enqueue(domain_id=pk)


@periodic(every=timedelta(minutes=15), queue="timers")
def end_what_is_over(at: datetime) -> None:
    """Note who lost access since their last day passed."""
    actions.end_what_is_over(by=CLIENTS, at=at)
    actions.end_staff_that_is_over(by=CLIENTS, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def remind_of_reviews(at: datetime) -> None:
    """Tell those who can review access that a review is due, or was missed."""
    for client in Organisation.objects.filter(is_active=True, kind=OrganisationKind.CLIENT).order_by("pk"):
        actions.remind_of_review(client=client, at=at)
