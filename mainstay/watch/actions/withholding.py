"""Failures that are not believed: the time they would have spoken for is unknown, by the prober's own fault."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mainstay.watch.facts import GapReason
from mainstay.watch.models import Gap, Monitor

Key = tuple[int, str]


@dataclass(slots=True)
class Withheld:
    """The gaps of some monitors, by monitor and place, and which of them have to be written.

    The looks stay in the spells as they were made; the gap over them takes their word away, and says why.
    """

    _gaps: dict[Key, Gap] = field(default_factory=dict)
    _changed: dict[tuple[int, str, datetime], Gap] = field(default_factory=dict)

    def load(self, monitor_ids: Iterable[int], since: datetime) -> None:
        """Know the gaps that still vouch for `since` or a later instant."""
        rows = Gap.objects.filter(monitor__in=list(monitor_ids), reason=GapReason.PROBER, to_at__gte=since)
        for row in rows.order_by("from_at"):
            self._gaps[row.monitor_id, row.place] = row

    def hold(self, monitor: Monitor, place: str, at: datetime, until: datetime, checks: int = 1) -> None:
        """Believe nothing of `monitor` in [at, until): a gap is begun, or goes on."""
        gap = self._gaps.get((monitor.pk, place))
        if gap is None or gap.to_at < at:
            gap = Gap(
                place=place, monitor=monitor, client_id=monitor.client_id, from_at=at, to_at=at, reason=GapReason.PROBER
            )
            self._gaps[monitor.pk, place] = gap
        gap.to_at, gap.slots = max(gap.to_at, until), gap.slots + checks
        self._changed[monitor.pk, place, gap.from_at] = gap

    def believed(self, monitor_id: int, place: str, at: datetime) -> None:
        """A look at `at` was believed: what was not ends there."""
        gap = self._gaps.get((monitor_id, place))
        if gap is not None and gap.from_at <= at < gap.to_at:
            gap.to_at = at
            self._changed[monitor_id, place, gap.from_at] = gap

    def save(self) -> None:
        """Write what was changed, in one statement."""
        if not self._changed:
            return
        fields = ("place", "monitor_id", "client_id", "from_at", "to_at", "reason", "slots")
        Gap.objects.bulk_create(
            [Gap(**{name: getattr(gap, name) for name in fields}) for gap in self._changed.values()],
            update_conflicts=True,
            unique_fields=["place", "monitor", "from_at", "reason"],
            update_fields=["to_at", "slots"],
        )
        self._changed.clear()
