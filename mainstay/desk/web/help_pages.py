"""Making help pages, with the button and the code for them: in the console, and by the client in the portal."""

import io
from typing import Any

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import client_for, may
from mainstay.clients.models import Organisation
from mainstay.desk import gates
from mainstay.desk.actions import help_pages as actions
from mainstay.desk.models import HelpPage
from mainstay.desk.queries.help_pages import places_of

BORDER = 4
"""The quiet zone that readers need (ISO/IEC 18004)."""
PNG_SCALE = 16
LOOK = (
    "display:inline-block;padding:.6em 1.2em;border-radius:6px;background:#0b5c8a;color:#fff;"
    "text-decoration:none;font:600 1rem/1.4 system-ui,sans-serif"
)


class Step(forms.Form):
    """What is done: a page opened for a place, renewed, or ended."""

    website = forms.ModelChoiceField(queryset=None, required=False)
    open = forms.CharField(required=False)
    renew = forms.IntegerField(required=False)
    end = forms.IntegerField(required=False)

    def __init__(self, *args: Any, client: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].queryset = client.websites.filter(is_active=True)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def of_client(request: HttpRequest, slug: str) -> HttpResponse:
    """A client's help pages in the console."""
    gates.require_staff(request.user, Permission.HELP_PAGE_EDIT)
    return _pages(request, slug, "console-help-pages", "desk/console/help_pages.html")


@require_http_methods(["GET", "HEAD", "POST"])
def in_portal(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for the client's own administrators."""
    return _pages(request, slug, "portal-help-pages", "desk/portal/help_pages.html")


@require_safe
def code_svg(request: HttpRequest, help_page_id: int) -> HttpResponse:
    """The address as a QR code that can be printed at any size."""
    return _code(request, help_page_id, "svg", "image/svg+xml", {"xmldecl": False, "scale": 8})


@require_safe
def code_png(request: HttpRequest, help_page_id: int) -> HttpResponse:
    """The same as dots, for programs that take no SVG."""
    return _code(request, help_page_id, "png", "image/png", {"scale": PNG_SCALE, "light": "#fff"})


def panel_of_client(request: HttpRequest, client: Organisation) -> SafeString | None:
    """On the console's page of a client: where its help pages are."""
    if not may(request.user, Permission.HELP_PAGE_EDIT, client):
        return None
    count = HelpPage.objects.filter(client=client, ended_at=None).count()
    return render_to_string("desk/parts/_help_pages_panel.html", {"client": client, "count": count}, request=request)


def snippet(page: HelpPage) -> SafeString:
    """What is put into a website: a link that looks like a button, and no script."""
    words = _("Help with this website")
    return format_html(
        '<a href="{}" referrerpolicy="no-referrer-when-downgrade" style="{}">{}</a>', page.address, LOOK, words
    )


def _pages(request: HttpRequest, slug: str, name: str, template: str) -> HttpResponse:
    client = client_for(request.user, slug, Permission.HELP_PAGE_EDIT)
    back = reverse(name, args=[client.slug])
    if request.method == "POST":
        form = Step(request.POST, client=client)
        said = _done(request, client, form.cleaned_data) if form.is_valid() else _("Nothing was changed: try again.")
        return kit.done(request, back, said)
    places = places_of(client)
    return kit.page(
        request,
        template,
        client=client,
        places=[{"place": each, "snippet": snippet(each.page) if each.page else ""} for each in places],
    )


def _done(request: HttpRequest, client: Organisation, given: dict[str, Any]) -> str:
    """Take the step asked for; what was done, in words."""
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if given["open"]:
        actions.open_help_page(client=client, website=given["website"], **who)
        return _("The help page is open.")
    found = gates.own_help_page_for(request.user, given["renew"] or given["end"] or gates.NEVER)
    if found.client_id != client.pk:
        raise Http404
    if given["renew"]:
        actions.renew_help_page(page=found, **who)
        return _("The help page has another address now. Put the new button or code in the place of the old one.")
    actions.end_help_page(page=found, **who)
    return _("The help page is switched off. What was asked on it stays.")


def _code(request: HttpRequest, help_page_id: int, kind: str, media_type: str, options: dict[str, Any]) -> HttpResponse:
    found, made = gates.own_help_page_for(request.user, help_page_id), io.BytesIO()
    segno.make_qr(found.address, error="q").save(made, kind=kind, border=BORDER, **options)
    answer = HttpResponse(made.getvalue(), content_type=media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    if "save" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="help-{found.client.slug}.{kind}"'
    return answer
