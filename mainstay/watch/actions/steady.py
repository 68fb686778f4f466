"""Checks that say what was known already: the website answers, as it did at the check before.

They are nearly all that is ever taken in. The judge would only count them, so they are counted in bulk: the run goes
on, and the memory moves with it. `rules.judge` and `rules.runs` say what that means; a test holds both ways side by
side.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from mainstay.common import bulk
from mainstay.watch.codes import State
from mainstay.watch.facts import BEAT_PLACE, Check, GapReason
from mainstay.watch.models import Gap, Spell, Standing
from mainstay.watch.rules.judge import vouch
from mainstay.watch.rules.pace import PASSING

_MOVES = (
    "seen_at = %s",
    "vouched_until = %s",
    "last_good_at = %s",
    "good_count = good_count + 1",
    "detail = %s",
    "total_us = %s",
    "cert_not_after = COALESCE(%s, cert_not_after)",
    "address = COALESCE(NULLIF(%s, ''), address)",
)
_GOES_ON = ("to_at = %s", "last_at = %s", "checks = checks + 1")


@dataclass(slots=True)
class Steady:
    """The steady ones of a batch's checks, with what the database must know to go on with their runs."""

    checks: list[Check] = field(default_factory=list)
    clients: dict[int, int] = field(default_factory=dict)
    _standings: list[tuple[Any, ...]] = field(default_factory=list)
    _spells: list[tuple[Any, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, checks: Sequence[Check]) -> "Steady":
        """Find the steady ones among `checks`, and lock what is remembered of their monitors."""
        found = cls()
        candidates = {(each.monitor_id, each.place): each for each in _alone(checks)}
        if candidates:
            for row in _runs(candidates.values()):
                found._take(candidates, *row)
        return found

    def save(self) -> None:
        """Write what has moved."""
        if self.checks:
            bulk.update_each(Standing, _MOVES, self._standings)
            bulk.update_each(Spell, _GOES_ON, self._spells)

    def _take(
        self,
        candidates: dict[tuple[int, str], Check],
        spell_id: int,
        monitor_id: int,
        place: str,
        client_id: int,
        code: str,
        last_at: Any,
        to_at: Any,
        interval_s: int,
    ) -> None:
        check = candidates.get((monitor_id, place))
        if check is None or check.finding.code != code or not last_at < check.at <= to_at:
            return
        finding = check.finding
        at, until = bulk.instant(check.at), bulk.instant(check.at + vouch(interval_s))
        ends = bulk.instant(finding.cert_not_after) if finding.cert_not_after else None
        self.checks.append(check)
        self.clients[monitor_id] = client_id
        self._standings.append(
            (at, until, at, finding.detail, finding.phases.total_us, ends, finding.address, monitor_id)
        )
        self._spells.append((until, at, spell_id))


def _alone(checks: Sequence[Check]) -> Iterable[Check]:
    """Good checks whose monitor has no other in the batch: what comes together is looked at in its order."""
    times = Counter(each.monitor_id for each in checks)
    return (
        each
        for each in checks
        if each.state in (State.UP, State.DEGRADED) and times[each.monitor_id] == 1 and each.place != BEAT_PLACE
    )


def _runs(checks: Collection[Check]) -> Iterable[tuple[Any, ...]]:
    """The runs that may go on: of monitors that one place alone looks at, that stand well, and were looked at last by
    the last check of that very run.

    Where failures were withheld lately, a good check ends that, and is none of these.
    """
    first_at = min(each.at for each in checks)
    withheld = Gap.objects.filter(monitor=OuterRef("monitor"), reason=GapReason.PROBER, to_at__gte=first_at)
    return (
        Spell.objects.filter(
            monitor__in=[each.monitor_id for each in checks],
            place__in={each.place for each in checks},
            to_at__gte=first_at,
            monitor__is_enabled=True,
            monitor__retired_at__isnull=True,
            monitor__standing__place=F("place"),
            monitor__standing__views__isnull=True,
            monitor__standing__is_down=False,
            monitor__standing__bad_count=0,
            monitor__standing__good_count__gte=1,
            monitor__standing__seen_at=F("last_at"),
            monitor__standing__vouched_until=F("to_at"),
            monitor__standing__code=F("code"),
            monitor__standing__pace_doubted_at__isnull=True,
        )
        .filter(Q(code__in=PASSING) ^ Q(monitor__standing__slow_since__isnull=True))
        .exclude(Exists(withheld))
        .select_for_update(no_key=True)
        .order_by("monitor")
        .values_list("pk", "monitor", "place", "client", "code", "last_at", "to_at", "monitor__interval_seconds")
    )
