"""Breaking and healing a live demo website from its page in the console."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.models import Website
from mainstay.demo import actions
from mainstay.demo.facts import MEANING, Mode, modes_of
from mainstay.demo.queries import live_site_of


@login_required
@require_POST
def mode(request: HttpRequest, website_id: int) -> HttpResponse:
    """Let a live demo website behave in another way."""
    website = gates.website_for(request.user, website_id, Permission.MONITOR_EDIT)
    site = live_site_of(website)
    wanted = request.POST.get("mode", "")
    if site is None or wanted not in modes_of(site.scheme):
        raise Http404
    actions.set_mode(site=site, mode=Mode(wanted), by=request.user, at=timezone.now())
    return kit.done(request, reverse("console-website", args=[website.pk]), f"{website.name}: {MEANING[Mode(wanted)]}.")


def panel(request: HttpRequest, website: Website) -> SafeString | None:
    """The buttons on a live demo website's page."""
    site = live_site_of(website)
    if site is None or not gates.may(request.user, Permission.MONITOR_EDIT, website.client):
        return None
    modes = [(each.value, MEANING[each]) for each in modes_of(site.scheme)]
    return SafeString(render_to_string("demo/panel.html", {"site": site, "modes": modes}, request=request))  # nosec B703 # our own template escapes
