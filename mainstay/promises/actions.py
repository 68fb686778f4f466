"""Keeping verdicts."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.clients.models import Agreement, Organisation
from mainstay.common import facts
from mainstay.policy.promises import Judgement, Verdict
from mainstay.promises import queries
from mainstay.promises.facts import VerdictChanged
from mainstay.promises.models import Standing, VerdictSnapshot
from mainstay.promises.policy_text import clause_ids

GRAVE = (Verdict.BROKEN, Verdict.AT_RISK)


@transaction.atomic
def take(*, clients: Iterable[Organisation], by: Any, at: datetime) -> list[VerdictSnapshot]:
    """Judge every clause of `clients` at `at` and keep what has changed since the last time.

    Kept is a verdict that is another one than before or was judged by another agreement, and each verdict once in
    each month. A change is recorded as a fact. Clients without an agreement in force are left out: nothing was
    promised to them. How everything stands is written down for the overview as well. Taking again at the same instant
    keeps nothing twice.
    """
    agreements = _agreements(clients, at)
    among = [agreements[pk].client for pk in agreements]
    last = queries.latest(among, at)
    found = queries.judgements(among, at)
    kept = [
        _keep(agreements[pk], clause, found[pk][clause], last.get((pk, clause)), by=by, at=at)
        for pk, clause in _changed(found, last, agreements, at)
    ]
    _stand(agreements, found, last | {(each.client_id, each.clause): each for each in kept}, at)
    return kept


def _stand(
    agreements: dict[int, Agreement], found: dict[int, dict[str, Judgement]], last: queries.Kept, at: datetime
) -> None:
    """Write down how each client's promises stand, unless that was done for a later instant."""
    later = set(Standing.objects.filter(client__in=agreements, judged_at__gt=at).values_list("client", flat=True))
    rows = [
        Standing(client=agreement.client, agreement=agreement, judged_at=at, **_standing(found[pk], last, pk, at))
        for pk, agreement in agreements.items()
        if pk not in later
    ]
    Standing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["client"],
        update_fields=["agreement", "judged_at", "clauses", "grave"],
    )


def _standing(judged: dict[str, Judgement], last: queries.Kept, pk: int, at: datetime) -> dict[str, Any]:
    clauses = {
        clause: {
            "verdict": judgement.verdict.value,
            "since": (last[pk, clause].since_at if (pk, clause) in last else at).isoformat(),
            "distance": judgement.distance,
        }
        for clause, judgement in judged.items()
    }
    return {"clauses": clauses, "grave": sum(each.verdict in GRAVE for each in judged.values())}


def _agreements(clients: Iterable[Organisation], at: datetime) -> dict[int, Agreement]:
    """The agreement in force of each client that has one."""
    ids = [client.pk for client in clients]
    found = Agreement.objects.filter(client__in=ids, effective_at__lte=at).select_related("client")
    return {each.client_id: each for each in found.order_by("effective_at")}


def _changed(
    found: dict[int, dict[str, Judgement]], last: queries.Kept, agreements: dict[int, Agreement], at: datetime
) -> Iterator[tuple[int, str]]:
    for pk, agreement in agreements.items():
        for clause in clause_ids():
            if _is_new(found[pk][clause], last.get((pk, clause)), agreement, at):
                yield pk, clause


def _is_new(judgement: Judgement, last: VerdictSnapshot | None, agreement: Agreement, at: datetime) -> bool:
    if last is None:
        return True
    if last.judged_at >= at:
        return False
    month, month_before = (instant.astimezone(agreement.zone).strftime("%Y-%m") for instant in (at, last.judged_at))
    return last.verdict != judgement.verdict.value or last.agreement_id != agreement.pk or month != month_before


def _keep(
    agreement: Agreement, clause: str, judgement: Judgement, last: VerdictSnapshot | None, *, by: Any, at: datetime
) -> VerdictSnapshot:
    is_same = last is not None and last.verdict == judgement.verdict.value
    kept: VerdictSnapshot = VerdictSnapshot.objects.create(
        client=agreement.client,
        agreement=agreement,
        clause=clause,
        verdict=judgement.verdict.value,
        since_at=last.since_at if last is not None and is_same else at,
        actual=judgement.actual[:200],
        target=judgement.target[:200],
        sentence=judgement.sentence,
        judged_at=at,
    )
    if not is_same:
        facts.record(_changed_fact(kept, last), by=by, at=at, client=agreement.client)
    return kept


def _changed_fact(kept: VerdictSnapshot, last: VerdictSnapshot | None) -> VerdictChanged:
    return VerdictChanged(
        client_id=kept.client_id,
        clause=kept.clause,
        before=last.verdict if last is not None else "",
        after=kept.verdict,
        snapshot_id=kept.pk,
    )
