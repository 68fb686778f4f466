"""The help page behind a button or a printed code: whoever opens it asks for help without signing in.

Nothing about the person is known, and nobody has confirmed the address: the request never belongs to a contact.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.web import rates
from mainstay.clients.facts import Audience
from mainstay.clients.models import Website
from mainstay.clients.queries import agency
from mainstay.common import tenancy
from mainstay.desk import actions, browsers, gates, uploads
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import Channel
from mainstay.desk.markdown import html_of
from mainstay.desk.models import HelpPage, Ticket
from mainstay.desk.queries import articles
from mainstay.desk.queries.addresses import desk_address
from mainstay.desk.queries.expected import answer_due, answers_due
from mainstay.desk.web import difficulties
from mainstay.desk.web.difficulties import Difficulty
from mainstay.desk.web.stranger_form import SALT, StrangersTicket, stamped, trouble_with

BODY_BYTES_MAX = uploads.STRANGERS.files * uploads.STRANGERS.bytes + 1024 * 1024
TYPED_MAX = 600
PAGE_MAX = 500
SENT_SHOWN_S = 24 * 3600
TOO_OFTEN = _(
    "So many requests came from your network, your address or this page lately that we take no more for now. "
    "What you wrote is still here: send it again in an hour, or write to %(address)s."
)


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Choose what it is about, then the short form for that. More than a request can hold is refused unread.

    The token of the form stands in the body: it is looked at once it is known that the body is not too large.
    """
    with tenancy.everything():
        found = gates.help_page_for(token)
    with tenancy.scope([found.client_id]):
        if request.method == "POST":
            if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
                return _refused(request, found, 413)
            if not rates.allowed(request, "help_page_send"):
                return _refused(request, found, 429)
        return _page(request, found)


@csrf_protect
def _page(request: HttpRequest, found: HelpPage) -> HttpResponse:
    at = timezone.now()
    difficulty = difficulties.chosen(Audience.WEBSITE_USER, request.GET.get("about", ""))
    if difficulty is None:
        return _choices(request, found, at)
    form = _form(request, found, difficulty, at)
    if request.method != "POST" or request.POST.get("then") == "look":
        return _form_page(request, found, difficulty, form, at)
    if form.is_valid() and (problem := trouble_with(request.POST.get("stamp", ""), at)):
        form.add_error(None, problem)
    if form.is_valid() and not _may_open(request, found, form):
        form.add_error(None, TOO_OFTEN % {"address": desk_address()})
        return _form_page(request, found, difficulty, form, at, status=429)
    if not form.is_valid():
        return _form_page(request, found, difficulty, form, at)
    ticket = _open(found, difficulty, form, language=request.LANGUAGE_CODE, at=at)  # type: ignore[attr-defined]
    return redirect(f"{found.path}?sent={signing.dumps(ticket.reference, salt=SALT)}")


@login_not_required
@never_cache
@require_safe
def suggestions(request: HttpRequest, token: str) -> HttpResponse:
    """A part of the page: the few public articles that could help somebody who types this."""
    with tenancy.everything():
        found = gates.help_page_for(token)
    if not rates.allowed(request, "help_page_suggest"):
        return HttpResponse(status=429)
    typed = " ".join(request.GET.get("typed", "").replace("\x00", "")[:TYPED_MAX].split())
    with tenancy.scope([found.client_id]):
        offered = articles.suggested(articles.public(found.client), typed)
    return kit.part(request, "desk/help/_suggestions.html", help_page=found, suggestions=offered)


@login_not_required
@require_safe
def article(request: HttpRequest, token: str, article_id: int) -> HttpResponse:
    """A public article."""
    with tenancy.everything():
        found = gates.help_page_for(token)
    with tenancy.scope([found.client_id]):
        shown = gates.public_article_for(found.client, article_id)
        text = html_of(shown.published.text)  # type: ignore[union-attr]
        return _shown(request, "desk/help/article.html", found, article=shown, html=text)


def _choices(request: HttpRequest, found: HelpPage, at: datetime) -> HttpResponse:
    choices = difficulties.for_audience(Audience.WEBSITE_USER)
    due = answers_due(found.client, [each.category for each in choices], at)
    return _shown(
        request,
        "desk/help/choose.html",
        found,
        choices=[{"difficulty": each, "due": due[each.category]} for each in choices],
        asked_page=_asked_page(request, found),
        sent=_sent(request, found),
    )


