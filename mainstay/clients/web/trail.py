"""The record in the console for those who look after it, and a client's own part in the portal; both as files too."""

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.queries import trail as record
from mainstay.clients.queries.trail import Asked, Entry
from mainstay.common import spreadsheets

PAGE = 50
FILE_MAX = 10_000
CLIENTS_MAX = 500
COLUMNS = ("number", "at", "recorded_at", "kind", "subject", "client", "who", "door", "page", "address", "session",
           "token", "fact", "changes", "commitment")  # fmt: skip
FOR_CLIENTS = ("at", "what", "about", "who", "address", "changes")
AREAS = ("access", "clients", "watch", "desk", "promises", "report", "common")

WORDS = {
    "access.file_taken": gettext_noop("A file was taken"),
    "clients.access_answered": gettext_noop("A request for access was answered"),
    "clients.access_asked": gettext_noop("Somebody asked for access"),
    "clients.access_reviewed": gettext_noop("Access was reviewed"),
    "clients.administrator_step": gettext_noop("An administrator was asked for, confirmed or refused"),
    "clients.agreement_offer_ended": gettext_noop("An agreement to sign was taken back or refused"),
    "clients.agreement_sent": gettext_noop("An agreement was sent to be signed"),
    "clients.agreement_signed": gettext_noop("An agreement was signed"),
    "clients.client_created": gettext_noop("The client was taken on"),
    "clients.client_edited": gettext_noop("The client’s details were changed"),
    "clients.contact_added": gettext_noop("A person was added"),
    "clients.contact_changed": gettext_noop("A person was changed"),
    "clients.contact_invited": gettext_noop("A person was invited"),
    "clients.domain_changed": gettext_noop("A domain was verified or changed"),
    "clients.manager_named": gettext_noop("An account manager was named"),
    "clients.person_left": gettext_noop("A person left"),
    "clients.person_provisioned": gettext_noop("Your directory added, changed or removed a person"),
    "clients.provider_changed": gettext_noop("Your own provider was connected, changed or removed"),
    "clients.provider_linked": gettext_noop("A person signed in with your own provider for the first time"),
    "clients.provisioning_changed": gettext_noop("A key for your directory was made or ended"),
    "clients.website_added": gettext_noop("A website was added"),
    "clients.website_role_changed": gettext_noop("Rights at a website were changed"),
    "clients.window_approved": gettext_noop("Planned work was approved"),
    "clients.window_cancelled": gettext_noop("Planned work was called off"),
    "clients.window_planned": gettext_noop("Work was planned"),
    "clients.window_series_changed": gettext_noop("Regular work was changed"),
    "clients.window_series_ended": gettext_noop("Regular work was ended"),
    "clients.window_series_planned": gettext_noop("Regular work was planned"),
    "clients.window_series_skipped": gettext_noop("Regular work was called off once"),
    "desk.help_page_ended": gettext_noop("A help page was closed"),
    "desk.help_page_opened": gettext_noop("A help page was opened"),
    "report.issued": gettext_noop("A report was issued"),
    "report.read": gettext_noop("A report was read"),
    "watch.exclusion_asked": gettext_noop("Leaving out an outage was asked for"),
    "watch.exclusion_ended": gettext_noop("An outage counts again"),
    "watch.exclusion_granted": gettext_noop("Leaving out an outage was agreed"),
}
"""What the portal calls the kinds of facts; others by their own words."""


