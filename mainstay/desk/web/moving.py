"""Moving in, in the console: what an export holds, taking it in, undoing it, and every import there was."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for
from mainstay.clients.models import Organisation
from mainstay.common import files
from mainstay.desk import actions, gates, worker
from mainstay.desk.facts import SOURCE_NAMES, ImportSource, ImportState
from mainstay.desk.letters.parsed import FILE_BYTES_KEPT_MAX, Part
from mainstay.desk.models import Import
from mainstay.desk.web.asking import ManyFiles
from mainstay.desk.web.files import download

PAGE = 50
FILES_MAX = 20
FILE_MB_MAX = FILE_BYTES_KEPT_MAX // 1024**2
PLACES_MAX = 2_000
RIGHT = Permission.CLIENT_EDIT


class ExportFiles(forms.FileField):
    """The files of one export."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Part]:
        given = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not given:
            raise forms.ValidationError("Choose the file that the other product wrote.")
        if len(given) > FILES_MAX:
            raise forms.ValidationError(f"Give at most {FILES_MAX} files at a time.")
        for each in given:
            if each.size > FILE_BYTES_KEPT_MAX:
                raise forms.ValidationError(
                    f"“{each.name}” is larger than {FILE_MB_MAX} MB. Divide it, or use “mainstay desk import”."
                )
            if not each.size:
                raise forms.ValidationError(f"“{each.name}” is empty.")
        return [Part(name=each.name or "", content_type="", content=each.read()) for each in given]


class Asking(forms.Form):
    """Where an export comes from and whose it is."""

    source = forms.ChoiceField(label="From", choices=[(each.value, name) for each, name in SOURCE_NAMES.items()])
    files = ExportFiles(
        label="Files of the export",
        help_text=f"JSON or CSV, at most {FILE_MB_MAX} MB each. Several files of one export may be given together.",
    )  # fmt: skip
    client = forms.ModelChoiceField(
        None, label="All of it belongs to", required=False, to_field_name="slug",
        empty_label="Several clients, as said below",
    )  # fmt: skip
    places = forms.CharField(
        label="Which client’s is what", required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: the organisation’s name or a mail domain there, a comma, the client’s short name here.",
    )  # fmt: skip

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients = clients
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]

    def clean_places(self) -> dict[str, Organisation]:
        """Each line that cannot be read is named."""
        lines = [each.strip() for each in self.cleaned_data["places"].splitlines() if each.strip()]
        if len(lines) > PLACES_MAX:
            raise forms.ValidationError(f"Write at most {PLACES_MAX} lines.")
        pairs = [each.rpartition(",") for each in lines]
        known = {each.slug: each for each in self._clients.filter(slug__in={slug.strip() for _, _, slug in pairs})}
        wrong = [
            f"“{name or slug}”: there is no client {slug.strip()!r}."
            for name, _, slug in pairs
            if slug.strip() not in known
        ]
        wrong += [
            f"“{slug}” names nobody: write a name or a domain, a comma, a client."
            for name, _, slug in pairs
            if not name.strip()
        ]
        if wrong:
            raise forms.ValidationError(wrong[:20])
        return {name.strip().lower(): known[slug.strip()] for name, _, slug in pairs}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "places" not in given:
            return given
        if bool(given.get("client")) == bool(given["places"]):
            self.add_error(
                "client", "Choose one client, or say below for each organisation or mail domain whose it is."
            )
        elif given.get("source") == ImportSource.CONTACTS and not given.get("client"):
            self.add_error("client", "Choose the client whose contacts these are.")
        elif given.get("source") == ImportSource.CONTACTS and len(given.get("files", ())) > 1:
            self.add_error("files", "Give one file of contacts at a time.")
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every import there was, and beginning another by looking at what it holds."""
    gates.require_staff(request.user, RIGHT)
    clients = clients_for(request.user, RIGHT).filter(kind="client", is_active=True)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = Asking(*posted, clients=clients)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            asked = actions.ask_import(
                source=given["source"], parts=given["files"], client=given["client"], places=given["places"],
                by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )  # fmt: skip
            worker.enqueue_import(asked)
        return kit.done(request, asked.url)
    page = Paginator(Import.objects.select_related("client", "asked_by"), PAGE).get_page(request.GET.get("page"))
    return kit.page(request, "desk/console/imports.html", form=form, page=page, found=page.object_list)


@require_safe
def moving(request: HttpRequest, import_id: int) -> HttpResponse:
    """What one would take or has taken, and how far it is."""
    found = _import(request, import_id)
    if request.headers.get("HX-Request"):
        part = kit.part(request, "desk/console/_import_progress.html", moving=found)
        if not found.is_busy:
            part["HX-Refresh"] = "true"  # the whole page says what can be done now, and asks no more
        return part
    return _page(request, found)


@require_POST
def taking(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take it in."""
    return _doing(request, import_id, actions.begin_import, "It is being taken in.")


@require_POST
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take away what it brought."""
    return _doing(request, import_id, actions.begin_undo, "What it brought is being taken away.")


@require_POST
def discarding(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throw away what was never taken in."""
    actions.discard_import(moving=_import(request, import_id), at=timezone.now())
    return kit.done(request, reverse("console-imports"), "Thrown away. Nothing was taken in.")


@require_safe
def not_taken(request: HttpRequest, import_id: int) -> HttpResponse:
    """The list of what is not taken, for a spreadsheet."""
    found = _import(request, import_id)
    if found.left_out is None:
        raise Http404
    return download(files.read(found.left_out), f"import-{found.pk}-not-taken.csv", "text/csv")


def _import(request: HttpRequest, import_id: int) -> Import:
    gates.require_staff(request.user, RIGHT)
    return gates.import_for(request.user, import_id, RIGHT)


def _doing(request: HttpRequest, import_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    found = _import(request, import_id)
    try:
        with transaction.atomic():
            act(moving=found, by=request.user, at=timezone.now())
            worker.enqueue_import(found)
    except (actions.CannotImport, actions.CannotUndo) as problem:
        return _page(request, found, str(problem))
    return kit.done(request, found.url, said)


def _page(request: HttpRequest, found: Import, problem: str = "") -> HttpResponse:
    left = found.found.get("left_out", 0)
    touched = actions.touched_tickets(found)[:PAGE] if found.state == ImportState.TAKEN else []
    return kit.page(
        request, "desk/console/import.html", moving=found, held=found.found, problem=problem, left=left,
        touched=touched, is_contacts=found.source == ImportSource.CONTACTS, status=409 if problem else 200,
    )  # fmt: skip
