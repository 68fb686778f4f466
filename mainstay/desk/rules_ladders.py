"""The escalation procedure as somebody reads it: which ladder holds for what, and what it comes to in time. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mainstay.desk.escalation_words import CLOCKS, listed, roles
from mainstay.desk.rules import PRIORITIES
from mainstay.desk.rules_escalation import Procedure, ProcedureStep, Way, ladder
from mainstay.policy.clocks import Kind
from mainstay.policy.durations import say
from mainstay.policy.spans import Measure, Span
from mainstay.policy.terms import Terms

LEFT, RIGHT, WIDTH = 30, 570, 600
LINE_Y = 42
ROWS_Y = (LINE_Y + 28, LINE_Y - 20, LINE_Y + 48)
"""Where the picture of a ladder begins and ends, and the heights of its labels, so that none lies upon another."""

LETTER_WIDTH, LABEL_HEIGHT = 7, 11


@dataclass(frozen=True)
class Rungs:
    """One step as it is read: who is told, and what happens then."""

    percent: int
    when: str
    way: str
    tells: str
    verb: str
    accept: str
    tells_client: bool


@dataclass(frozen=True)
class Mark:
    """A step on the picture: where on the line, and at which height its label stands."""

    percent: int
    x: int
    label_x: int
    y: int
    label: str

    @property
    def stem_y(self) -> int:
        """Where the line from the dot to the label ends."""
        return self.y - LABEL_HEIGHT if self.y > LINE_Y else self.y + LABEL_HEIGHT // 2


@dataclass(frozen=True)
class Group:
    """A ladder with what it holds for (empty: everything), its picture, and the times it means."""

    holds_for: str
    steps: tuple[Rungs, ...]
    marks: tuple[Mark, ...]
    due_x: int
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def in_time_width(self) -> int:
        return self.due_x - LEFT

    @property
    def late_width(self) -> int:
        return RIGHT - self.due_x


def groups(procedure: Procedure, terms: Terms) -> list[Group]:
    """Every ladder that holds under `terms`, each once, the first answer's first."""
    holders: dict[tuple[ProcedureStep, ...], list[tuple[Kind, int]]] = {}
    for kind in Kind:
        for priority in PRIORITIES:
            holders.setdefault(ladder(procedure, terms.escalation, kind, priority), []).append((kind, priority))
    return [_group(steps, held, terms, is_only=len(holders) == 1) for steps, held in holders.items()]


def share_of(span: Span, percent: int) -> str:
    """`1 h 30 min of office time`: what a share of a promised time comes to, as far as it is the same every day."""
    if span.measure is Measure.WORKING_DAYS:
        return f"{span}" if percent == 100 else f"{percent} % of {span}"
    amount = say(span.amount * percent // 100)
    return f"{amount} of office time" if span.measure is Measure.OFFICE else amount


def _group(steps: Sequence[ProcedureStep], held: list[tuple[Kind, int]], terms: Terms, *, is_only: bool) -> Group:
    longest = max((step.percent for step in steps), default=100)
    return Group(
        holds_for="" if is_only else _holds_for(held),
        steps=tuple(_rungs(each) for each in steps),
        marks=tuple(_marks(steps, longest)),
        due_x=_x(100, max(longest, 100)),
        rows=tuple(_rows(steps, held, terms)),
    )


def _rungs(step: ProcedureStep) -> Rungs:
    if step.percent == 100:
        when = "When all of the time is used"
    else:
        when = f"When {step.percent} % of the time {'is used' if step.percent < 100 else 'has gone'}"
    return Rungs(
        percent=step.percent,
        when=when,
        way="more hands in the team" if step.way is Way.FUNCTIONAL else "one level up",
        tells=roles(step.tells),
        verb="are" if len(step.tells) > 1 else "is",
        accept=f"One of them is to accept it within {_unbroken(step.accept_within)}; until then they are told again "
        f"every {_unbroken(step.repeat_every)}.",
        tells_client=step.tells_client,
    )


def _unbroken(length: timedelta) -> str:
    """A length of time that no line is broken in."""
    return say(length).replace(" ", "\u00a0")


def _holds_for(held: Iterable[tuple[Kind, int]]) -> str:
    """`First answer: priority 1 and 2; Solution: every priority`."""
    by_kind: dict[Kind, list[int]] = {}
    for kind, priority in held:
        by_kind.setdefault(kind, []).append(priority)
    parts = [
        f"{CLOCKS[kind]}: {'every priority' if len(some) == len(PRIORITIES) else 'priority ' + listed(map(str, some))}"
        for kind, some in by_kind.items()
    ]
    return "; ".join(parts)


def _marks(steps: Sequence[ProcedureStep], longest: int) -> list[Mark]:
    """The marks with their roles, or with the shares alone where there is no room for more."""
    whole = max(longest, 100)
    named = [(each.percent, listed(_short(rung) for rung in each.tells)) for each in steps]
    return _placed(named, whole) or _placed([(percent, "") for percent, _ in named], whole, must=True)


def _placed(named: Sequence[tuple[int, str]], longest: int, *, must: bool = False) -> list[Mark]:
    """Each label on the first height that is free there; none at all where one finds no place, unless it `must`."""
    taken_until, found = [0] * len(ROWS_Y), []
    for percent, label in named:
        x, width = _x(percent, longest), LETTER_WIDTH * len(f"{percent} % {label}")
        label_x = min(max(x, width // 2), WIDTH - width // 2)
        starts = label_x - width // 2
        row = next((row for row, end in enumerate(taken_until) if end <= starts), None)
        if row is None and not must:
            return []
        row = len(ROWS_Y) - 1 if row is None else row
        taken_until[row] = starts + width
        found.append(Mark(percent, x, label_x, ROWS_Y[row], label))
    return found


def _x(percent: int, longest: int) -> int:
    return LEFT + (RIGHT - LEFT) * percent // longest


def _short(rung: str) -> str:
    return str(rung).replace("_", " ")


def _rows(
    steps: Sequence[ProcedureStep], held: Iterable[tuple[Kind, int]], terms: Terms
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """For each clock and priority what each step's share comes to; further answers are owed as fast as the first."""
    for kind, priority in held:
        if kind is not Kind.NEXT_RESPONSE:
            promised = terms.response_for(priority)
            span = promised.resolution if kind is Kind.RESOLUTION else promised.first
            times = tuple(share_of(span, step.percent) for step in steps)
            yield f"{CLOCKS[kind]}, priority {priority} ({span})", times
