"""Monitors of other products' files brought in: choose a file, look at what would be added, confirm."""

import base64
import binascii
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.models import Organisation
from mainstay.common import sealed
from mainstay.common.addresses import AddressRefused
from mainstay.watch import actions, exchange, gates
from mainstay.watch.exchange import Draft, LeftOut, Reading, ours, placing
from mainstay.watch.probes import KINDS

FILE_BYTES_MAX = 20_000_000
HELD_BYTES_MAX = 3_000_000
"""What a form may carry (`DATA_UPLOAD_MAX_MEMORY_SIZE`), with room for the rest."""

HELD_FOR = timedelta(hours=1)
GROUPS_MAX = 500
LEAVE_OUT = "none"
TOO_LARGE_HERE = "It is too large for this page: use mainstay monitors import."


class MonitorFile(forms.Form):
    """The file to look into."""

    file = forms.FileField(
        label="File",
        help_text="A backup (JSON) or database (kuma.db) of Uptime Kuma, or YAML of Gatus, Upptime or Mainstay; "
        f"at most {FILE_BYTES_MAX // 1_000_000} MB.",
    )

    def clean_file(self) -> Reading:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(f"It is larger than {FILE_BYTES_MAX // 1_000_000} MB.")
        try:
            return exchange.read(file.read())
        except exchange.FileRefused as problem:
            raise forms.ValidationError(str(problem)) from problem


@dataclass(frozen=True)
class Group:
    """The monitors of one host, which go to one place: `field` is its choice in the form, `place` the usual one."""

    field: str
    host: str
    rows: list[actions.Row]
    place: str


class HeldWrong(ValueError):
    """What the form carried is too old, damaged, or another person's."""


