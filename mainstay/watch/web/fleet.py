"""All monitors in the console: found, sorted, counted, handed out."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.clients.gates import may_anywhere, require
from mainstay.watch import actions, gates, queries
from mainstay.watch.exchange import ours
from mainstay.watch.probes import KINDS
from mainstay.watch.queries.fleet import SORTS, STATES, Wanted

PAGE_SIZE = 50
CLIENTS_SHOWN_MAX = 500
PLACES_SHOWN_MAX = 50
FORMS = ("csv", "yaml")
WORDS = {"website": "Website", "client": "Client", "state": "State, worst first", "seen": "Longest unseen"} | {
    "slowest": "Slowest first",
    "certificate": "Certificate ends",
    "interval": "Interval",
}
COLUMNS = (
    "website", "client", "environment", "kind", "name", "address", "state", "code", "sentence", "seen_at",
    "response_ms", "certificate_ends_at", "interval_seconds", "timeout_seconds", "counts", "paused",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (OWASP, CSV injection)."""


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every monitor that the person may see, as the address narrows it; htmx asks for the rows alone."""
    gates.require_console(request.user)
    now = timezone.now()
    wanted, sort = wanted_of(request.GET), _sort(request)
    found = queries.listed(queries.fleet(_visible(request), wanted, now), sort)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [queries.as_seen(each, now) for each in page.object_list],
        "wanted": wanted,
        "tabs": _tabs(request, wanted, sort),
        "query": query_of(wanted, sort),
        "may_edit": may_anywhere(request.user, Permission.MONITOR_EDIT),
    }
    if request.headers.get("HX-Request"):
        return kit.part(request, "watch/console/_fleet.html", **shown)
    return kit.page(request, "watch/console/fleet.html", sort=sort, **_choices(request), **shown)


@require_safe
def handing_out(request: HttpRequest) -> HttpResponse:
    """What the list shows, all pages of it: as CSV, or as a file of our own, without secrets."""
    gates.require_console(request.user)
    require(request.user, Permission.MONITOR_EDIT)
    now = timezone.now()
    among = gates.monitors_of(request.user, Permission.MONITOR_EDIT)
    found = queries.listed(queries.fleet(among, wanted_of(request.GET), now), _sort(request))
    if request.GET.get("form") == "yaml":
        return _file(ours.write(actions.as_drafts(found)), "application/yaml", "yaml")
    return _file(_csv([queries.as_seen(each, now) for each in found]), "text/csv", "csv")


def wanted_of(given: Any) -> Wanted:
    """What a query asks for; what is no choice of the list narrows nothing."""
    return Wanted(
        words=_plain(given, "q"),
        state=_one_of(given, "state", STATES),
        kind=_one_of(given, "kind", tuple(KINDS)),
        client=_plain(given, "client"),
        place=_plain(given, "place"),
        counts=_one_of(given, "counts", ("yes", "no")),
        certificate=_one_of(given, "certificate", ("soon",)),
    )


def query_of(wanted: Wanted, sort: str = "website", **other: str) -> str:
    """The list as its address says it, without page: it can be kept as a bookmark."""
    pairs = {"q": wanted.words, **{name: getattr(wanted, name) for name in Wanted.__slots__ if name != "words"}}
    pairs |= {"sort": sort if sort != "website" else "", **other}
    return urlencode({name: value for name, value in pairs.items() if value})


def _plain(given: Any, name: str) -> str:
    return str(given.get(name, "")).replace("\x00", "").strip()[: asked.WORDS_MAX]


def _one_of(given: Any, name: str, choices: tuple[str, ...]) -> str:
    value = str(given.get(name, ""))
    return value if value in choices else ""


def _sort(request: HttpRequest) -> str:
    return _one_of(request.GET, "sort", tuple(SORTS)) or "website"


def _visible(request: HttpRequest) -> Any:
    return gates.monitors_of(request.user, Permission.WATCH_VIEW)


def _tabs(request: HttpRequest, wanted: Wanted, sort: str) -> list[dict[str, Any]]:
    """The states as quick filters, with how many monitors of all there are in each."""
    counts = queries.counts_by_state(_visible(request), timezone.now())
    tabs = [("", "All", sum(counts.values()))] + [(each, each.capitalize(), counts[each]) for each in STATES]
    return [
        {
            "label": label,
            "count": count,
            "is_current": wanted.state == state,
            "url": f"?{_with_state(wanted, state, sort)}",
        }
        for state, label, count in tabs
    ]


def _with_state(wanted: Wanted, state: str, sort: str) -> str:
    values = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return query_of(Wanted(**{**values, "state": state}), sort)


def _choices(request: HttpRequest) -> dict[str, Any]:
    clients = gates.clients_of(request.user, Permission.WATCH_VIEW).filter(is_active=True).order_by("name")
    return {
        "kinds": [(each.key, each.label) for each in KINDS.values()],
        "clients": list(clients.values_list("slug", "name")[:CLIENTS_SHOWN_MAX]),
        "places": sorted({each.place for each in queries.probers_now(timezone.now())})[:PLACES_SHOWN_MAX],
        "sorts": list(WORDS.items()),
    }


def _csv(rows: list[queries.MonitorNow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(value) for value in _cells(each)] for each in rows)
    return text.getvalue()


def _cells(now: queries.MonitorNow) -> list[Any]:
    monitor, seen = now.monitor, now.standing
    environment = monitor.environment
    head = [environment.website.name, monitor.client.name, environment.kind, monitor.kind, monitor.name, monitor.url]
    code, at = (seen.code, seen.seen_at) if seen else ("", None)
    spent = round(seen.total_us / 1000, 1) if seen and seen.total_us else ""
    ends = seen.cert_not_after if seen else None
    facts = [now.state.value, code, now.sentence, at.isoformat() if at else "", spent, ends.isoformat() if ends else ""]
    tail = [monitor.interval_seconds, monitor.timeout_seconds, monitor.counts, not monitor.is_enabled]
    return [*head, *facts, *tail]


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _file(text: str, content_type: str, ending: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="monitors.{ending}"'
    return answer
