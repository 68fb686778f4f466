"""The ledger of a website as a page, in the console and in the portal, and as files to keep."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.models import Website
from mainstay.policy.ledger import Interval, Ledger, Reason, State
from mainstay.watch import gates, queries
from mainstay.watch.queries.periods import NamedPeriod, NoPeriod, chosen, periods

STRETCHES_SHOWN = 200
STATES = (
    ("up", "Up", "up"),
    ("degraded", "Degraded, not charged", "degraded"),
    ("down_charged", "Down, charged", "down"),
    ("down_excluded", "Down, not charged", "planned"),
    ("unknown", "Unknown", "unknown"),
    ("outside", "Outside the agreement", "outside"),
    ("to_come", "Still to come", "future"),
)
WORDS = {
    (State.DOWN_CHARGED, Reason.OUTAGE): "Down, charged",
    (State.DOWN_CHARGED, Reason.DEGRADED): "Degraded, charged",
    (State.DOWN_CHARGED, Reason.UNKNOWN_EXCESS): "Unknown past its allowance, charged",
    (State.DOWN_EXCLUDED, Reason.AGREED): "Down, not charged as agreed",
    (State.DOWN_EXCLUDED, Reason.CLOSED): "Down outside the hours that count",
    (State.DEGRADED, Reason.NONE): "Degraded",
    (State.UNKNOWN, Reason.NONE): "Unknown",
}
CSV_HEAD = ("from", "to", "seconds", "state", "reason")


@dataclass(frozen=True, slots=True)
class Part:
    """A state of the whole: its seconds, and where it lies in the bar, in per cent."""

    label: str
    shown: str
    seconds: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch that was not simply up."""

    start: datetime
    end: datetime
    seconds: int
    words: str
    state: str


@require_safe
def in_console(request: HttpRequest, website_id: int) -> HttpResponse:
    """For staff."""
    gates.require_console(request.user)
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    return _answer(request, website, "watch/console/ledger.html")


@require_safe
def in_portal(request: HttpRequest, slug: str, website_id: int) -> HttpResponse:
    """For the client."""
    client = gates.client_for(request.user, slug, Permission.WATCH_VIEW)
    website = gates.website_for(request.user, website_id, Permission.WATCH_VIEW)
    if website.client_id != client.pk:
        raise Http404
    return _answer(request, website, "watch/portal/ledger.html")


def _answer(request: HttpRequest, website: Website, template: str) -> HttpResponse:
    now = timezone.now()
    offered = periods(website, now)
    wanted, problem = _wanted(request, website, offered, now)
    account = queries.account(website, wanted.period.start, wanted.period.end, now)
    stem = f"ledger-{website.slug}-{wanted.period.start:%Y-%m-%d}"
    if request.GET.get("format") == "json":
        return _file(json.dumps(account.as_dict(), indent=1) + "\n", "application/json", f"{stem}.json")
    if request.GET.get("format") == "csv":
        return _file(as_csv(account.book), "text/csv; charset=utf-8", f"{stem}.csv")
    found = list(stretches(account.book))
    beside = [
        (each, queries.ledger(website, each.period.start, each.period.end, now))
        for each in offered
        if each.key in ("contract", "calendar", "rolling")
    ]
    return kit.page(
        request,
        template,
        status=422 if problem else 200,
        website=website,
        client=website.client,
        tabs=[
            {"label": each.label, "url": f"?period={each.key}", "is_current": each.key == wanted.key, "count": None}
            for each in offered
        ],
        wanted=wanted,
        problem=problem,
        given={name: request.GET.get(name, "") for name in ("from", "until")},
        query=_query(request, wanted),
        book=account.book,
        parts=list(parts(account.book)),
        length_s=sum(account.book.seconds.values()),
        years=account.years,
        beside=beside,
        stretches=found[::-1][:STRETCHES_SHOWN],
        more=max(0, len(found) - STRETCHES_SHOWN),
        exclusions=[each for each in account.exclusions if each.is_granted],
        corrections=account.corrections,
    )


def _wanted(
    request: HttpRequest, website: Website, offered: list[NamedPeriod], at: datetime
) -> tuple[NamedPeriod, str]:
    """What was asked for; the first of what is offered where that cannot be, and why it cannot."""
    first, last = request.GET.get("from", ""), request.GET.get("until", "")
    if first or last:
        try:
            return chosen(website, first, last, at), ""
        except NoPeriod as problem:
            return offered[0], str(problem)
    return next((each for each in offered if each.key == request.GET.get("period")), offered[0]), ""


def _query(request: HttpRequest, wanted: NamedPeriod) -> str:
    """What the address says about the period, for the files."""
    if wanted.key != "chosen":
        return f"period={wanted.key}"
    return f"from={request.GET['from']}&until={request.GET['until']}"


def parts(book: Ledger) -> Iterator[Part]:
    """Every state with its whole seconds; they add up to the period's."""
    seconds = book.seconds
    whole, x = max(1, sum(seconds.values())), 0.0
    for key, label, shown in STATES:
        width = 100 * seconds[key] / whole
        yield Part(label, shown, seconds[key], round(x, 3), round(width, 3))
        x += width


def stretches(book: Ledger) -> Iterator[Stretch]:
    """What was not simply up, in the order of time."""
    for each in book.segments:
        words = WORDS.get((each.state, each.reason))
        if words is not None:
            yield Stretch(each.start, each.end, round(each.length.total_seconds()), words, _shown(each))


def as_csv(book: Ledger) -> str:
    """All stretches of one state each, in the order of time; instants in UTC."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for each in book.segments:
        seconds = each.length / timedelta(seconds=1)
        writer.writerow([_utc(each.start), _utc(each.end), f"{seconds:.6f}".rstrip("0").rstrip("."), each.state.value,
                         each.reason.value])  # fmt: skip
    return out.getvalue()


def _shown(each: Interval) -> str:
    if each.reason is Reason.UNKNOWN_EXCESS:
        return "unknown"
    return {State.DOWN_CHARGED: "down", State.DOWN_EXCLUDED: "planned"}.get(each.state, each.state.value)


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _file(text: str, kind: str, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type=kind, headers=headers)
