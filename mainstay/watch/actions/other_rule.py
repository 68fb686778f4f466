"""An environment that is judged by fewer monitors, or by another rule, than before: what that alone would change.

A monitor that was down without being enough may be enough from now on. Nothing turns by that, so nobody would see it:
the judge forgets how such monitors stood, and prober and judge look at them anew. An outage then begins at the first
failure that was seen since; what was before does not change.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from mainstay.clients.models import Environment
from mainstay.watch.actions import failing
from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.settling import COUNTING, Settling
from mainstay.watch.models import Dependency, Monitor, Outage, Standing
from mainstay.watch.rules.availability import needed
from mainstay.watch.rules.judge import Memory, dismissed


@transaction.atomic
def judge_by_other_rule(*, environment: Environment, by: Any, at: datetime) -> None:
    """The availability rule of `environment` is another since `at`.

    An outage that goes on ends where it was last seen, once too few monitors are down by the new rule. Those that
    nobody sees at the moment may be down: where they would be enough, it goes on.
    """
    if not _is_out(environment):
        see_anew(environment, by, at)
        return
    counting = Monitor.objects.filter(COUNTING, environment=environment)
    standings = {each.pk: each for each in Standing.objects.filter(monitor__in=counting)}
    known = [memories.remembered(standings.get(pk)) for pk in counting.values_list("pk", flat=True)]
    enough = needed(environment.availability_rule, environment.quorum, len(known))
    if sum(_may_be_down(each, at) for each in known) < enough:
        Settling(by).settle(environment, {}, at, at)


def see_anew(environment: Environment, by: Any, at: datetime) -> None:
    """Where no outage goes on, forget that counting monitors are down, and have them looked at soon."""
    if _is_out(environment):
        return
    counting = Monitor.objects.filter(COUNTING, environment=environment)
    rows = Standing.objects.select_for_update().filter(monitor__in=counting, is_down=True).order_by("monitor")
    down = {row.pk: row for row in rows}
    if not down:
        return
    for row in down.values():
        memories.put(dismissed(memories.remembered(row)), row)
    memories.save(list(down.values()))
    Monitor.objects.filter(pk__in=down).update(version=F("version") + 1)
    for dependency in Dependency.objects.filter(monitor__in=down):
        failing.turned(dependency, memories.remembered(down[dependency.monitor_id]), at, at, by)


def _is_out(environment: Environment) -> bool:
    return Outage.objects.valid().filter(environment=environment, ended_at__isnull=True).exists()


def _may_be_down(memory: Memory, at: datetime) -> bool:
    return memory.is_down or memory.vouched_until is None or memory.vouched_until < at
