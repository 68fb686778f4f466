"""Alert rules in the console: of the agency, of a client, and of its websites."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import may_anywhere
from mainstay.clients.models import Organisation
from mainstay.watch import actions, gates
from mainstay.watch.queries import alerts as queries
from mainstay.watch.web.alert_forms import AlertRuleForm, values_of

RECENT_MAX = 30


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The agency's rules, which clients have their own, and the latest alerts."""
    gates.require_console(request.user)
    return kit.page(
        request,
        "watch/console/alerts.html",
        rules=queries.alert_rules(None),
        clients=queries.clients_with_rules(),
        recent=queries.recent_alerts(RECENT_MAX),
        **_rights(request),
    )


@require_safe
def of_client(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of a client and its websites, and those that hold where it has none."""
    gates.require_console(request.user)
    client = gates.client_for(request.user, slug, Permission.WATCH_VIEW)
    rules = list(queries.alert_rules(client))
    return kit.page(
        request,
        "watch/console/alerts_client.html",
        client=client,
        rules=rules,
        has_own=any(each.website_id is None for each in rules),
        agency_rules=queries.alert_rules(None),
        **_rights(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """A new rule of the agency."""
    gates.require_right(request.user, Permission.ALERT_EDIT)
    return _creation(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def creation_for_client(request: HttpRequest, slug: str) -> HttpResponse:
    """A new rule of a client or one of its websites."""
    gates.require_console(request.user)
    return _creation(request, gates.client_for(request.user, slug, Permission.ALERT_EDIT))


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule."""
    rule = gates.alert_rule_for(request.user, rule_id, Permission.ALERT_EDIT)
    form = AlertRuleForm(request.POST or None, client=rule.client, kept=rule.website, initial=values_of(rule))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_alert_rule(rule=rule, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.RuleRetired as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, _home(rule.client), "The rule was changed. It holds from now on.")
    return kit.page(request, "watch/console/alert_rule.html", form=form, client=rule.client, rule=rule)


@require_POST
def retirement(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out of use."""
    rule = gates.alert_rule_for(request.user, rule_id, Permission.ALERT_EDIT)
    try:
        actions.retire_alert_rule(rule=rule, by=request.user, at=timezone.now())
    except actions.RuleRetired as problem:
        return kit.not_done(request, _home(rule.client), str(problem))
    return kit.done(request, _home(rule.client), "The rule is no longer in use.")


def _creation(request: HttpRequest, client: Organisation | None) -> HttpResponse:
    form = AlertRuleForm(request.POST or None, client=client, initial={"events": ["down", "up"], "urgent": ["down"]})
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"website": None, **form.cleaned_data}
        actions.add_alert_rule(client=client, **given, by=request.user, at=timezone.now())
        return kit.done(request, _home(client), "The rule was added. It holds from now on.")
    return kit.page(request, "watch/console/alert_rule.html", form=form, client=client, rule=None)


def _home(client: Organisation | None) -> str:
    return reverse("console-client-alerts", args=[client.slug]) if client else reverse("console-alerts")


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_edit": may_anywhere(request.user, Permission.ALERT_EDIT),
        "may_edit_channels": may_anywhere(request.user, Permission.CHANNEL_EDIT),
    }