def _form_page(
    request: HttpRequest,
    found: HelpPage,
    difficulty: Difficulty,
    form: StrangersTicket,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    stamp, looked = request.POST.get("stamp", ""), request.POST.get("then") == "look"
    among = articles.public(found.client)
    if form.is_bound:
        offered = articles.suggested(among, f"{form.data.get('subject', '')} {form.data.get('text', '')}"[:TYPED_MAX])
    else:
        offered = list(among.filter(category=difficulty.category).order_by("-updated_at")[: articles.SUGGESTED_MAX])
    return _shown(
        request,
        "desk/help/form.html",
        found,
        status=status,
        form=form,
        difficulty=difficulty,
        due=answer_due(found.client, difficulty.category, at),
        suggestions=offered,
        looked=looked,
        stamp=stamp if stamp and not trouble_with(stamp, at) else stamped(at),
    )


def _shown(request: HttpRequest, template: str, found: HelpPage, **context: Any) -> HttpResponse:
    request.reader_zone = found.client.zone  # type: ignore[attr-defined]
    return kit.page(request, template, help_page=found, client=found.client, agency=agency(), **context)


def _refused(request: HttpRequest, found: HelpPage, status: int) -> HttpResponse:
    """Nothing of what was sent has been read."""
    limits = uploads.STRANGERS
    return _shown(request, "desk/help/refused.html", found, status=status, limits=limits, write_to=desk_address())


def _form(request: HttpRequest, found: HelpPage, difficulty: Difficulty, at: datetime) -> StrangersTicket:
    websites = found.client.websites.filter(is_active=True)
    page = _asked_page(request, found)
    browser = browsers.described(request.headers.get("User-Agent", ""))
    website = found.website or next((each for each in websites if page and each.host == urlsplit(page).hostname), None)
    return StrangersTicket(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        one_website=found.website is not None or not websites,
        difficulty=difficulty,
        websites=websites,
        zone=found.client.zone,
        at=at,
        initial={"browser": browser, "page": page, "website": website},
    )


def _asked_page(request: HttpRequest, found: HelpPage) -> str:
    """The page that somebody came from: named in the address, or by the browser when it is one of the client's."""
    if named := " ".join(request.GET.get("page", "").replace("\x00", "").split())[:PAGE_MAX]:
        return named
    came_from = request.headers.get("Referer", "")[:PAGE_MAX]
    hosts = {each.host for each in found.client.websites.filter(is_active=True)}
    return came_from if urlsplit(came_from).hostname in hosts else ""


def _sent(request: HttpRequest, found: HelpPage) -> dict[str, Any] | None:
    """What was logged a moment ago: its reference, and by when a person answers."""
    try:
        reference = signing.loads(request.GET.get("sent", ""), salt=SALT, max_age=SENT_SHOWN_S)
    except signing.BadSignature:
        return None
    ticket = Ticket.objects.filter(client=found.client, reference=reference).first()
    due = ticket.clocks.filter(kind="first_response").values_list("due_at", flat=True).first() if ticket else None
    return {"reference": reference, "due": due} if ticket else None


def _may_open(request: HttpRequest, found: HelpPage, form: StrangersTicket) -> bool:
    """Whether one more request is taken: from this network, of this sender, and on this page."""
    return (
        rates.allowed(request, "help_page_open")
        and rates.allowed(request, "help_page_of_sender", key=form.cleaned_data["address"].lower())
        and rates.allowed(request, "help_page_all", key=str(found.pk))
    )


def _open(found: HelpPage, difficulty: Difficulty, form: StrangersTicket, *, language: str, at: datetime) -> Ticket:
    """A request of nobody known: the address is where the answer goes, not who it is."""
    given = form.cleaned_data
    website: Website | None = found.website or given.get("website")
    return actions.open_ticket(
        client=found.client,
        website=website,
        subject=given["subject"],
        text=form.words,
        channel=Channel.WEBSITE,
        audience=Audience.WEBSITE_USER,
        category=difficulty.category,
        whole_page=given.get("whole_page", False),
        requester_name=given["name"],
        requester_address=given["address"],
        language=language,
        parts=given["files"],
        by=DESK,
        at=at,
    )