class Narrowing(forms.Form):
    """What the record is narrowed by. What cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Person"), max_length=100, required=False)
    kind = forms.CharField(label="What", max_length=80, required=False)
    client = forms.SlugField(label="Client", max_length=80, required=False)
    address = forms.GenericIPAddressField(label="Network address", required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def asked(self, zone: ZoneInfo) -> Asked:
        """What was asked; days are whole days in `zone`."""
        self.is_valid()
        given = self.cleaned_data
        until = given.get("until")
        return Asked(
            words=given.get("q", ""),
            client=given.get("client", ""),
            kind=given.get("kind", ""),
            address=given.get("address") or "",
            since=_begin(given.get("since"), zone),
            until=_begin(until + timedelta(days=1), zone) if until and until.year < 9999 else None,
        )

    def query(self) -> str:
        """What was asked, as it stands in an address."""
        return urlencode({name: self.data.get(name, "") for name in self.fields if self.data.get(name)})


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """Everything on record, of all clients."""
    gates.require(request.user, Permission.CONSOLE_USE)
    gates.require(request.user, Permission.AUDIT_VIEW)
    form = Narrowing(request.GET)
    found = record.whole_record(form.asked(request.user.zone))
    if ending := _ending(request):
        return _handed_out(request, record.entries(record.newest(found, FILE_MAX)), ending)
    page = record.page_of(found, request.GET.get("page", ""), PAGE)
    clients = gates.clients_for(request.user, Permission.CLIENT_VIEW).order_by("name")
    return kit.page(
        request,
        "clients/trail.html",
        form=form,
        page=page,
        entries=record.entries(page.rows),
        query=form.query(),
        areas=AREAS,
        clients=clients.values_list("slug", "name")[:CLIENTS_MAX],
        file_max=FILE_MAX,
    )


@require_safe
def of_client(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done about a client's people and things, for its administrators."""
    client = gates.client_for(request.user, slug, Permission.AUDIT_VIEW)
    form = Narrowing({name: request.GET.get(name, "") for name in ("q", "since", "until")})
    found = record.record_of_client(client, form.asked(request.user.zone))
    if ending := _ending(request):
        facts = record.newest(found, FILE_MAX)
        return _handed_to_client(slug, record.entries_for_client(facts, client), ending)
    page = record.page_of(found, request.GET.get("page", ""), PAGE)
    return kit.page(
        request,
        "clients/portal_trail.html",
        client=client,
        form=form,
        page=page,
        entries=[(_said(each), each) for each in record.entries_for_client(page.rows, client)],
        query=form.query(),
    )


def _ending(request: HttpRequest) -> str:
    form = request.GET.get("form", "")
    return form if form in ("csv", "jsonl") else ""


def _said(entry: Entry) -> str:
    words = WORDS.get(entry.fact.kind)
    return _(words) if words else entry.label


def _begin(day: Any, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _handed_out(request: HttpRequest, found: list[Entry], ending: str) -> HttpResponse:
    return _file("record", ending, COLUMNS, (_row(each) for each in found))


def _handed_to_client(slug: str, found: list[Entry], ending: str) -> HttpResponse:
    rows = ((_at(each), _said(each), list(each.about), each.who, each.address, each.changes) for each in found)
    return _file(f"record-{slug}", ending, FOR_CLIENTS, rows)


def _row(entry: Entry) -> tuple[Any, ...]:
    fact, trace = entry.fact, entry.trace
    origin = (trace.door, trace.page, trace.address, trace.session, trace.token_id) if trace else ("", "", "", "", None)
    head = (fact.pk, _at(entry), fact.recorded_at.isoformat(), fact.kind, fact.subject)
    client = fact.client.slug if fact.client else ""
    return (*head, client, entry.who, *origin, fact.body, entry.changes, trace.commitment if trace else "")


def _at(entry: Entry) -> str:
    return str(entry.fact.at.isoformat())


def _file(name: str, ending: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> HttpResponse:
    if ending == "csv":
        flat = ([_flat(value) for value in each] for each in rows)
        text, kind = spreadsheets.written(columns, flat), "text/csv"
    else:
        lines = (json.dumps(dict(zip(columns, each, strict=True)), ensure_ascii=False) for each in rows)
        text, kind = "".join(f"{line}\n" for line in lines), "application/x-ndjson"
    day = timezone.now().date().isoformat()
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.{ending}"'
    return answer


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
