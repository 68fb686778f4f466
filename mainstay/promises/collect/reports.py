"""S7 and S8: which months are owed a report, and what `report` recorded of those that were issued."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from mainstay.clients.models import Organisation
from mainstay.common.facts import FactRecord
from mainstay.desk.queries.surveys import Satisfaction, resolved_of, satisfaction_of
from mainstay.policy import year
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import Asked, MonthReport, ReportFacts
from mainstay.promises.rules import schedule

ISSUED = "report.issued"
MONTHS = 3
"""How many months back are looked at: the one that is due, and what came before it."""


def collect(scope: Scope) -> Iterator[tuple[int, str, ReportFacts]]:
    """One query for all clients, and two for each time zone and month that was reported on last."""
    issued = _issued(scope)
    owed = {bound.client.pk: _months(bound, scope, issued) for bound in scope}
    asked = _asked(scope, owed)
    for bound in scope:
        facts = ReportFacts(at=scope.at, months=owed[bound.client.pk], asked=asked.get(bound.client.pk, Asked()))
        yield bound.client.pk, "S7", facts
        yield bound.client.pk, "S8", facts


def _months(bound: Bound, scope: Scope, issued: dict[tuple[int, str], dict[str, Any]]) -> tuple[MonthReport, ...]:
    months = schedule.months_owed(bound.began_on, scope.at, bound.zone, MONTHS)
    return tuple(_month(each, bound, issued) for each in months)


def _asked(scope: Scope, owed: dict[int, tuple[MonthReport, ...]]) -> dict[int, Asked]:
    """What people said who were asked in the month of each client's last report: clients of one zone together."""
    groups: dict[tuple[datetime, datetime], list[Organisation]] = defaultdict(list)
    for bound in scope:
        last = next((each.month for each in owed[bound.client.pk] if each.issued_at is not None), None)
        if last is not None:
            first = schedule.month_of(last)
            period = year.month(bound.zone, first.year, first.month)
            groups[period.start, period.end].append(bound.client)
    found: dict[int, Asked] = {}
    for (start, end), clients in groups.items():
        said, resolved = satisfaction_of(clients, start, end, scope.at), resolved_of(clients, start, end)
        for each in clients:
            one = said.get(each.pk, Satisfaction())
            found[each.pk] = Asked(
                resolved=resolved.get(each.pk, 0), asked=one.asked, good=one.good, fair=one.fair, bad=one.bad
            )
    return found


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