@require_http_methods(["GET", "HEAD", "POST"])
def bringing(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; what would be added, and where; and after the confirmation add it. Nothing is saved before."""
    gates.require_console(request.user)
    client = gates.client_for(request.user, slug, Permission.MONITOR_EDIT)
    if "held" in request.POST:
        return _confirmed(request, client)
    form = MonitorFile(request.POST, request.FILES) if request.method == "POST" else MonitorFile()
    if request.method != "POST" or not form.is_valid():
        return kit.page(request, "watch/console/bringing.html", client=client, form=form)
    reading: Reading = form.cleaned_data["file"]
    return _looked_at(request, client, reading, form)


@require_safe
def handing_out(request: HttpRequest, slug: str) -> HttpResponse:
    """The monitors of a client as a file of our own, without secrets."""
    gates.require_console(request.user)
    client = gates.client_for(request.user, slug, Permission.MONITOR_EDIT)
    answer = HttpResponse(ours.write(actions.drafts_of(client)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="monitors-{client.slug}.yaml"'
    return answer


def _looked_at(request: HttpRequest, client: Organisation, reading: Reading, form: MonitorFile) -> HttpResponse:
    plan = actions.plan(
        client=client,
        reading=reading,
        usual=_usual(request, client),
        may_allow_private=gates.may_allow_private(request.user),
    )
    held = _held(request, client, [row.draft for row in plan.rows], timezone.now())
    groups = _groups(plan.rows)
    if len(held) > HELD_BYTES_MAX or len(groups) > GROUPS_MAX:
        form.add_error("file", TOO_LARGE_HERE)
        return kit.page(request, "watch/console/bringing.html", client=client, form=form)
    there, may_add = _environments(client), gates.may_add_websites(request.user, client)
    return kit.page(
        request,
        "watch/console/bringing_plan.html",
        client=client,
        product=reading.product,
        plan=plan,
        groups=[(group, _choices(group, there, may_add)) for group in groups],
        left_out=_sorted(plan.left_out),
        kinds={kind.key: kind.label for kind in KINDS.values()},
        held=held,
    )


def _confirmed(request: HttpRequest, client: Organisation) -> HttpResponse:
    try:
        drafts = _let_go(request, client, timezone.now())
        brought = actions.bring_in(
            client=client,
            drafts=drafts,
            places=_places(request, client, drafts),
            may_allow_private=gates.may_allow_private(request.user),
            by=request.user,
            at=timezone.now(),
        )
    except (HeldWrong, actions.PlaceUnknown, actions.MonitorRefused, AddressRefused) as problem:
        told = f"{str(problem).rstrip('.')}."
        return kit.page(
            request, "watch/console/bringing.html", status=422, client=client, form=MonitorFile(), problem=told
        )
    return kit.done(request, client.url, _said(brought))


def _said(brought: actions.Brought) -> str:
    count = len(brought.monitors)
    parts = [f"{count} monitor{'' if count == 1 else 's'} added"]
    if brought.websites:
        parts.append(f"{brought.websites} new website{'' if brought.websites == 1 else 's'}")
    if brought.already:
        parts.append(f"{brought.already} there already")
    return f"{', '.join(parts)}."


def _groups(rows: tuple[actions.Row, ...]) -> list[Group]:
    """Rows by host, and by where a file of our own had them: the same drafts make the same groups."""
    found: dict[tuple[str, str, str], list[actions.Row]] = {}
    for row in rows:
        found.setdefault((placing.host(row.draft), row.draft.website, row.draft.environment), []).append(row)
    return [
        Group(f"place-{number}", host, rows, rows[0].place) for number, ((host, *_), rows) in enumerate(found.items())
    ]


def _environments(client: Organisation) -> list[tuple[str, str]]:
    """The client's environments by key and words."""
    found = client.environments.filter(website__is_active=True).select_related("website")
    ordered = found.order_by("website__name", "kind", "pk")
    return [(f"{placing.AT}{each.pk}", f"{each.website.name} ({each.kind})") for each in ordered]


def _choices(group: Group, there: list[tuple[str, str]], may_add: bool) -> list[tuple[str, str]]:
    """The places that the monitors of a group can go to, by key and words."""
    news = dict.fromkeys([group.place, f"{placing.NEW}{group.host}"]) if group.host and may_add else {}
    new = [(key, f"New website {key.removeprefix(placing.NEW)}") for key in news if key.startswith(placing.NEW)]
    return [*there, *new, (LEAVE_OUT, "Leave these out")]


def _places(request: HttpRequest, client: Organisation, drafts: list[Draft]) -> list[str]:
    """The place that was chosen for each draft. Raises `PermissionDenied` for a new website without the right to it."""
    rows = tuple(actions.Row(draft, "") for draft in drafts)
    chosen: dict[int, str] = {}
    for group in _groups(rows):
        place = request.POST.get(group.field, LEAVE_OUT)
        if place.startswith(placing.NEW) and not gates.may_add_websites(request.user, client):
            raise PermissionDenied
        chosen |= {id(row): "" if place == LEAVE_OUT else place for row in group.rows}
    return [chosen[id(row)] for row in rows]


def _usual(request: HttpRequest, client: Organisation) -> str:
    """Where what looks at no host goes: to the website that the person came from, or the only one there is."""
    live = client.environments.filter(website__is_active=True, kind="live")
    wished = request.GET.get("website", "")
    if wished.isdecimal() and len(wished) < 10:
        live = live.filter(website_id=int(wished))
    only = list(live[:2])
    return f"{placing.AT}{only[0].pk}" if len(only) == 1 else placing.NOWHERE


def _sorted(left_out: tuple[LeftOut, ...]) -> list[LeftOut]:
    """Whole monitors first, then options, then what is of the file."""
    return sorted(left_out, key=lambda each: (not each.is_whole, not each.monitor))


def _held(request: HttpRequest, client: Organisation, drafts: list[Draft], at: datetime) -> str:
    """The drafts sealed, for the form to carry: secrets of a file are not to be seen in a page."""
    value = {
        "client": client.pk,
        "user": request.user.pk,
        "at": at.isoformat(),
        "drafts": [asdict(each) for each in drafts],
    }
    return sealed.seal(base64.b85encode(zlib.compress(json.dumps(value).encode())).decode())


def _let_go(request: HttpRequest, client: Organisation, at: datetime) -> list[Draft]:
    """The drafts that the form carried. Raises `HeldWrong`."""
    again = "Choose the file again"
    held = request.POST["held"]
    if not sealed.is_sealed(held):
        raise HeldWrong(again)
    try:
        value: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(sealed.unseal(held))))
    except (sealed.CannotBeOpened, ValueError, zlib.error, binascii.Error) as problem:
        raise HeldWrong(again) from problem
    if (value["client"], value["user"]) != (client.pk, request.user.pk):
        raise HeldWrong(again)
    if at - datetime.fromisoformat(value["at"]) > HELD_FOR:
        raise HeldWrong("It was looked at more than an hour ago: choose the file again")
    return [Draft(**each) for each in value["drafts"]]
