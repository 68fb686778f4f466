"""Spells: the runs of checks at hand, extended, cut and begun as checks come in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mainstay.watch.codes import Code, State
from mainstay.watch.facts import Check, Source
from mainstay.watch.models import Monitor, Spell
from mainstay.watch.rules.runs import Run

Key = tuple[int, str]


@dataclass(slots=True)
class Running:
    """The latest runs of some monitors, by monitor and place, and which of them have to be written."""

    _runs: dict[Key, list[Run]] = field(default_factory=lambda: defaultdict(list))
    _changed: dict[tuple[int, str, datetime], Run] = field(default_factory=dict)

    @classmethod
    def loaded(cls, monitor_ids: Iterable[int], since: datetime) -> "Running":
        """The runs that still vouch for `since` or a later instant."""
        found = cls()
        for row in Spell.objects.filter(monitor__in=monitor_ids, to_at__gte=since).order_by("from_at"):
            run = Run(State(row.state), Code(row.code), row.from_at, row.last_at, row.to_at, row.checks, row.detail)
            found._runs[row.monitor_id, row.place].append(run)
        return found

    def take(self, check: Check, vouches_for: timedelta) -> bool:
        """Add a check to its run, or begin one. False when it is on record already, or older than what is."""
        key, finding = (check.monitor_id, check.place), check.finding
        runs = self._runs[key]
        latest = runs[-1] if runs else None
        if latest is not None and check.at <= latest.last_at:
            return False
        if latest is not None and latest.continues(check.at, finding.state, finding.code):
            latest.extend(check.at, vouches_for)
            self._changed[*key, latest.from_at] = latest
            return True
        if latest is not None and latest.to_at > check.at:
            latest.cut(check.at)
            self._changed[*key, latest.from_at] = latest
        self._begin(key, check, vouches_for)
        return True

    def save(self, monitors: dict[int, Monitor], source: Source) -> None:
        """Write what was changed, in one statement."""
        Spell.objects.bulk_create(
            [
                spell_of(run, monitors[monitor_id], place, source)
                for (monitor_id, place, _), run in self._changed.items()
            ],
            update_conflicts=True,
            unique_fields=["monitor", "place", "from_at"],
            update_fields=["to_at", "last_at", "checks"],
        )

    def _begin(self, key: Key, check: Check, vouches_for: timedelta) -> None:
        finding = check.finding
        run = Run(finding.state, finding.code, check.at, check.at, check.at + vouches_for, 1, finding.detail)
        self._runs[key].append(run)
        self._changed[*key, check.at] = run


def spell_of(run: Run, monitor: Monitor, place: str, source: Source) -> Spell:
    """A run as a row that is not saved yet."""
    return Spell(
        client_id=monitor.client_id,
        monitor=monitor,
        place=place,
        state=run.state.value,
        code=run.code.value,
        detail=run.detail,
        from_at=run.from_at,
        last_at=run.last_at,
        to_at=run.to_at,
        checks=run.checks,
        source=source.value,
    )
