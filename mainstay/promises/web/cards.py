"""The board as its template shows it: the policy's text, each clause with its verdict and its evidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from mainstay.clients.models import Agreement
from mainstay.policy import agreed
from mainstay.policy.document import filled
from mainstay.policy.promises import Clause, Verdict
from mainstay.policy.terms import Terms, load
from mainstay.promises.policy_text import Block, policy_text
from mainstay.promises.queries import Board, PromiseView

Evidence = Callable[[str], str]
"""The address of a clause's evidence; empty where there is none yet."""

Agreed = dict[str, str]
"""What the agreement in force says of each clause, in words."""

TICKETS = frozenset({"S3", "S4", "S5", "D1", "D2", "D3", "D4", "D5"})
WEBSITES = frozenset({"S2", "M1"})
PEOPLE = frozenset({"S6", "A1"})
REPORTS = frozenset({"S7", "S8"})


@dataclass(frozen=True)
class Card:
    """One promise, with the names that `<c-promise-row>` reads."""

    clause_id: str
    title: str
    text: str
    verdict: str
    actual: str
    target: str
    sentence: str
    would_break: str
    since: datetime | None
    trend: list[str]
    href: str
    distance: str = ""
    agreed: str = ""


@dataclass(frozen=True)
class Stretch:
    """Words of the policy; with a clause, its verdict stands beside them."""

    text: str
    clause_id: str
    verdict: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the policy with the promises that it makes."""

    stretches: tuple[Stretch, ...]
    cards: tuple[Card, ...]
    is_bullet: bool


def sections(board: Board, evidence: Evidence, agreement: Agreement | None) -> list[dict[str, Any]]:
    """The whole policy, section by section, with what is agreed."""
    terms, said = load(agreement.terms if agreement else {}), agreed_words(agreement)
    cards = {view.clause.id: card(view, evidence, said) for view in board.promises}
    return [
        {"heading": section.heading, "paragraphs": [_paragraph(block, cards, terms) for block in section.blocks]}
        for section in policy_text().sections
    ]


def answer(board: Board) -> str:
    """What the board comes to, in one sentence."""
    parts = list(_parts(board))
    kept = board.count(Verdict.KEPT)
    if not parts:
        return _("All %(kept)d promises are kept.") % {"kept": kept}
    said = {"kept": kept, "all": len(board.promises), "others": ", ".join(parts)}
    return _("%(kept)d of %(all)d promises are kept; %(others)s.") % said


def _parts(board: Board) -> Iterator[str]:
    said = {
        Verdict.BROKEN: _("%(number)d broken"),
        Verdict.AT_RISK: _("%(number)d at risk"),
        Verdict.UNPROVEN: _("%(number)d not proven yet"),
    }
    for verdict, words in said.items():
        if number := board.count(verdict):
            yield words % {"number": number}


def _paragraph(block: Block, cards: dict[str, Card], terms: Terms) -> Paragraph:
    stretches = tuple(
        Stretch(filled(run, terms), run.clause, cards[run.clause].verdict if run.clause else "") for run in block.runs
    )
    return Paragraph(stretches, tuple(cards[clause] for clause in block.clauses), block.is_bullet)


def agreed_words(agreement: Agreement | None) -> Agreed:
    """What each clause comes to under an agreement; nothing where none is in force."""
    if agreement is None:
        return {}
    terms = load(agreement.terms)
    return {each.value: agreed.clause(each, terms) for each in Clause}


def words_of(clause: str, agreement: Agreement | None) -> str:
    """The policy's words that make one promise, as agreed."""
    terms = load(agreement.terms if agreement else {})
    runs = (run for section in policy_text().sections for block in section.blocks for run in block.runs)
    return next(filled(run, terms) for run in runs if run.clause == clause)


def card(view: PromiseView, evidence: Evidence, said: Agreed) -> Card:
    """One promise for `<c-promise-row>`."""
    return Card(
        clause_id=view.clause.id,
        title=view.clause.title,
        text=view.clause.meaning,
        verdict=view.verdict.value,
        actual=view.judgement.actual or "–",
        target=view.judgement.target or "–",
        sentence=view.judgement.sentence,
        would_break=_("What would break it: %(words)s") % {"words": view.would_break},
        since=None if view.since == view.at else view.since,
        trend=[each.value for each in view.trend],
        href=evidence(view.clause.id),
        distance=view.judgement.distance,
        agreed=said.get(view.clause.id, ""),
    )


def listed(board: Board) -> list[Card]:
    """The promises without their evidence, those that need a look first."""
    cards = [(view.verdict.weight, card(view, lambda clause: "", {})) for view in board.promises]
    return [each for _, each in sorted(cards, key=lambda found: -found[0])]
