"""Changing many monitors at once in the console: choose, see what would change, confirm, undo."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import require
from mainstay.watch import actions, gates, queries
from mainstay.watch.models import BulkEdit, Monitor
from mainstay.watch.models.monitor import TIMEOUT_S_MAX
from mainstay.watch.rules import beats, bulk
from mainstay.watch.web.fleet import query_of, wanted_of

ALL = "all"
CHOSEN_MAX = 500
SAMPLES = 20
ID_MAX = 2**63 - 1

CHANGES = {
    "pause": ("Pause", {bulk.IS_ENABLED: False}),
    "resume": ("Go on after a pause", {bulk.IS_ENABLED: True}),
    "look": ("Look now, once", {bulk.LOOK_NOW: True}),
    "counts": ("Let them make the website down", {"counts": True}),
    "counts-not": ("Let them only alert", {"counts": False}),
    "interval": ("Check every … seconds", {}),
    "timeout": ("Set the time limit to … seconds", {}),
    "retire": ("End them for good", {bulk.IS_RETIRED: True}),
}
"""What can be done to many at once, with the field and its value where they are fixed."""

TAKES_SECONDS = {"interval": ("interval_seconds", beats.INTERVAL_S_MAX), "timeout": ("timeout_seconds", TIMEOUT_S_MAX)}


class BulkForm(forms.Form):
    """What is to be done to the chosen monitors."""

    change = forms.ChoiceField(
        label="What to change", choices=[(key, words) for key, (words, _) in CHANGES.items()], widget=forms.RadioSelect
    )
    seconds = forms.IntegerField(
        label="Seconds", min_value=1, required=False, help_text="For the interval and the time limit alone."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        change, seconds = cleaned.get("change"), cleaned.get("seconds")
        if change in TAKES_SECONDS and "seconds" not in self.errors:
            most = TAKES_SECONDS[change][1]
            if seconds is None or seconds > most:
                self.add_error("seconds", f"Enter a whole number of seconds, at most {most:,}.")
        return cleaned

    @property
    def wanted(self) -> dict[str, Any]:
        """One field with its value."""
        change = self.cleaned_data["change"]
        if change in TAKES_SECONDS:
            return {TAKES_SECONDS[change][0]: self.cleaned_data["seconds"]}
        return dict(CHANGES[change][1])


@require_http_methods(["GET", "HEAD", "POST"])
def choosing(request: HttpRequest) -> HttpResponse:
    """Say what is to be done to the monitors that the address names: those ticked, or all that the list shows."""
    _require(request)
    chosen = _chosen(request)
    form = BulkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            edit = actions.plan_bulk(among=chosen, wanted=form.wanted, by=request.user, at=timezone.now())
        except actions.BulkRefused as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, reverse("console-bulk", args=[edit.pk]))
    return kit.page(request, "watch/console/bulk_new.html", form=form, many=chosen.count(), back=_back(request))


@require_safe
def showing(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """What a bulk edit would change, is changing, or has changed."""
    gates.require_console(request.user)
    edit = gates.bulk_edit_for(request.user, bulk_id)
    shown = _shown(edit)
    if request.headers.get("HX-Request"):
        part = kit.part(request, "watch/console/_bulk_progress.html", **shown)
        if edit.finished_at is not None:
            part["HX-Refresh"] = "true"  # the whole page says what can be done now, and asks no more
        return part
    return kit.page(request, "watch/console/bulk.html", **shown)


@require_POST
def confirmation(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Let the plan be carried out."""
    gates.require_console(request.user)
    edit = gates.bulk_edit_for(request.user, bulk_id)
    return _doing(request, edit, actions.confirm_bulk, "The monitors are being changed.")


@require_POST
def undo(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Set everything back."""
    gates.require_console(request.user)
    edit = gates.bulk_edit_for(request.user, bulk_id)
    return _doing(request, edit, actions.undo_bulk, "The monitors are being set back.")


def _doing(request: HttpRequest, edit: BulkEdit, act: Any, words: str) -> HttpResponse:
    try:
        result = act(edit=edit, by=request.user, at=timezone.now()) or edit
    except actions.BulkRefused as problem:
        return kit.not_done(request, reverse("console-bulk", args=[edit.pk]), str(problem))
    return kit.done(request, reverse("console-bulk", args=[result.pk]), words)


def _require(request: HttpRequest) -> None:
    gates.require_console(request.user)
    require(request.user, Permission.MONITOR_EDIT)


def _chosen(request: HttpRequest) -> QuerySet[Monitor]:
    """The monitors that are ticked, or with `scope=all` everything that fits; never others than the person may edit."""
    among = gates.monitors_of(request.user, Permission.MONITOR_EDIT)
    if request.GET.get("scope") == ALL:
        return queries.fleet(among, wanted_of(request.GET), timezone.now())
    ids = [int(each) for each in request.GET.getlist("m")[:CHOSEN_MAX] if each.isdecimal() and int(each) <= ID_MAX]
    return queries.fleet(among.filter(pk__in=ids), wanted_of({}), timezone.now())


def _back(request: HttpRequest) -> str:
    query = query_of(wanted_of(request.GET))
    return f"{reverse('console-fleet')}{'?' if query else ''}{query}"


def _shown(edit: BulkEdit) -> dict[str, Any]:
    counts = queries.bulk_counts(edit)
    return {
        "edit": edit,
        "words": words_of(edit),
        "counts": counts,
        "total": sum(counts.values()),
        "lines": queries.bulk_lines(edit)[:SAMPLES],
        "left": queries.bulk_left(edit),
        "may_undo": edit.undoes is None
        and edit.undo_until is not None
        and timezone.now() <= edit.undo_until
        and bulk.LOOK_NOW not in edit.wanted
        and counts["done"] > 0,
        "undone_by": BulkEdit.objects.filter(undoes=edit).first(),
    }


def words_of(edit: BulkEdit) -> str:
    """What the edit does, as a heading says it."""
    if edit.undoes is not None:
        return f"Undo: {words_of(edit.undoes)}"
    field, value = next(iter(edit.wanted.items()))
    for key, (name, _) in TAKES_SECONDS.items():
        if field == name:
            return CHANGES[key][0].replace("…", str(value))
    return next(words for words, fixed in CHANGES.values() if fixed == edit.wanted)
