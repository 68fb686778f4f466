"""The desk's work outside requests: reading stored mail, closing what stayed resolved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import structlog

from mainstay.common.errors import text_of
from mainstay.common.jobs import periodic, pump, task
from mainstay.desk import actions, queries
from mainstay.desk.actions.authors import DESK
from mainstay.desk.actions.surveys import ask_satisfaction
from mainstay.desk.facts import ImportState, RawState, RecomputationState
from mainstay.desk.models import Import, RawMail, Recomputation
from mainstay.desk.queries.agreed import holds_due
from mainstay.desk.queries.escalation import due_tickets
from mainstay.desk.queries.life import due_back
from mainstay.desk.queries.recounting import Recounter
from mainstay.desk.queries.surveys import to_ask

BATCH = 50
ESCALATIONS = 20
TURN_S = 20
log = structlog.get_logger()


@pump(queue="mail")
def take_in_due(at: datetime, limit: int = BATCH) -> int:
    """Read stored mail, oldest first, at most `limit`. A mail that fails is postponed; the next one goes on."""
    done, began = 0, monotonic()
    while done < limit and monotonic() - began < TURN_S and _take_in_next(at):
        done += 1
    return done


@pump(queue="bulk")
def index_messages(at: datetime) -> int:
    """Let full-text search know what was said since the last turn."""
    return actions.index_some()


@pump(queue="bulk")
def change_many(at: datetime) -> int:
    """Change the next tickets of a bulk change."""
    return actions.carry_on_bulk(at=at)


@pump(queue="timers")
def escalate_due(at: datetime, limit: int = ESCALATIONS) -> int:
    """Take the steps of the escalation procedure that are due. Finding out that there are none is one query."""
    done = 0
    for ticket in due_tickets(at, limit):
        try:
            done += actions.escalate(ticket=ticket, at=at)
        except Exception as problem:
            log.error("escalation step not taken", ticket=ticket.pk, exc_info=problem)
            actions.put_off(ticket=ticket, at=at)
    return done


@periodic(every=timedelta(hours=1), queue="timers")
def close_lapsed(at: datetime) -> None:
    """Close what has stayed resolved for longer than it could be re-opened."""
    for ticket in queries.lapsed(at):
        actions.close(ticket=ticket, code="lapsed", by=DESK, at=at)


@periodic(every=timedelta(minutes=1), queue="timers")
def carry_on(at: datetime) -> None:
    """Bring back what has rested long enough, end holds whose day has come, settle merges that nobody can undo."""
    for ticket in due_back(at):
        actions.bring_back(ticket=ticket, at=at)
    for ticket in holds_due(at):
        actions.lapse_hold(ticket=ticket, at=at)
    actions.settle_due(at)


@periodic(every=timedelta(minutes=10), queue="mail")
def ask_satisfaction_due(at: datetime) -> None:
    """Ask about what has been resolved for an hour how content people are."""
    for ticket in to_ask(at):
        ask_satisfaction(ticket=ticket, at=at)


@task(queue="bulk", max_attempts=5)
def carry_on_recomputation(recomputation_id: int, at: datetime) -> None:
    """Look through what a recomputation would change, or carry the next of it out, as it stands."""
    recomputation = Recomputation.objects.select_related("client").get(pk=recomputation_id)
    if recomputation.state == RecomputationState.LOOKING:
        actions.look_through(recomputation=recomputation, at=at)
        return
    began = monotonic()
    counter = Recounter(at, recomputation.confirmed_at)
    while actions.recompute_turn(
        recomputation=recomputation, at=at + timedelta(seconds=monotonic() - began), counter=counter
    ):
        if monotonic() - began > TURN_S:  # others wait in this lane
            enqueue_recomputation(recomputation)
            return


def enqueue_recomputation(recomputation: Recomputation) -> None:
    """Let the bulk lane go on with it, in the caller's transaction. Asking twice does it once."""
    task = carry_on_recomputation.using(key=f"recomputation:{recomputation.pk}")
    task.enqueue(recomputation_id=recomputation.pk)


@task(queue="bulk", max_attempts=5)
def carry_on_import(import_id: int, at: datetime) -> None:
    """Look an import through, take the next of it in, or take the next of it away, as it stands."""
    moving = Import.objects.select_related("client", "asked_by").get(pk=import_id)
    if moving.state == ImportState.LOOKING:
        actions.look_into(moving=moving, at=at)
    elif moving.state == ImportState.TAKING:
        _go_on_with(moving, actions.Taking(moving).turn, at)
    elif moving.state == ImportState.UNDOING:
        _go_on_with(moving, lambda now: actions.undo_turn(moving=moving, by=moving.asked_by, at=now), at)


def _go_on_with(moving: Import, turn: Callable[[datetime], bool], at: datetime) -> None:
    began = monotonic()
    while turn(at + timedelta(seconds=monotonic() - began)):
        if monotonic() - began > TURN_S:  # others wait in this lane
            enqueue_import(moving)
            return


def enqueue_import(moving: Import) -> None:
    """Let the bulk lane go on with it, in the caller's transaction. Asking twice does it once."""
    carry_on_import.using(key=f"import:{moving.pk}").enqueue(import_id=moving.pk)


@periodic(every=timedelta(minutes=15), queue="bulk")
def pick_up_what_stands(at: datetime) -> None:
    """Begin again what is under way and has no job: its worker failed too often, and can be tried anew."""
    for each in Recomputation.objects.filter(state__in=(RecomputationState.LOOKING, RecomputationState.RUNNING)):
        enqueue_recomputation(each)
    for moving in Import.objects.filter(state__in=(ImportState.LOOKING, ImportState.TAKING, ImportState.UNDOING)):
        enqueue_import(moving)


def _take_in_next(at: datetime) -> bool:
    """Take in the next mail; False when there is none. Finding that out takes no write lock on SQLite."""
    raw = RawMail.objects.filter(state=RawState.STORED, due_at__lte=at).order_by("due_at", "pk").first()
    if raw is None:
        return False
    if not actions.claim_mail(raw=raw, at=at):
        return True
    try:
        actions.take_in(raw=raw, at=at)
    except Exception as problem:
        log.error("mail not taken in", raw=raw.pk, exc_info=problem)
        actions.postpone(raw=raw, problem=text_of(problem), at=at)
    return True
