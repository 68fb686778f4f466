"""The story of a ticket: whatever was done with it stands there in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.common.facts import FactRecord
from mainstay.desk import actions
from mainstay.desk.actions.saved import save_reply, undo_macro, use_macro
from mainstay.desk.actions.surveys import answer_survey, ask_satisfaction
from mainstay.desk.facts import Score, TicketFact
from mainstay.desk.models import Ticket
from mainstay.desk.queries.history import ELSEWHERE, SAID, WORDS, history
from tests.desk.kit import Stage

pytestmark = pytest.mark.django_db
GONE = {"desk.ticket_import_undone"}
"""Facts about a ticket that is there no more."""


def told(ticket: Ticket) -> list[str]:
    return [each.text for each in history(Ticket.objects.get(pk=ticket.pk))]


def kinds_of(fact: type) -> set[str]:
    """The kinds of all facts about a ticket that Mainstay's own code knows."""
    found = {kind for each in fact.__subclasses__() for kind in kinds_of(each)}
    own = fact.__module__.startswith("mainstay.") and fact.kind  # type: ignore[attr-defined]
    return found | ({fact.kind} if own else set())  # type: ignore[attr-defined]


def test_every_fact_about_a_ticket_has_words():
    assert kinds_of(TicketFact) == {*WORDS, *SAID, *GONE}
    assert set(ELSEWHERE) <= set(WORDS)


def test_opening_and_sorting(stage: Stage):
    ticket = stage.ticket(category="layout", priority=3)
    actions.categorise(ticket=ticket, category="data_upload", by=stage.cast.helper, at=stage.now)
    assert told(ticket) == ["logged it with priority 3, about layout.", "sorted it as data upload instead of layout."]


def test_a_macro_and_its_undoing(stage: Stage):
    ticket, by = stage.ticket(priority=3), stage.cast.helper
    saved = save_reply(
        by=by, at=stage.now, is_shared=True, title="Now", text="x", then="", priority=1, category="", takes_on=True
    )
    kept = use_macro(ticket=ticket, saved=saved, by=by, at=stage.now)
    undo_macro(ticket=ticket, **kept, by=by, at=stage.now)
    said = told(ticket)
    assert "used a saved answer, which set its impact, its urgency, its priority and who has it in hand." in said
    assert any(each.startswith("took back what a saved answer had set: ") for each in said)


def test_a_survey_and_its_answer(stage: Stage):
    ticket = stage.ticket()
    survey = ask_satisfaction(ticket=ticket, at=stage.now)
    assert survey
    answer_survey(survey=survey, score=Score.BAD, at=stage.now)
    assert told(ticket)[1:] == [
        "asked by mail how content they are with it.", "was told how content they are with it: not good.",
    ]  # fmt: skip


def test_a_link_stands_in_both_stories(stage: Stage):
    one, other, by = stage.ticket(), stage.ticket(), stage.cast.helper
    actions.link(ticket=one, other=other, kind="caused_by", by=by, at=stage.now)
    actions.unlink(ticket=other, other=one, by=by, at=stage.now)
    assert told(one)[1:] == [
        f"linked it with {other.reference} (caused by).",
        f"took the link of {other.reference} away.",
    ]
    assert told(other)[1:] == [
        f"linked {one.reference} with it (caused by).",
        f"took the link to {one.reference} away.",
    ]


def test_an_old_link_is_still_told(stage: Stage):
    one, other = stage.ticket(), stage.ticket()
    actions.link(ticket=one, other=other, kind="related", by=stage.cast.helper, at=stage.now)
    for each in FactRecord.objects.filter(kind="desk.ticket_linked"):
        assert {"ticket_id", "other_id", "code"} <= set(each.body)
    assert WORDS["desk.ticket_linked"]({"other_id": 0, "code": "related"}, _nobody()).startswith("linked it with")


def test_merges_and_splits_stand_in_both_stories(stage: Stage):
    one, other, by = stage.ticket(), stage.ticket(), stage.cast.helper
    actions.merge(ticket=one, target=other, by=by, at=stage.now)
    actions.undo_merge(ticket=one, by=by, at=stage.later(minutes=1))
    assert told(other)[1:] == [f"merged {one.reference} into it.", f"parted {one.reference} from it again."]
    assert told(one)[1:] == [f"merged it into {other.reference}.", f"parted it from {other.reference} again."]
    asked = stage.wrote(one, "Another matter.")
    new = actions.split(ticket=one, messages=[asked.pk], subject="Another", by=by, at=stage.now)
    assert told(new) == [
        f"logged it with priority {new.priority}, about other. It follows {one.reference}.",
        f"took it out of {one.reference}.",
    ]


def test_a_long_story_asks_no_more(stage: Stage):
    one, by = stage.ticket(), stage.cast.helper
    counts = []
    for _ in range(2):
        for _ in range(3):
            actions.merge(ticket=stage.ticket(), target=one, by=by, at=stage.now)
            actions.link(ticket=stage.ticket(), other=one, kind="related", by=by, at=stage.now)
        with CaptureQueriesContext(connection) as asked:
            history(one)
        counts.append(len(asked))
    assert counts == [4, 4]


def _nobody():
    from mainstay.desk.queries.history import _Names

    return _Names({}, {})
