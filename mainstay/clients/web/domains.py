"""Domains whose people a client lets in without asking."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, worker
from mainstay.clients.models import Organisation
from mainstay.clients.web.people_forms import NewDomain


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The client's domains, the record that each needs, and a further one."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    form = NewDomain(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_domain(client=client, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.DomainRefused as problem:
            form.add_error("name", _(str(problem)))
        else:
            return kit.done(request, request.path, _("The domain is on the list. It needs its record now."))
    domains = client.domains.all()
    return kit.page(request, "clients/portal_domains.html", client=client, domains=domains, form=form)


@require_POST
def look(request: HttpRequest, slug: str, domain_id: int) -> HttpResponse:
    """Look for the record now."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    domain = gates.domain_of(client, request.user, domain_id, Permission.PEOPLE_EDIT)
    worker.look_at_domain.using(key=f"domain:{domain.pk}").enqueue(domain_id=domain.pk)
    return kit.done(request, _back(client), _("We are looking for the record. Come back to this page in a minute."))


@require_POST
def removal(request: HttpRequest, slug: str, domain_id: int) -> HttpResponse:
    """Let nobody in by this domain any more."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    domain = gates.domain_of(client, request.user, domain_id, Permission.PEOPLE_EDIT)
    name = domain.name
    actions.remove_domain(domain=domain, by=request.user, at=timezone.now())
    return kit.done(request, _back(client), _("%(name)s was removed.") % {"name": name})


def _back(client: Organisation) -> str:
    return reverse("portal-domains", args=[client.slug])
