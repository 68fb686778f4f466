"""Asking for help in the portal: choose what it is about, then a short form."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.facts import Audience
from mainstay.clients.gates import client_for
from mainstay.clients.models import Contact, Organisation
from mainstay.desk import actions, browsers
from mainstay.desk.facts import Channel
from mainstay.desk.models import Article, Ticket
from mainstay.desk.queries import articles
from mainstay.desk.queries.expected import answer_due, answers_due
from mainstay.desk.web import difficulties
from mainstay.desk.web.asking import NewTicket
from mainstay.desk.web.reading import audience_of
from mainstay.kit.templatetags.kit import said


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what it is about, with the time of the answer beside it; then the form for that."""
    client, at = client_for(request.user, slug, Permission.TICKET_OPEN), timezone.now()
    contact = _contact(request, client)
    audience = _audience(request, contact)
    difficulty = difficulties.chosen(audience, request.GET.get("about", ""))
    if difficulty is None:
        return _choices(request, client, audience, at)
    form = _form(request, client, difficulty, at)
    looks_first = request.POST.get("then") == "look"
    if request.method == "POST" and form.is_valid() and not looks_first:
        ticket = _open(request, client, contact, audience, difficulty, form, at)
        return kit.done(request, ticket.portal_url, _logged(request, ticket))
    return kit.page(
        request,
        "desk/portal/new.html",
        client=client,
        form=form,
        difficulty=difficulty,
        audience=audience,
        due=answer_due(client, difficulty.category, at),
        suggestions=_suggestions(request, client, difficulty, form),
        looked=looks_first,
    )


def _suggestions(
    request: HttpRequest, client: Organisation, difficulty: difficulties.Difficulty, form: NewTicket
) -> list[Article]:
    """Articles that could help: about this difficulty before anything is typed, and then about what was."""
    among = articles.readable(client, audience_of(request, client))
    if not form.is_bound:
        return list(among.filter(category=difficulty.category).order_by("-updated_at")[: articles.SUGGESTED_MAX])
    return articles.suggested(among, f"{form.data.get('subject', '')} {form.data.get('text', '')}"[:600])


def _choices(request: HttpRequest, client: Organisation, audience: Audience, at: datetime) -> HttpResponse:
    choices = difficulties.for_audience(audience)
    due = answers_due(client, [each.category for each in choices], at)
    return kit.page(
        request,
        "desk/portal/choose.html",
        client=client,
        choices=[{"difficulty": each, "due": due[each.category]} for each in choices],
        audience=audience,
        other=_other(audience),
        page=_asked_page(request),
    )


def _form(request: HttpRequest, client: Organisation, difficulty: difficulties.Difficulty, at: datetime) -> NewTicket:
    return NewTicket(
        request.POST or None,
        request.FILES or None,
        difficulty=difficulty,
        websites=client.websites.filter(is_active=True),
        zone=request.user.zone,  # type: ignore[union-attr]
        at=at,
        initial=_known(request),
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    """What nobody has to type: the browser, and the page that a link to this form named."""
    return {"browser": browsers.described(request.headers.get("User-Agent", "")), "page": _asked_page(request)}


def _asked_page(request: HttpRequest) -> str:
    return " ".join(request.GET.get("page", "").replace("\x00", "").split())[:500]


def _contact(request: HttpRequest, client: Organisation) -> Contact | None:
    """The contact that the reader is at this client; None for staff who look at the portal."""
    return client.contacts.with_access().filter(user=request.user).first()


def _audience(request: HttpRequest, contact: Contact | None) -> Audience:
    """Whose words the forms use: those asked for in the address, else those of the reader."""
    asked = request.GET.get("words", "")
    if asked in set(Audience):
        return Audience(asked)
    return Audience(contact.audience) if contact else Audience.WEBSITE_USER


def _other(audience: Audience) -> Audience:
    return Audience.SYSTEM_ADMINISTRATOR if audience is Audience.WEBSITE_USER else Audience.WEBSITE_USER


def _logged(request: HttpRequest, ticket: Ticket) -> str:
    """What is said once a request is logged, with the time of the answer as the ticket's own clock has it."""
    due = ticket.clocks.filter(kind="first_response").values_list("due_at", flat=True).first()
    promised = ""
    if due:
        when = said({"request": request}, due)  # type: ignore[arg-type]
        promised = " " + _("A person answers by %(when)s.") % {"when": when}
    return _("Thank you. Your request is logged as %(reference)s.") % {"reference": ticket.reference} + promised


def _open(
    request: HttpRequest,
    client: Organisation,
    contact: Contact | None,
    audience: Audience,
    difficulty: difficulties.Difficulty,
    form: NewTicket,
    at: datetime,
) -> Ticket:
    given = form.cleaned_data
    return actions.open_ticket(
        client=client,
        website=given["website"],
        subject=given["subject"],
        text=form.words,
        channel=Channel.PORTAL,
        audience=audience,
        category=difficulty.category,
        whole_page=given.get("whole_page", False),
        requester=contact,
        requester_name="" if contact else request.user.name,  # type: ignore[union-attr]
        parts=given["files"],
        by=request.user,  # type: ignore[arg-type]
        at=at,
    )
