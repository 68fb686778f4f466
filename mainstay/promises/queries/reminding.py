"""What there is to remind account managers of: the situations of many clients, and the reminders that are open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from mainstay.clients.models import Agreement, Organisation, ServiceReview
from mainstay.common.models import FactRecord
from mainstay.desk.facts import Category, Score
from mainstay.desk.models import Survey, Ticket
from mainstay.policy import year
from mainstay.promises.models import Reminder, WebsiteForecast
from mainstay.promises.rules.reminding import (
    ALIKE,
    ALIKE_WITHIN,
    HALF_PERCENT,
    POOR_WITHIN,
    RENEWAL_WITHIN,
    REVIEW_WITHIN,
    UNREAD_WITHIN,
    Coming,
    Issued,
    Poor,
    Situation,
    Used,
)

ISSUED, READ = "report.issued", "report.read"
DAY = timedelta(days=1)
MISSED_WITHIN = timedelta(days=92)
"""A review that was missed longer ago is behind the next one."""


def open_reminders(clients: Iterable[Organisation] | QuerySet[Organisation], today: date) -> QuerySet[Reminder]:
    """What is to be acted on for `clients` today: what was put off is left out until its day. The oldest first."""
    due = Q(again_on__isnull=True) | Q(again_on__lte=today)
    rows: QuerySet[Reminder] = Reminder.objects.open().filter(due, client__in=clients, client__is_active=True)
    return rows.select_related("client").order_by("raised_at", "pk")


def put_off_reminders(client: Organisation, today: date) -> QuerySet[Reminder]:
    """Of one client, what was put off, first to come back first."""
    rows: QuerySet[Reminder] = Reminder.objects.open().filter(client=client, again_on__gt=today)
    return rows.select_related("client").order_by("again_on", "pk")


def situations(clients: Sequence[Organisation], at: datetime) -> dict[int, Situation]:
    """What is known of each of many clients, in eight queries however many they are."""
    ids = [each.pk for each in clients]
    budgets, alike, renewals = _budgets(ids), _alike(ids, at), _renewals(ids, at)
    reports, reviews, poor = _reports(ids, at), _reviews(ids, at), _poor(ids, at)
    return {
        each.pk: Situation(
            today=_day(each, at),
            budgets=tuple(budgets[each.pk]),
            alike=tuple(alike[each.pk]),
            reports=tuple(_issued(each, report) for report in reports[each.pk]),
            reviews=tuple(reviews[each.pk]),
            renews_on=renewals.get(each.pk),
            poor=tuple(Poor(survey_id=pk, reference=name, on=_day(each, when)) for pk, name, when in poor[each.pk]),
        )
        for each in clients
    }


def renews_on(agreement: Agreement, at: datetime) -> date:
    """When the next contract year of an agreement begins, by its own calendar."""
    ends = year.contract_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day).end
    return ends.astimezone(agreement.zone).date()


def _day(client: Organisation, at: datetime) -> date:
    return at.astimezone(ZoneInfo(client.time_zone)).date()


def _budgets(ids: list[int]) -> dict[int, list[Used]]:
    found: dict[int, list[Used]] = defaultdict(list)
    rows = WebsiteForecast.objects.filter(client__in=ids, website__is_active=True, used_percent__gte=HALF_PERCENT)
    for row in rows.values_list("client", "website", "website__name", "used_percent", "year_start"):
        client, website, name, percent, start = row
        found[client].append(Used(website_id=website, name=name, percent=percent, year_start=start.date()))
    return found


def _alike(ids: list[int], at: datetime) -> dict[int, list[tuple[str, int]]]:
    """Kinds of tickets that came at least three times in thirty days. What is of no kind is alike to nothing."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    recent = Ticket.objects.filter(
        client__in=ids, is_imported=False, opened_at__gt=at - ALIKE_WITHIN, opened_at__lte=at
    )
    counted = recent.exclude(category__in=["", Category.OTHER]).exclude(close_code="spam").order_by()
    rows = counted.values_list("client", "category").annotate(number=Count("pk")).filter(number__gte=ALIKE)
    for client, category, number in rows:
        found[client].append((category, number))
    return found


def _renewals(ids: list[int], at: datetime) -> dict[int, date]:
    """When each client's next contract year begins, unless terms for it are signed already."""
    rows = Agreement.objects.filter(client__in=ids).order_by("effective_at").defer("terms", "holidays", "text")
    in_force: dict[int, Agreement] = {}
    signed: dict[int, list[date]] = defaultdict(list)
    for each in rows:
        if each.effective_at <= at:
            in_force[each.client_id] = each
        signed[each.client_id].append(each.effective_from)
    found = {pk: renews_on(each, at) for pk, each in in_force.items()}
    return {pk: day for pk, day in found.items() if not _is_renewed(signed[pk], day)}


def _is_renewed(effective: Iterable[date], day: date) -> bool:
    return any(each > day - RENEWAL_WITHIN for each in effective)


def _reports(ids: list[int], at: datetime) -> dict[int, list[tuple[dict[str, Any], datetime, bool]]]:
    """The reports that were issued in the last two months, and whether anybody of the client has opened them."""
    issued = FactRecord.objects.filter(kind=ISSUED, client__in=ids, at__gt=at - UNREAD_WITHIN - DAY, at__lte=at)
    rows = list(issued.values_list("client", "body", "at"))
    subjects = [f"report:{body['report_id']}" for _, body, _ in rows]
    read = set(FactRecord.objects.filter(kind=READ, subject__in=subjects).values_list("subject", flat=True))
    found: dict[int, list[tuple[dict[str, Any], datetime, bool]]] = defaultdict(list)
    for client, body, when in rows:
        found[client].append((body, when, f"report:{body['report_id']}" in read))
    return found


def _issued(client: Organisation, row: tuple[dict[str, Any], datetime, bool]) -> Issued:
    body, when, is_read = row
    return Issued(report_id=body["report_id"], month=body["month"], on=_day(client, when), is_read=is_read)


def _reviews(ids: list[int], at: datetime) -> dict[int, list[Coming]]:
    found: dict[int, list[Coming]] = defaultdict(list)
    near = (at.date() - MISSED_WITHIN, at.date() + REVIEW_WITHIN + DAY)
    for each in ServiceReview.objects.filter(client__in=ids, held_on__isnull=True, due_on__range=near):
        found[each.client_id].append(
            Coming(review_id=each.pk, due_on=each.due_on, is_arranged=each.arranged_for is not None)
        )
    return found


def _poor(ids: list[int], at: datetime) -> dict[int, list[tuple[int, str, datetime]]]:
    found: dict[int, list[tuple[int, str, datetime]]] = defaultdict(list)
    rows = Survey.objects.filter(client__in=ids, ticket__is_imported=False, score=Score.BAD)
    rows = rows.filter(answered_at__gt=at - POOR_WITHIN - DAY)
    for client, pk, reference, when in rows.values_list("client", "pk", "ticket__reference", "answered_at"):
        found[client].append((pk, reference, when))
    return found
