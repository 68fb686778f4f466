"""All clients at once, from how they stood when they were judged last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from mainstay.clients.models import Organisation
from mainstay.policy.promises import Verdict
from mainstay.promises.policy_text import Clause, policy_text

GRAVE = (Verdict.BROKEN.value, Verdict.AT_RISK.value)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One clause of one client. `since` is None where nothing was judged."""

    clause: Clause
    verdict: Verdict
    since: datetime | None
    distance: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One client with its clauses; `judged_at` is None where nothing is promised, or nothing was judged yet."""

    client: Organisation
    judged_at: datetime | None
    grave: int
    cells: tuple[Cell, ...]


def standing(clients: QuerySet[Organisation], *, only_grave: bool, clause: str) -> QuerySet[Organisation]:
    """The clients to show, by name; those that stand worst in `clause` first, where one is asked for.

    `only_grave` leaves those out of which nothing (or not that clause) is broken or at risk.
    """
    found = clients.select_related("standing")
    if not clause:
        return (found.filter(standing__grave__gt=0) if only_grave else found).order_by("name", "pk")
    path = f"standing__clauses__{clause}__verdict"
    if only_grave:
        found = found.filter(**{f"{path}__in": GRAVE})
    weights = (When(**{path: each.value}, then=Value(each.weight)) for each in Verdict)
    weight = Case(*weights, default=Value(Verdict.UNPROVEN.weight), output_field=IntegerField())
    return found.annotate(weight=weight).order_by("-weight", "name", "pk")


def rows(clients: list[Organisation], clause: str) -> list[Row]:
    """What the overview shows of each client: every clause, or the one that is asked for."""
    return [_row(client, clause) for client in clients]


def _row(client: Organisation, clause: str) -> Row:
    held = getattr(client, "standing", None)
    return Row(
        client=client,
        judged_at=held.judged_at if held else None,
        grave=held.grave if held else 0,
        cells=tuple(_cells(held.clauses if held else {}, clause)),
    )


def _cells(stood: dict[str, dict[str, str]], clause: str) -> Iterator[Cell]:
    for each in policy_text().clauses.values():
        if clause in ("", each.id):
            said = stood.get(each.id, {})
            yield Cell(
                clause=each,
                verdict=Verdict(said.get("verdict", Verdict.UNPROVEN)),
                since=datetime.fromisoformat(said["since"]) if said else None,
                distance=said.get("distance", ""),
            )
