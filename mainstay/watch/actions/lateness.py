"""Checks that come in after others were judged that are younger: what they may change is judged anew later."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from mainstay.watch.codes import State
from mainstay.watch.facts import Check
from mainstay.watch.models import LateEvidence, Monitor, Outage
from mainstay.watch.rules.again import LATE_AFTER
from mainstay.watch.rules.memory import Memory, vouch


@dataclass(slots=True)
class Lateness:
    """The late checks of a transaction, by environment: when each was made, and whether it failed."""

    at: datetime
    _late: dict[int, list[tuple[datetime, bool, timedelta]]] = field(default_factory=lambda: defaultdict(list))
    _clients: dict[int, int] = field(default_factory=dict)

    def notice(self, check: Check, state: State, monitor: Monitor, memory: Memory) -> None:
        """Note `check` when it comes too late to have been judged in its turn. One place alone is always in order."""
        if not monitor.counts or state is State.UNKNOWN or memory.seen_at is None or memory.is_alone(check.place):
            return
        if memory.seen_at - check.at > LATE_AFTER:
            vouched = vouch(monitor.interval_seconds)
            self._late[monitor.environment_id].append((check.at, state is State.DOWN, vouched))
            self._clients[monitor.environment_id] = monitor.client_id

    def save(self) -> None:
        """Have those environments judged anew in which a failure came late, or a good check in or around an outage."""
        if not self._late:
            return
        since = self._since()
        known = {each.pk: each for each in LateEvidence.objects.select_for_update().filter(environment__in=since)}
        LateEvidence.objects.bulk_create(
            [
                LateEvidence(
                    environment_id=pk,
                    client_id=self._clients[pk],
                    from_at=min(from_at, known[pk].from_at) if pk in known else from_at,
                    noted_at=self.at,
                    heard_at=self.at,
                )
                for pk, from_at in sorted(since.items())
            ],
            update_conflicts=True,
            unique_fields=["environment"],
            update_fields=["from_at", "heard_at"],
        )

    def _since(self) -> dict[int, datetime]:
        """The earliest check of each environment that may change something."""
        instants = [at for checks in self._late.values() for at, _, _ in checks]
        around = max(vouched for checks in self._late.values() for _, _, vouched in checks)
        outages = defaultdict(list)
        for each in Outage.objects.valid().filter(
            Q(ended_at__isnull=True) | Q(ended_at__gte=min(instants) - around),
            environment__in=list(self._late),
            started_at__lte=max(instants) + around,
        ):
            outages[each.environment_id].append(each)
        found = {}
        for pk, checks in self._late.items():
            telling = [
                at
                for at, failed, vouched in checks
                if failed or any(_is_near(at, each, vouched) for each in outages[pk])
            ]
            if telling:
                found[pk] = min(telling)
        return found


def _is_near(at: datetime, outage: Outage, vouched: timedelta) -> bool:
    """Whether a good check at `at` may move an edge of `outage`, or show that it was none."""
    return outage.started_at - vouched <= at <= (outage.ended_at or at) + vouched
