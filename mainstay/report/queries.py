"""Reports that were issued, and those that are to be."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from mainstay.clients.models import Organisation
from mainstay.common import files
from mainstay.promises.collect import scope_of
from mainstay.promises.rules import schedule
from mainstay.report.figures import Figures, decode
from mainstay.report.models import Report
from mainstay.report.rules import to_issue

MONTHS_OFFERED = 14


def listed(among: QuerySet[Report]) -> QuerySet[Report]:
    """`among` (scoped by a gate) for a list, the latest month first."""
    return among.select_related("client", "issued_by").order_by("-month", "client__name", "pk")


def issued(client: Organisation, start: date, end: date) -> QuerySet[Report]:
    """The reports of the months that the days of [start, end) touch, the earliest first."""
    last = end - timedelta(days=1)
    months = {"month__gte": f"{start:%Y-%m}", "month__lte": f"{last:%Y-%m}"}
    return Report.objects.filter(client=client, **months).select_related("figures").order_by("month")


def figures(report: Report) -> Figures:
    """The figures that were frozen.

    Raises:
        FileDamaged: the stored file is missing or was altered.
    """
    return decode(files.read(report.figures))


def due(clients: list[Organisation], at: datetime) -> Iterator[tuple[Organisation, str]]:
    """Each client and month whose report should be issued at `at` and is not, in two queries."""
    issued: dict[int, set[str]] = defaultdict(set)
    for client_id, month in Report.objects.filter(client__in=clients).values_list("client", "month"):
        issued[client_id].add(month)
    for bound in scope_of(clients, at):
        months = to_issue(
            starts_on=bound.began_on,
            zone=bound.zone,
            hours=bound.hours,
            working_day=bound.terms.report.due_working_day,
            issued=issued[bound.client.pk],
            at=at,
        )
        yield from ((bound.client, month) for month in months)


def months_to_preview(client: Organisation, at: datetime) -> list[str]:
    """The months of a client that can be shown before they are issued: the running one first."""
    bound = scope_of([client], at).bounds.get(client.pk)
    if bound is None:
        return []
    owed = schedule.months_owed(bound.began_on, at, bound.zone, MONTHS_OFFERED)
    issued = set(Report.objects.filter(client=client).values_list("month", flat=True))
    running = bound.local(at)
    return [f"{running:%Y-%m}", *(name for name in (f"{month:%Y-%m}" for month in owed) if name not in issued)]
