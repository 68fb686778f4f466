"""Notes about a client, for the agency's own people."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import Organisation

PAGE_SIZE = 25
TEXT_MAX = 10_000


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 4}),
        help_text="For the agency alone: the client never sees it.",
    )


class RewriteForm(NoteForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """All notes about a client, the latest first, and a new one."""
    right = Permission.NOTE_EDIT if request.method == "POST" else Permission.NOTE_VIEW
    client = gates.client_for(request.user, slug, right)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.write_note(client=client, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        return kit.done(request, _back(request, client), "The note was kept.")
    return kit.page(
        request,
        "clients/notes.html",
        client=client,
        form=form,
        page=Paginator(queries.notes_of(client), PAGE_SIZE).get_page(request.GET.get("page")),
        may=gates.permissions_named(request.user, client),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, note_id: int) -> HttpResponse:
    """Write a note anew; below it stands what it said before."""
    right = Permission.NOTE_EDIT if request.method == "POST" else Permission.NOTE_VIEW
    note = gates.note_for(request.user, note_id, right)
    form = RewriteForm(request.POST or None, initial={"text": note.text, "version": note.version})
    if request.method == "POST" and form.is_valid():
        given = {"text": form.cleaned_data["text"], "seen_version": form.cleaned_data["version"]}
        try:
            actions.rewrite_note(note=note, **given, by=request.user, at=timezone.now())
        except actions.NoteChanged as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, _page(note.client), "The note was kept. What it said before stays in its history.")
    return kit.page(
        request,
        "clients/note.html",
        client=note.client,
        note=note,
        form=form,
        versions=note.versions.select_related("written_by")[:PAGE_SIZE],
        may=gates.permissions_named(request.user, note.client),
    )


@require_POST
def removal(request: HttpRequest, note_id: int) -> HttpResponse:
    """Take a note away."""
    note = gates.note_for(request.user, note_id, Permission.NOTE_EDIT)
    actions.remove_note(note=note, by=request.user, at=timezone.now())
    return kit.done(request, _page(note.client), "The note was taken away. It is kept, and shown to nobody.")


def _page(client: Organisation) -> str:
    return reverse("console-notes", args=[client.slug])


def _back(request: HttpRequest, client: Organisation) -> str:
    """The page of ours that the form stood on."""
    asked = request.POST.get("from", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else _page(client)
