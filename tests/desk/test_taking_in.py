"""A mail is counted before it is read, and read while nobody else has to wait."""

import pytest
from django.db import connection

from mainstay.desk import actions, queries, worker
from mainstay.desk.actions import sorting
from mainstay.desk.models import Ticket
from tests.desk.kit import DESK, Stage, letter, sent_to

RITA = "rita.alder@example.org"


class Killed(BaseException):
    """Stands in for the end of the worker's process."""


def arrive(stage: Stage, *senders: str) -> None:
    for sender in senders:
        actions.receive(raw=letter(sender), mail_from=sender, rcpt_to=[DESK], at=stage.now)


@pytest.mark.django_db
def test_a_mail_that_kills_its_reader_is_set_aside_and_somebody_is_told(stage: Stage, monkeypatch):
    real = sorting.read

    def kills(raw):
        if raw.mail_from.startswith("eve"):
            raise Killed
        return real(raw)

    monkeypatch.setattr(sorting, "read", kills)
    arrive(stage, "eve@elsewhere.example", RITA)
    killed = 0
    for _ in range(9):
        try:
            worker.take_in_due(stage.now)
        except Killed:
            killed += 1
        stage.later(hours=1)
    [parked] = queries.parked()
    assert (killed, parked.park_reason, parked.attempts) == (6, "fault", 6)
    assert Ticket.objects.get().requester.email == RITA
    [told] = sent_to(stage.cast.administrator.email)
    assert "could not be read" in told.subject


@pytest.mark.django_db
def test_after_a_kill_the_next_mail_goes_first(stage: Stage, monkeypatch):
    arrive(stage, "eve@elsewhere.example", RITA)
    monkeypatch.setattr(sorting, "read", lambda raw: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        worker.take_in_due(stage.now)
    monkeypatch.undo()
    assert worker.take_in_due(stage.now) == 1
    assert Ticket.objects.get().requester.email == RITA


@pytest.mark.django_db(transaction=True)
def test_reading_holds_no_lock(stage: Stage, monkeypatch):
    held, real = [], sorting.read
    monkeypatch.setattr(sorting, "read", lambda raw: held.append(connection.in_atomic_block) or real(raw))
    arrive(stage, RITA)
    assert worker.take_in_due(stage.now) == 1
    assert held == [False]


@pytest.mark.django_db
def test_two_workers_take_a_mail_once(stage: Stage):
    raw = actions.receive(raw=letter(RITA), mail_from=RITA, rcpt_to=[DESK], at=stage.now)
    twin = type(raw).objects.get(pk=raw.pk)
    assert actions.claim_mail(raw=raw, at=stage.now)
    assert not actions.claim_mail(raw=twin, at=stage.now)
