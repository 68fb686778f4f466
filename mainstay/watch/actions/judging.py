"""The judge at work inside a transaction: memories are read, changed by looks, and written once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from mainstay.watch.actions import failing
from mainstay.watch.actions import memory as memories
from mainstay.watch.actions.settling import Settling
from mainstay.watch.facts import Finding, Source
from mainstay.watch.models import Blip, Dependency, Monitor, Standing
from mainstay.watch.rules.judge import Look, Memory, Turn, confirming, judge, withdrawn


@dataclass(slots=True)
class Judging:
    """The monitors at hand, with what the judge remembers of them."""

    settling: Settling
    monitors: dict[int, Monitor]
    first_at_hand: frozenset[int] = frozenset()
    """The monitors that it was opened for; others may be adopted later."""

    _memories: dict[int, Memory] = field(default_factory=dict)
    _standings: dict[int, Standing] = field(default_factory=dict)
    _blips: list[Blip] = field(default_factory=list)
    _dependencies: dict[int, Dependency] | None = None

    @classmethod
    def opened(cls, monitors: Iterable[Monitor], *, by: object, source: Source) -> "Judging":
        """Lock what the judge remembers of `monitors`, in one order everywhere."""
        found = cls(Settling(by, source), {each.pk: each for each in monitors})
        found.first_at_hand = frozenset(found.monitors)
        found._read(Standing.objects.filter(monitor__in=list(found.monitors)))
        return found

    @property
    def by(self) -> object:
        """In whose name facts are recorded."""
        return self.settling.by

    @property
    def memories(self) -> Mapping[int, Memory]:
        """What is remembered at this moment, by monitor."""
        return self._memories

    def remembered(self, monitor_id: int) -> Memory:
        """What is remembered of one monitor at this moment."""
        return self._memories.get(monitor_id, Memory())

    def adopt(self, standings: QuerySet[Standing]) -> None:
        """Have further monitors at hand, locked as the others are."""
        rows = standings.select_related("monitor__environment__client")
        self.monitors.update((row.pk, row.monitor) for row in self._read(rows))

    def about_to_confirm(self, monitor_id: int, look: Look) -> datetime | None:
        """The first failure of the row that `look` confirms, as `confirming` says; None when it confirms nothing."""
        return confirming(self.remembered(monitor_id), look)

    def withdraw(self, monitor_id: int, place: str, finding: Finding) -> None:
        """Forget unconfirmed failures that `place` saw of a monitor; `finding` says what is shown instead."""
        self._memories[monitor_id] = withdrawn(self._memories[monitor_id], place)
        self.show(monitor_id, finding)

    def look(self, monitor_id: int, look: Look, at: datetime, sure_at: datetime) -> Turn | None:
        """Take one look in; what turns opens or closes outages at once, so that the order of events is kept."""
        before = self.remembered(monitor_id)
        after, turn = judge(before, look)
        self._memories[monitor_id] = after
        monitor = self.monitors[monitor_id]
        if turn is Turn.BLIPPED:
            self._blips.append(blip_of(monitor, before, look.at))
        if turn in (Turn.WENT_DOWN, Turn.CAME_UP):
            if monitor.counts:
                self.settling.foresee(self._troubled)
                self.settling.settle(monitor.environment, self._memories, at, sure_at)
            self._settle_dependency(monitor_id, after, at, sure_at)
        return turn

    def show(self, monitor_id: int, finding: Finding) -> None:
        """Keep what was seen last, for the pages that show how things stand."""
        row = self._row(monitor_id)
        row.state, row.code, row.detail = finding.state.value, finding.code.value, finding.detail
        row.total_us = finding.phases.total_us
        row.cert_not_after = finding.cert_not_after or row.cert_not_after
        row.address = finding.address or row.address

    def save(self) -> None:
        """Write what changed."""
        for monitor_id, memory in self._memories.items():
            memories.put(memory, self._row(monitor_id))
        memories.save(list(self._standings.values()))
        Blip.objects.bulk_create(self._blips, ignore_conflicts=True)

    def _settle_dependency(self, monitor_id: int, memory: Memory, at: datetime, sure_at: datetime) -> None:
        """Begin or end the failure of what a monitor looks at, where websites depend on that. They are read once."""
        if self._dependencies is None:
            self._dependencies = {each.monitor_id: each for each in Dependency.objects.all()}
        if monitor_id in self._dependencies:
            failing.turned(self._dependencies[monitor_id], memory, at, sure_at, self.by)

    def _read(self, standings: QuerySet[Standing]) -> list[Standing]:
        rows = list(standings.select_for_update(of=("self",)).order_by("monitor"))
        for row in rows:
            self._standings[row.pk] = row
            self._memories[row.pk] = memories.remembered(row)
        return rows

    def _troubled(self) -> set[int]:
        """The environments of monitors that fail or were down: those that may turn with the batch at hand."""
        troubled = (pk for pk, memory in self._memories.items() if memory.bad_count or memory.is_down)
        return {self.monitors[pk].environment_id for pk in troubled}

    def _row(self, monitor_id: int) -> Standing:
        if monitor_id not in self._standings:
            monitor = self.monitors[monitor_id]
            self._standings[monitor_id] = Standing(monitor=monitor, client_id=monitor.client_id)
        return self._standings[monitor_id]


def blip_of(monitor: Monitor, before: Memory, until: datetime) -> Blip:
    """Failures that had gone at `until`, as a row that is not saved yet."""
    return Blip(
        client_id=monitor.client_id,
        monitor=monitor,
        from_at=before.first_bad_at,
        to_at=until,
        checks=before.bad_count,
        code=before.bad_code,
        detail=before.bad_detail,
    )
