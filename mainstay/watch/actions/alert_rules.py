"""Keeping the rules of whom to alert."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.access.facts import Removed
from mainstay.access.models import User
from mainstay.clients.models import Organisation, Website
from mainstay.common import facts
from mainstay.watch.alert_facts import AlertRuleKept
from mainstay.watch.models import AlertRule


class RuleRetired(ValueError):
    """The rule was taken out of use before."""


@transaction.atomic
def add_alert_rule(
    *, client: Organisation | None, website: Website | None, by: Any, at: datetime, **fields: Any
) -> AlertRule:
    """A new rule: of the agency, of a client, or of one of its websites."""
    rule = AlertRule.objects.create(client=client, website=website, **fields)
    facts.record(AlertRuleKept(rule.pk, "added"), by=by, at=at, client=client)
    return rule


@transaction.atomic
def change_alert_rule(*, rule: AlertRule, by: Any, at: datetime, **fields: Any) -> AlertRule:
    """Change what a rule says, not whose it is.

    Raises:
        RuleRetired: it is no longer in use.
    """
    if not AlertRule.objects.filter(pk=rule.pk, retired_at__isnull=True).update(**fields):
        raise RuleRetired("This rule was taken out of use.")
    facts.record(AlertRuleKept(rule.pk, "changed"), by=by, at=at, client=rule.client)
    rule.refresh_from_db()
    return rule


@transaction.atomic
def retire_alert_rule(*, rule: AlertRule, by: Any, at: datetime) -> None:
    """Take a rule out of use. Raises as `change_alert_rule`."""
    if not AlertRule.objects.filter(pk=rule.pk, retired_at__isnull=True).update(retired_at=at):
        raise RuleRetired("This rule was taken out of use.")
    facts.record(AlertRuleKept(rule.pk, "retired"), by=by, at=at, client=rule.client)


@transaction.atomic
def alert_no_more(*, user: User, by: Any, at: datetime) -> list[Removed]:
    """Take the rules out of use that tell `user` by name, who leaves the agency."""
    rules = list(AlertRule.objects.filter(person=user, retired_at__isnull=True).select_related("client"))
    for rule in rules:
        retire_alert_rule(rule=rule, by=by, at=at)
    return [Removed("alert_rules", len(rules))]
