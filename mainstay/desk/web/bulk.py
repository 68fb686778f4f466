"""Changing many tickets at once: choose what, see how far it is, undo it."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients.queries import staff
from mainstay.desk import actions, gates, queries
from mainstay.desk.actions.bulk import TICKETS_MAX
from mainstay.desk.facts import BulkChange, LineState
from mainstay.desk.models import Ticket, TicketBulk
from mainstay.desk.queries.lists import capped
from mainstay.desk.rules import TAG_LENGTH_MAX
from mainstay.desk.web.filters import is_search, query_of, wanted_of
from mainstay.desk.web.forms import CATEGORIES, CLOSING

ALL = "all"
CHOSEN_MAX = 500
LINES_SHOWN = 50
ID_MAX = 2**63 - 1
WORDS = {
    BulkChange.ASSIGN: "Give them to",
    BulkChange.CATEGORY: "Sort them as",
    BulkChange.TAG: "Add the tag",
    BulkChange.UNTAG: "Take the tag away",
    BulkChange.REST: "Let them rest until",
    BulkChange.CLOSE: "Close them",
}
NEEDS = {BulkChange.TAG: "tag", BulkChange.UNTAG: "tag", BulkChange.REST: "until"}


class BulkForm(forms.Form):
    """What is to be done to the chosen tickets."""

    change = forms.ChoiceField(
        label="What to do", choices=[(key.value, words) for key, words in WORDS.items()], widget=forms.RadioSelect
    )
    assignee = forms.ModelChoiceField(
        label="To whom", queryset=User.objects.none(), required=False, empty_label="Nobody: back to the queue"
    )
    category = forms.ChoiceField(label="As what", choices=CATEGORIES, required=False)
    tag = forms.CharField(label="Which tag", max_length=TAG_LENGTH_MAX, required=False)
    until = forms.DateTimeField(
        label="Until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Clocks go on while tickets rest.",
    )
    code = forms.ChoiceField(label="Why they are closed", choices=CLOSING, required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at
        self.fields["assignee"].queryset = staff()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needed = NEEDS.get(cleaned.get("change", ""))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, "Fill this in for what you chose.")
        until = cleaned.get("until")
        if needed == "until" and until and until <= self._at:
            self.add_error("until", "Choose a time that lies ahead.")
        return cleaned

    @property
    def value(self) -> Any:
        """The value of the change that was chosen."""
        given = self.cleaned_data
        match given["change"]:
            case BulkChange.ASSIGN:
                return given["assignee"].pk if given["assignee"] else None
            case BulkChange.CATEGORY:
                return given["category"]
            case BulkChange.REST:
                return given["until"].isoformat()
            case BulkChange.CLOSE:
                return given["code"]
        return given["tag"]


@require_http_methods(["GET", "HEAD", "POST"])
def choosing(request: HttpRequest) -> HttpResponse:
    """Say what is to be done to the tickets that the address names: those ticked, or all that the list shows."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    at, chosen = timezone.now(), _chosen(request)
    form = BulkForm(request.POST if request.method == "POST" else None, at=at, initial={"change": BulkChange.ASSIGN})
    if request.method == "POST" and form.is_valid():
        given = {"change": form.cleaned_data["change"], "value": form.value, "by": request.user, "at": at}
        try:
            bulk = actions.change_many(among=chosen, **given)
        except actions.BulkRefused as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, reverse("console-desk-bulk", args=[bulk.pk]))
    many = capped(chosen, TICKETS_MAX)
    context = {"form": form, "many": many, "is_too_many": many > TICKETS_MAX, "most": TICKETS_MAX}
    status = 422 if form.errors else 200
    return kit.page(request, "desk/console/bulk_new.html", **context, back=_back(request), status=status)


@require_safe
def showing(request: HttpRequest, change_id: int) -> HttpResponse:
    """How far a bulk change is, and what can be done about it."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    bulk = gates.bulk_for(change_id)
    shown = _shown(bulk)
    if request.headers.get("HX-Request"):
        part = kit.part(request, "desk/console/_bulk_progress.html", **shown)
        if bulk.finished_at is not None:
            part["HX-Refresh"] = "true"  # the whole page says what can be done now, and asks no more
        return part
    return kit.page(request, "desk/console/bulk.html", **shown)


@require_POST
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Set everything back."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    bulk = gates.bulk_for(change_id)
    try:
        undone = actions.undo_many(bulk=bulk, by=request.user, at=timezone.now())
    except actions.BulkRefused as problem:
        return kit.not_done(request, reverse("console-desk-bulk", args=[bulk.pk]), str(problem))
    return kit.done(request, reverse("console-desk-bulk", args=[undone.pk]))


def words_of(bulk: TicketBulk) -> str:
    """What the change does, as a heading says it."""
    if bulk.undoes is not None:
        return f"Undo: {words_of(bulk.undoes)}"
    change, value = BulkChange(bulk.wanted["change"]), bulk.wanted["value"]
    match change:
        case BulkChange.ASSIGN:
            person = User.objects.filter(pk=value).first()
            return f"Give to {person.name if person else 'nobody'}"
        case BulkChange.CATEGORY:
            return f"Sort as {dict(CATEGORIES).get(value, value).lower()}"
        case BulkChange.REST:
            return f"Rest until {timezone.localtime(datetime.fromisoformat(value)):%-d %B %Y, %H:%M}"
        case BulkChange.CLOSE:
            return f"Close: {dict(CLOSING).get(value, value).lower()}"
    return f"{'Add' if change == BulkChange.TAG else 'Take away'} the tag “{value}”"


def _chosen(request: HttpRequest) -> QuerySet[Ticket]:
    """The tickets that are ticked, or with `scope=all` everything that fits; never others than the person may edit."""
    among = gates.tickets_for(request.user)
    if request.GET.get("scope") == ALL:
        zone = timezone.get_current_timezone()
        wanted = wanted_of(request.GET)
        if is_search(wanted):  # what the words find is ticked one by one: there is no list of all of it
            return among.none()
        return queries.listed(among, wanted, user=request.user, zone=zone, at=timezone.now())  # type: ignore[arg-type]
    ids = [int(each) for each in request.GET.getlist("t")[:CHOSEN_MAX] if each.isdecimal() and int(each) <= ID_MAX]
    return among.filter(pk__in=ids)


def _back(request: HttpRequest) -> str:
    query = query_of(wanted_of(request.GET))
    return f"{reverse('console-desk')}{'?' if query else ''}{query}"


def _shown(bulk: TicketBulk) -> dict[str, Any]:
    found = dict(bulk.lines.order_by().values_list("state").annotate(many=Count("pk")))
    counts = {state.value: found.get(state.value, 0) for state in LineState}
    left = bulk.lines.filter(state=LineState.LEFT).order_by().values_list("reason").annotate(many=Count("pk"))
    until = bulk.undo_until
    return {
        "bulk": bulk,
        "words": words_of(bulk),
        "counts": counts,
        "total": sum(counts.values()),
        "left": sorted(left, key=lambda each: -each[1]),
        "lines": bulk.lines.select_related("ticket__client").order_by("-reason", "pk")[:LINES_SHOWN],
        "may_undo": bulk.undoes is None and until is not None and timezone.now() <= until and counts["done"] > 0,
        "undone_by": TicketBulk.objects.filter(undoes=bulk).first(),
    }
