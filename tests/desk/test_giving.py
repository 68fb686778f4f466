"""A ticket of an unknown sender given to its client: nothing that hangs on it stays behind."""

import pytest
from django.apps import apps

from mainstay.clients.models import Organisation
from mainstay.clients.queries import agreement_for
from mainstay.common.facts import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions.surveys import ask_satisfaction
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import ForeignTicket, Survey, Ticket, TicketBulkLine, TicketClock
from tests.desk.kit import Stage, letter
from tests.desk.words import changed_together

pytestmark = pytest.mark.django_db
STRANGER = "stranger@elsewhere.example"


def of_agency(agency: Organisation) -> set[tuple[str, int]]:
    """Every row of the whole database that carries the agency as its client; facts stay as they were recorded."""
    found = set()
    for model in apps.get_models():
        if model is not FactRecord and any(
            each.name == "client" and each.related_model is Organisation for each in model._meta.fields
        ):
            rows = model._default_manager.filter(client=agency)
            found |= {(model._meta.label, pk) for pk in rows.values_list("pk", flat=True)}
    return found


def fresh(stage: Stage, subject: str) -> Ticket:
    raw = stage.mail(letter(STRANGER, f"{subject} is broken.", Subject=subject))
    ticket = raw.ticket
    assert ticket is not None
    assert ticket.client.is_agency
    return ticket


def worked_on(stage: Stage, ticket: Ticket) -> None:
    """Nearly everything that can hang on a ticket."""
    by = stage.cast.helper
    stage.reply(ticket, parts=[Part(name="a.txt", content_type="text/plain", content=b"hello")])
    actions.tag(ticket=ticket, words=["new"], by=by, at=stage.now)
    actions.watch(ticket=ticket, by=by, at=stage.now)
    actions.spend_time(ticket=ticket, minutes=5, by=by, at=stage.now)
    actions.keep_draft(ticket=ticket, kind="note", text="hm", by=by, at=stage.now)
    actions.be_present(ticket=ticket, writing="", by=by, at=stage.now)
    ForeignTicket.objects.create(
        ticket=ticket, client=ticket.client, product="zammad", foreign_id=str(ticket.pk), taken_at=stage.now
    )
    Survey.objects.create(ticket=ticket, client=ticket.client, asked_at=stage.now)
    changed_together(ticket, by)


def test_all_that_hangs_on_it_goes_along(stage: Stage):
    before = of_agency(stage.cast.agency)
    ticket, source = fresh(stage, "Shop"), fresh(stage, "Shop again")
    worked_on(stage, ticket)
    worked_on(stage, source)
    actions.link(ticket=ticket, other=source, kind="related", by=stage.cast.helper, at=stage.now)
    stage.later(days=3)
    actions.escalate(ticket=ticket, at=stage.now)
    actions.merge(ticket=source, target=ticket, by=stage.cast.helper, at=stage.now)
    assert {("desk.Survey", source.survey.pk), ("desk.ForeignTicket", source.foreign.pk)} <= of_agency(
        stage.cast.agency
    )
    assert TicketBulkLine.objects.exists()
    actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    assert of_agency(stage.cast.agency) == before


@pytest.mark.parametrize("asked_for", ["target", "source"])
def test_what_was_merged_counts_by_what_its_client_was_promised(stage: Stage, asked_for: str):
    target, source = fresh(stage, "Shop"), fresh(stage, "Shop again")
    agreement = agreement_for(stage.cast.a, stage.now)
    assert agreement is not None
    actions.merge(ticket=source, target=target, by=stage.cast.helper, at=stage.later(minutes=5))
    chosen = target if asked_for == "target" else source
    actions.move(ticket=chosen, client=stage.cast.a, by=stage.cast.helper, at=stage.later(minutes=1))
    for each in (target, source):
        each.refresh_from_db()
        assert (each.client, each.agreement) == (stage.cast.a, agreement)
    parted = actions.undo_merge(ticket=source, by=stage.cast.helper, at=stage.later(minutes=1))
    assert parted.client == stage.cast.a
    assert not TicketClock.objects.exclude(client=stage.cast.a).exists()


def test_letters_about_it_are_the_clients_too(stage: Stage):
    ticket = fresh(stage, "Shop")
    before = of_agency(stage.cast.agency)
    actions.move(ticket=ticket, client=stage.cast.a, by=stage.cast.helper, at=stage.now)
    left = {label for label, _ in before & of_agency(stage.cast.agency)}
    assert "common.OutgoingMail" not in left
    assert ask_satisfaction(ticket=Ticket.objects.get(pk=ticket.pk), at=stage.now)
