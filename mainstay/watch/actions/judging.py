"""The judge at work inside a transaction: memories are read, changed by looks, and written once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.settling import Settling
from mainstay.watch.facts import Finding, Source
from mainstay.watch.models import Blip, Monitor, Standing
from mainstay.watch.rules.judge import Look, Memory, Turn, judge


@dataclass(slots=True)
class Judging:
    """The monitors at hand, with what the judge remembers of them."""

    settling: Settling
    monitors: dict[int, Monitor]
    _memories: dict[int, Memory] = field(default_factory=dict)
    _standings: dict[int, Standing] = field(default_factory=dict)
    _blips: list[Blip] = field(default_factory=list)

    @classmethod
    def opened(cls, monitors: Iterable[Monitor], *, by: object, source: Source) -> "Judging":
        """Lock what the judge remembers of `monitors`, in one order everywhere."""
        found = cls(Settling(by, source), {each.pk: each for each in monitors})
        rows = Standing.objects.select_for_update().filter(monitor__in=list(found.monitors)).order_by("monitor")
        for row in rows:
            found._standings[row.pk] = row
            found._memories[row.pk] = memories.remembered(row)
        return found

    def look(self, monitor_id: int, look: Look, at: datetime, sure_at: datetime) -> Turn | None:
        """Take one look in; what turns opens or closes outages at once, so that the order of events is kept."""
        before = self._memories.get(monitor_id, Memory())
        after, turn = judge(before, look)
        self._memories[monitor_id] = after
        monitor = self.monitors[monitor_id]
        if turn is Turn.BLIPPED:
            self._blips.append(_blip(monitor, before, look))
        if turn in (Turn.WENT_DOWN, Turn.CAME_UP) and monitor.counts:
            self.settling.settle(monitor.environment, self._memories, at, sure_at)
        return turn

    def show(self, monitor_id: int, finding: Finding) -> None:
        """Keep what was seen last, for the pages that show how things stand."""
        row = self._row(monitor_id)
        row.state, row.code, row.detail = finding.state.value, finding.code.value, finding.detail
        row.total_us = finding.phases.total_us
        row.cert_not_after = finding.cert_not_after or row.cert_not_after

    def save(self) -> None:
        """Write what changed."""
        for monitor_id, memory in self._memories.items():
            memories.put(memory, self._row(monitor_id))
        memories.save(list(self._standings.values()))
        Blip.objects.bulk_create(self._blips, ignore_conflicts=True)

    def _row(self, monitor_id: int) -> Standing:
        if monitor_id not in self._standings:
            monitor = self.monitors[monitor_id]
            self._standings[monitor_id] = Standing(monitor=monitor, client_id=monitor.client_id)
        return self._standings[monitor_id]


def _blip(monitor: Monitor, before: Memory, look: Look) -> Blip:
    return Blip(
        client_id=monitor.client_id,
        monitor=monitor,
        from_at=before.first_bad_at,
        to_at=look.at,
        checks=before.bad_count,
        code=before.bad_code,
        detail=before.bad_detail,
    )
