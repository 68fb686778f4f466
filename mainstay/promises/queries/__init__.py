"""The promise board: every clause with its verdict, live, for one client or many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from mainstay.clients.models import Organisation
from mainstay.policy.promises import Clause, Judgement, Verdict
from mainstay.promises import collect
from mainstay.promises import policy_text as text
from mainstay.promises.facts import NoFacts
from mainstay.promises.models import VerdictSnapshot
from mainstay.promises.queries.history import history as history
from mainstay.promises.queries.overview import Row as Row
from mainstay.promises.queries.overview import rows as rows
from mainstay.promises.queries.overview import standing as standing
from mainstay.promises.rules import RULES, missing
from mainstay.promises.rules.trend import month_ends, trend

TREND_MONTHS = 12
TREND_SPAN = timedelta(days=400)
"""Twelve months that are over, and the one that is not."""

Kept = dict[tuple[int, str], VerdictSnapshot]


@dataclass(frozen=True, kw_only=True)
class PromiseView:
    """One clause as the board shows it.

    `at` is when it was judged. `since` is when the verdict became what it is, or `at` where none was kept. `trend`
    holds the verdict at the end of each of the last twelve months, the oldest first, from the first that was kept.
    """

    clause: text.Clause
    judgement: Judgement
    since: datetime
    at: datetime
    trend: tuple[Verdict, ...]

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    @property
    def would_break(self) -> str:
        """What would break the promise: as the rule says, or else the clause."""
        return self.judgement.would_break or self.clause.breaks


@dataclass(frozen=True, kw_only=True)
class Board:
    """All promises of one client at an instant, in the order of the policy."""

    client: Organisation
    at: datetime
    promises: tuple[PromiseView, ...]

    def count(self, verdict: Verdict) -> int:
        """How many promises have that verdict."""
        return sum(each.verdict is verdict for each in self.promises)

    def promise(self, clause: str) -> PromiseView:
        """The promise of one clause."""
        return next(each for each in self.promises if each.clause.id == clause)


def board(client: Organisation, at: datetime) -> list[PromiseView]:
    """The promises of one client at `at`, in the order of the policy."""
    return list(boards([client], at)[client.pk].promises)


def boards(clients: Iterable[Organisation], at: datetime) -> dict[int, Board]:
    """The boards of many clients by their ids, with the same number of queries however many they are."""
    asked = list(clients)
    found = judgements(asked, at)
    last = latest(asked, at)
    kept = _of_trend(asked, at)
    return {client.pk: _board(client, found[client.pk], last, kept, at) for client in asked}


def judgements(clients: Sequence[Organisation], at: datetime) -> dict[int, dict[str, Judgement]]:
    """What each clause comes to for each client at `at`: the pure rules over what was collected."""
    collected = collect.everything(clients, at)
    return {pk: {clause: _judge(clause, facts) for clause, facts in found.items()} for pk, found in collected.items()}


def latest(clients: Iterable[Organisation], at: datetime) -> Kept:
    """The last kept verdict of each client and clause at `at`."""
    among = VerdictSnapshot.objects.filter(client__in=[client.pk for client in clients], judged_at__lte=at)
    later = among.filter(client=OuterRef("client"), clause=OuterRef("clause"), judged_at__gt=OuterRef("judged_at"))
    return {(each.client_id, each.clause): each for each in among.filter(~Exists(later))}


def _judge(clause: str, facts: Any) -> Judgement:
    """A clause without facts of its kind is unproven, whichever clause it is."""
    return missing.judge(Clause(clause), facts) if isinstance(facts, NoFacts) else RULES[Clause(clause)](facts)


def _of_trend(clients: Iterable[Organisation], at: datetime) -> dict[tuple[int, str], list[VerdictSnapshot]]:
    """The verdicts kept in the months of the trend, by client and clause, the oldest first.

    Each verdict is kept again in each month (`actions.take`), so that nothing older is needed.
    """
    found: dict[tuple[int, str], list[VerdictSnapshot]] = defaultdict(list)
    ids = [client.pk for client in clients]
    kept = VerdictSnapshot.objects.filter(client__in=ids, judged_at__gt=at - TREND_SPAN, judged_at__lte=at)
    for each in kept.order_by("judged_at"):
        found[each.client_id, each.clause].append(each)
    return found


def _board(
    client: Organisation,
    found: dict[str, Judgement],
    last: Kept,
    kept: dict[tuple[int, str], list[VerdictSnapshot]],
    at: datetime,
) -> Board:
    ends = month_ends(at, client.zone, TREND_MONTHS)
    views = [
        PromiseView(
            clause=clause,
            judgement=found[clause.id],
            since=_since(found[clause.id], last.get((client.pk, clause.id)), at),
            at=at,
            trend=trend([(each.judged_at, Verdict(each.verdict)) for each in kept[client.pk, clause.id]], ends),
        )
        for clause in text.policy_text().clauses.values()
    ]
    return Board(client=client, at=at, promises=tuple(views))


def _since(judgement: Judgement, last: VerdictSnapshot | None, at: datetime) -> datetime:
    return last.since_at if last is not None and last.verdict == judgement.verdict.value else at
