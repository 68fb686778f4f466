"""S7 and S8: which months are owed a report, and what `report` recorded of those that were issued."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from mainstay.common.facts import FactRecord
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import MonthReport, ReportFacts
from mainstay.promises.rules import schedule

ISSUED = "report.issued"
MONTHS = 3
"""How many months back are looked at: the one that is due, and what came before it."""


def collect(scope: Scope) -> Iterator[tuple[int, str, ReportFacts]]:
    """One query for all clients."""
    issued = _issued(scope)
    for bound in scope:
        months = schedule.months_owed(bound.began_on, scope.at, bound.zone, MONTHS)
        facts = ReportFacts(at=scope.at, months=tuple(_month(each, bound, issued) for each in months))
        yield bound.client.pk, "S7", facts
        yield bound.client.pk, "S8", facts


def _issued(scope: Scope) -> dict[tuple[int, str], dict[str, Any]]:
    rows = FactRecord.objects.filter(kind=ISSUED, client__in=scope.ids, at__lte=scope.at).values_list("client", "body")
    return {(client_id, body["month"]): body for client_id, body in rows}


def _month(month: date, bound: Bound, issued: dict[tuple[int, str], dict[str, Any]]) -> MonthReport:
    working_day = bound.terms.report.due_working_day
    name = f"{month:%Y-%m}"
    body = issued.get((bound.client.pk, name), {})
    return MonthReport(
        month=name,
        due_at=bound.local(schedule.due_at(month, bound.hours, working_day)),
        warn_at=schedule.warn_at(month, bound.hours, working_day),
        issued_at=bound.local(datetime.fromisoformat(body["issued_at"])) if body else None,
        sections=body.get("sections", 0),
        with_facts=body.get("with_facts", 0),
    )
