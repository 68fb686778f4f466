"""The knowledge base in the console: a list, an editor with a preview, versions."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.facts import Audience
from mainstay.clients.gates import clients_for
from mainstay.clients.models import Organisation
from mainstay.desk import gates
from mainstay.desk.actions import articles as actions
from mainstay.desk.facts import Category
from mainstay.desk.markdown import html_of
from mainstay.desk.models import Article
from mainstay.desk.queries import articles as queries

PAGE = 50
TEXT_MAX = 50_000
READERS = [("", "Everybody"), *((each.value, f"{each.label}s") for each in Audience)]
ABOUT = [("", "Nothing in particular"), *((each.value, each.value.replace("_", " ").capitalize()) for each in Category)]


class ArticleForm(forms.Form):
    """What an article says, to whom, and about what."""

    title = forms.CharField(
        label="Title", max_length=160, help_text="As somebody would ask: “Why is my picture refused?”"
    )
    text = forms.CharField(
        label="Text", max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Markdown: ## heading, **strong**, - list, [words](address), | table |.",
    )  # fmt: skip
    client = forms.ModelChoiceField(
        label="Who reads it", queryset=Organisation.objects.none(), required=False, empty_label="Every client",
        help_text="Your own agency: staff alone.",
    )  # fmt: skip
    audience = forms.ChoiceField(label="Written for", choices=READERS, required=False)
    category = forms.ChoiceField(label="Offered when somebody reports", choices=ABOUT, required=False)
    is_public = forms.BooleanField(label="Offer it on help pages too, where anybody may read it", required=False)

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        client = found.get("client")
        if found.get("is_public") and client and client.is_agency:
            self.add_error("is_public", "This article is for staff alone. Choose another reader, or take the tick out.")
        return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All articles, or those that speak of the words asked for."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    words = request.GET.get("words", "").replace("\x00", "")[:100]
    found = queries.articles()
    if words.strip():
        found = found.filter(title__icontains=words.strip())
    page = Paginator(found.order_by("title", "pk"), PAGE).get_page(request.GET.get("page"))
    may_edit = clients_for(request.user, Permission.TICKET_EDIT).exists()
    return kit.page(request, "desk/console/articles.html", page=page, words=words, may_edit=may_edit)


@require_safe
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One article as clients read it, with its versions and whom it helped; `?version=` shows an older one."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    found = gates.article_for(article_id)
    versions = list(found.versions.select_related("by")[:100])
    shown = _version(versions, request.GET.get("version", ""))
    return kit.page(
        request,
        "desk/console/article.html",
        article=found,
        versions=versions,
        shown=shown,
        html=html_of(shown.text),
        is_newest=shown.pk == versions[0].pk,
        may_edit=clients_for(request.user, Permission.TICKET_EDIT).exists(),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write an article."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    return _edit(request, None, {})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, article_id: int) -> HttpResponse:
    """Write a further version, from the newest or, with `?version=`, from an older one."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    found = gates.article_for(article_id)
    begun = _version(list(found.versions.all()[:100]), request.GET.get("version", ""))
    given = {
        "client": found.client_id,
        "audience": found.audience,
        "category": found.category,
        "is_public": found.is_public,
    }
    return _edit(request, found, {"title": begun.title, "text": begun.text, **given})


@require_POST
def publication(request: HttpRequest, article_id: int) -> HttpResponse:
    """Let clients read the newest version, or (`withdraw`) read it no more."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    found = gates.article_for(article_id)
    if request.POST.get("withdraw"):
        actions.withdraw_article(article=found, by=request.user, at=timezone.now())
        return kit.done(request, found.url, "Withdrawn: clients no longer see it. You can publish it again.")
    try:
        actions.publish_article(article=found, by=request.user, at=timezone.now())
    except actions.NothingToPublish as problem:
        return kit.not_done(request, found.url, str(problem))
    return kit.done(request, found.url, "Published. Clients read this version from now on.")


def _edit(request: HttpRequest, found: Article | None, initial: dict[str, Any]) -> HttpResponse:
    clients = clients_for(request.user, Permission.TICKET_EDIT).filter(is_active=True)
    form = ArticleForm(request.POST or None, clients=clients, initial=initial)
    is_preview = request.POST.get("then") == "preview"
    if request.method == "POST" and form.is_valid() and not is_preview:
        return _kept(request, found, form.cleaned_data)
    preview = html_of(form.cleaned_data["text"]) if is_preview and form.is_valid() else ""
    return kit.page(request, "desk/console/article_edit.html", form=form, article=found, preview=preview)


def _kept(request: HttpRequest, found: Article | None, given: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    kept = actions.write_article(article=found, **given, by=request.user, at=at)
    if request.POST.get("then") != "publish":
        return kit.done(request, kept.url, "Kept. Clients do not read this version yet.")
    try:
        actions.publish_article(article=kept, by=request.user, at=at)
    except actions.NothingToPublish as problem:
        return kit.not_done(request, kept.url, str(problem))
    return kit.done(request, reverse("console-article", args=[kept.pk]), "Published. Clients read it from now on.")


def _version(versions: list[Any], asked: str) -> Any:
    """The version asked for, else the newest.

    Raises:
        Http404: there is no such version.
    """
    if not asked:
        return versions[0]
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise Http404
    return found
