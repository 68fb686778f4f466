"""What websites depend on, in the console: hosts, name servers, gateways, and the outages that they made."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.web import asked
from mainstay.watch import actions, gates, queries
from mainstay.watch.facts import DependencyKind
from mainstay.watch.models import Dependency
from mainstay.watch.web.dependency_forms import DependencyForm, WebsitesForm

WEBSITES_SHOWN = 200
FAILURES_SHOWN = 20
OUTAGES_SHOWN = 500


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All of them with how they stand, and addresses that several websites share."""
    gates.require_staff(request.user, Permission.WATCH_VIEW)
    return kit.page(
        request,
        "watch/console/dependencies.html",
        rows=queries.dependencies_now(timezone.now()),
        shared=queries.shared_addresses(),
        may_edit=gates.may_edit_dependencies(request.user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """Watch a host, a name server or a gateway."""
    gates.require_staff(request.user, Permission.MONITOR_EDIT)
    form = _form(request, initial={"address": asked.words(request, "address"), "kind": DependencyKind.HOST.value})
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_dependency(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.DependencyRefused as problem:
            form.refuse(problem.field, str(problem))
        else:
            return kit.done(
                request, _address_of(added), "It is watched from now on. Say which websites stand behind it."
            )
    return kit.page(request, "watch/console/dependency_new.html", form=form)


@require_safe
def overview(request: HttpRequest, dependency_id: int) -> HttpResponse:
    """How it stands, what it brought down, and which websites stand behind it."""
    dependency = gates.dependency_for(request.user, dependency_id, Permission.WATCH_VIEW)
    may_edit = gates.may_edit_dependencies(request.user)
    among = gates.environments_of(request.user, Permission.WATCH_VIEW)
    words = asked.words(request)
    return kit.page(
        request,
        "watch/console/dependency.html",
        row=queries.dependency_now(dependency, timezone.now()),
        dependency=dependency,
        failures=queries.failures(dependency)[:FAILURES_SHOWN],
        behind=queries.websites_behind(dependency, among)[:WEBSITES_SHOWN],
        suggested=queries.suggested(dependency, among)[:WEBSITES_SHOWN] if may_edit else [],
        elsewhere=queries.websites_elsewhere(dependency, among, words)[:WEBSITES_SHOWN] if may_edit and words else [],
        words=words,
        may_edit=may_edit,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, dependency_id: int) -> HttpResponse:
    """Call it otherwise, look at it elsewhere, or have it stand behind something."""
    dependency = gates.dependency_for(request.user, dependency_id, Permission.MONITOR_EDIT)
    form = _form(request, initial=_initial(dependency), dependency=dependency)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_dependency(dependency=dependency, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.DependencyRefused as problem:
            form.refuse(problem.field, str(problem))
        else:
            return kit.done(request, _address_of(dependency), "It was changed.")
    return kit.page(request, "watch/console/dependency_edit.html", form=form, dependency=dependency)


@require_POST
def websites(request: HttpRequest, dependency_id: int) -> HttpResponse:
    """Place the chosen websites behind it, or take them away."""
    dependency = gates.dependency_for(request.user, dependency_id, Permission.MONITOR_EDIT)
    form = WebsitesForm(request.POST, among=gates.environments_of(request.user, Permission.MONITOR_EDIT))
    if not form.is_valid():
        return kit.done(request, _address_of(dependency), "Choose at least one website.")
    chosen = list(form.cleaned_data["environments"])
    if form.cleaned_data["away"]:
        many = actions.take_away(dependency=dependency, environments=chosen, by=request.user, at=timezone.now())
        said = f"{many} website{'' if many == 1 else 's'} taken away."
    else:
        many = actions.place_behind(dependency=dependency, environments=chosen, by=request.user, at=timezone.now())
        said = f"{many} website{' stands' if many == 1 else 's stand'} behind it from now on."
    return kit.done(request, _address_of(dependency), said)


@require_safe
def failure(request: HttpRequest, failure_id: int) -> HttpResponse:
    """One failure: when, and the outages that it made. It is counted once, whatever it brought down."""
    found = gates.failure_for(request.user, failure_id, Permission.WATCH_VIEW)
    now = timezone.now()
    outages = queries.made_by(found, gates.outages_of(request.user, Permission.WATCH_VIEW))
    return kit.page(
        request,
        "watch/console/failure.html",
        failure=found,
        dependency=found.dependency,
        lasted_s=((found.ended_at or now) - found.started_at).total_seconds(),
        made=outages.count(),
        outages=outages[:OUTAGES_SHOWN],
    )


def _form(request: HttpRequest, initial: dict[str, Any], dependency: Dependency | None = None) -> DependencyForm:
    return DependencyForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        dependency=dependency,
        may_allow_private=gates.may_allow_private(request.user),
    )


def _initial(dependency: Dependency) -> dict[str, Any]:
    monitor = dependency.monitor
    server = monitor.settings.get("server", "")
    is_server = dependency.kind == DependencyKind.NAME_SERVER
    return {
        "name": dependency.name,
        "address": server if is_server else monitor.url,
        "asks_for": monitor.url if is_server else "",
        "behind": dependency.behind_id,
    }


def _address_of(dependency: Dependency) -> str:
    return reverse("console-dependency", args=[dependency.pk])
