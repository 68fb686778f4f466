"""An attack is of the highest priority, whichever way it comes; less only with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.desk import actions
from mainstay.desk.models import Ticket
from mainstay.policy.terms.words import Level
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("priority", [None, 1, 3, 4])
def test_opened_as_an_attack(stage: Stage, priority: int | None) -> None:
    assert stage.ticket(category="attack", priority=priority).priority == 1


def test_logged_by_telephone(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.helper)
    given = {"client": stage.cast.a.pk, "caller": "Joe", "audience": "website_user", "category": "attack"}
    more = {"impact": "medium", "urgency": "medium", "subject": "hacked", "text": "x"}
    client.post(reverse("console-ticket-new"), {**given, **more})
    assert Ticket.objects.latest("pk").priority == 1


def test_found_to_be_an_attack(stage: Stage) -> None:
    ticket = stage.ticket()
    actions.categorise(ticket=ticket, category="attack", by=stage.cast.helper, at=stage.later(minutes=5))
    assert fresh(ticket).priority == 1
    assert stage.clock(ticket, "resolution").priority == 1


def test_less_than_the_highest_needs_a_reason(stage: Stage) -> None:
    ticket = stage.ticket(category="attack")
    given = {"ticket": ticket, "impact": Level.LOW, "urgency": Level.LOW, "by": stage.cast.helper, "at": stage.now}
    actions.set_priority(**given)
    assert fresh(ticket).priority == 1
    with pytest.raises(actions.ReasonNeeded):
        actions.set_priority(override=4, **given)
    actions.set_priority(override=4, reason="It was a test of our own.", **given)
    assert fresh(ticket).priority == 4


def test_what_is_over_is_sorted_without_a_clock(stage: Stage) -> None:
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    actions.categorise(ticket=ticket, category="attack", by=stage.cast.helper, at=stage.now)
    assert (fresh(ticket).category, fresh(ticket).priority) == ("attack", 3)
