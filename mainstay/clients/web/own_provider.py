"""A client's own identity provider, in the portal: connected, tried, removed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.gates import may_at_agency
from mainstay.access.web import rates
from mainstay.clients import actions, gates, providers, queries
from mainstay.clients.actions import provisioning
from mainstay.clients.models import ProviderConnection
from mainstay.clients.web.identity_forms import Provider
from mainstay.clients.web.organisation import callback_address


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is, and what to enter at the provider."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    known = ProviderConnection.objects.filter(client=client).first()
    by_agency = may_at_agency(request.user, Permission.USER_EDIT)
    form = Provider(request.POST or None, by_agency=by_agency, initial=Provider.of(known))
    if request.method == "POST" and form.is_valid():
        try:
            actions.connect_provider(client=client, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.ConnectionRefused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, _(str(problem)))
        else:
            return kit.done(request, request.path, _("It is kept. Try it before your people do."))
    shown = {
        "client": client,
        "form": form,
        "connection": known,
        "domains": client.domains.filter(verified_at__isnull=False),
        "callback": callback_address(),
        "directory": f"{str(settings.MAINSTAY.url).rstrip('/')}/scim/v2",
        "keys": queries.provisioning_tokens(client, timezone.now()).select_related("created_by"),
    }
    return kit.page(request, "clients/portal_provider.html", **shown)


@require_POST
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the provider who it is and for its keys; nobody is signed in by that."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    known = gates.provider_of(client, request.user, Permission.PEOPLE_EDIT)
    if not rates.allowed(request, "provider_trial", key=str(client.pk)):
        return kit.page(request, "429.html", status=429)
    problem = ""
    try:
        providers.keys_of(known, providers.metadata_of(known))
    except providers.ProviderProblem as found:
        problem = str(found)
    actions.note_provider_tried(connection=known, problem=problem, at=timezone.now())
    to = reverse("portal-provider", args=[client.slug])
    if problem:
        return kit.not_done(request, to, _("It does not work yet."))
    return kit.done(request, to, _("It answers as it should."))


@require_POST
def removal(request: HttpRequest, slug: str) -> HttpResponse:
    """Let it sign nobody in any more."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    known = gates.provider_of(client, request.user, Permission.PEOPLE_EDIT)
    actions.disconnect_provider(connection=known, by=request.user, at=timezone.now())
    return kit.done(request, reverse("portal-provider", args=[client.slug]), _("It signs nobody in any more."))


@never_cache
@require_POST
def key_creation(request: HttpRequest, slug: str) -> HttpResponse:
    """A key for the client's directory; its secret is in the answer, this once."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    try:
        key, secret = provisioning.make_provisioning_token(client=client, by=request.user, at=timezone.now())
    except provisioning.TooManyKeys:
        to = reverse("portal-provider", args=[client.slug])
        return kit.not_done(request, to, _("Five keys work already. End one first."))
    directory = f"{str(settings.MAINSTAY.url).rstrip('/')}/scim/v2"
    shown = {"client": client, "key": key, "secret": secret, "directory": directory}
    return kit.page(request, "clients/portal_directory_key.html", **shown)


@require_POST
def key_end(request: HttpRequest, slug: str, key_id: int) -> HttpResponse:
    """Let a key open nothing any more."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    key = gates.provisioning_key_of(client, request.user, key_id, Permission.PEOPLE_EDIT)
    provisioning.end_provisioning_token(token=key, by=request.user, at=timezone.now())
    return kit.done(request, reverse("portal-provider", args=[client.slug]), _("The key opens nothing any more."))
