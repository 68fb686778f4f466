"""Whether a prober is believed: doubts begin and end here, inside the transaction that takes its observations in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from mainstay.common import facts
from mainstay.watch.actions.judging import Judging
from mainstay.watch.actions.withholding import Withheld
from mainstay.watch.codes import Code, State
from mainstay.watch.facts import CanaryLook, Check, Finding, ProberDoubted, ProberTrusted
from mainstay.watch.models import CheckRow, ProberDoubt, Standing
from mainstay.watch.models.monitor import INTERVAL_S_MAX
from mainstay.watch.queries import suspects
from mainstay.watch.rules.agreement import suspected_by
from mainstay.watch.rules.judge import Look, vouch
from mainstay.watch.rules.prober_fault import CANARY_FRESH, WINDOW, Doubt, Groups, canaries_failed, decide, is_over

NOT_BELIEVED = "its own connection is in doubt"
REVIEW_EVERY = timedelta(seconds=1)
VOUCHED_MAX = vouch(INTERVAL_S_MAX)


def is_doubted(places: Iterable[str]) -> bool:
    """Whether any of `places` is doubted at present."""
    return ProberDoubt.objects.filter(place__in=list(places), to_at__isnull=True).exists()


@dataclass(slots=True)
class Doubting:
    """The places at hand: which of them are doubted, and what of their failures is not believed."""

    judging: Judging
    at: datetime
    first_at: datetime
    _open: dict[str, ProberDoubt] = field(default_factory=dict)
    _past: list[ProberDoubt] = field(default_factory=list)
    _counted: dict[int, ProberDoubt] = field(default_factory=dict)
    _withheld: Withheld = field(default_factory=Withheld)
    _reviewed: dict[str, datetime] = field(default_factory=dict)
    _known: dict[tuple[str, int], tuple[datetime, Groups]] = field(default_factory=dict)
    _looks: dict[str, list[CanaryLook]] = field(default_factory=dict)

    @classmethod
    def opened(
        cls, judging: Judging, checks: Sequence[Check], canaries: Sequence[CanaryLook], at: datetime
    ) -> "Doubting":
        """Read the doubts of the places at hand, and, where there are any, what was not believed because of them."""
        first_at = min([each.at for each in checks] + [each.at for each in canaries])
        found = cls(judging, at, first_at)
        places = {each.place for each in checks} | {each.place for each in canaries}
        rows = ProberDoubt.objects.filter(
            Q(to_at__isnull=True) | Q(to_at__gte=first_at - VOUCHED_MAX), place__in=places
        )
        doubts = list(rows)
        found._open = {each.place: each for each in doubts if each.goes_on}
        found._past = [each for each in doubts if not each.goes_on]
        if doubts:
            found._withheld.load(judging.monitors, first_at)
        return found

    def believed(self, check: Check, look: Look) -> Finding:
        """What is taken in of a check: its finding, or that the prober could not look."""
        place, ended_at = check.place, check.at + timedelta(microseconds=check.duration_us)
        if check.state is State.DOWN and check.finding.code not in suspects.CALLED:
            doubt = self._doubt_at(place, check.at)
            if doubt is None:
                self._suspect(check, look, ended_at)
                doubt = self._doubt_at(place, check.at)
            if doubt is not None:
                doubt.withheld += 1
                self._counted[doubt.pk] = doubt
                monitor = self.judging.monitors[check.monitor_id]
                self._withheld.hold(monitor, place, check.at, check.at + look.vouches_for)
                return replace(check.finding, code=Code.PROBER_FAULT, detail=NOT_BELIEVED)
        elif check.state is not State.UNKNOWN and place in self._open:
            self._review(place, ended_at)
        if check.state is not State.UNKNOWN:
            self._withheld.believed(check.monitor_id, place, check.at)
        return check.finding

    def hear(self, canary: CanaryLook) -> None:
        """A canary was looked at: that may begin a doubt, or end one."""
        if canary.place in self._open:
            self._reviewed.pop(canary.place, None)
            self._review(canary.place, canary.at)
        elif not canary.is_good:
            doubt = canaries_failed(self._canaries(canary.place, canary.at), canary.at)
            if doubt is not None:
                self._begin(canary.place, doubt)

    def save(self) -> None:
        """Write what changed."""
        self._withheld.save()
        for doubt in self._counted.values():
            doubt.save(update_fields=["withheld"])

    def _doubt_at(self, place: str, at: datetime) -> ProberDoubt | None:
        """The doubt in which a look began; it may be over by now, and the look have waited for its answer in vain."""
        current = self._open.get(place)
        if current is not None and current.from_at <= at:
            return current
        past = (each for each in self._past if each.place == place and each.to_at is not None)
        return next((each for each in past if each.from_at <= at < (each.to_at or at)), None)

    def _suspect(self, check: Check, look: Look, ended_at: datetime) -> None:
        """Before a failure is confirmed, decide over what is known then whether it is the prober's own."""
        if check.place in self._open:
            return
        first_bad_at = self.judging.about_to_confirm(check.monitor_id, look)
        if first_bad_at is None:
            return
        doubt = decide(
            self._canaries(check.place, ended_at),
            lambda: self._groups(check.place, first_bad_at, ended_at),
            first_bad_at,
            ended_at,
        )
        if doubt is not None:
            self._begin(check.place, doubt)

    def _canaries(self, place: str, at: datetime) -> list[CanaryLook]:
        """The latest looks at the canaries of `place`, up to `at`; all of a batch were stored before it is judged."""
        if place not in self._looks:
            self._looks[place] = suspects.canaries(place, self.first_at - CANARY_FRESH)
        return [each for each in self._looks[place] if at - CANARY_FRESH <= each.at <= at]

    def _groups(self, place: str, first_bad_at: datetime, at: datetime) -> Groups:
        """Read once a second of the time that is judged, however many failures are confirmed in it."""
        start, key = first_bad_at - WINDOW, (place, int(at.timestamp()))
        known = self._known.get(key)
        if known is None or known[0] > start:
            start = min(start, at - 2 * WINDOW)
            known = self._known[key] = start, suspects.failing(place, start, at, self.judging.memories)
        return known[1]

    def _begin(self, place: str, doubt: Doubt) -> None:
        row = ProberDoubt.objects.create(
            place=place, from_at=doubt.from_at, reason=doubt.reason, evidence=doubt.evidence()
        )
        self._open[place] = row
        self._reviewed[place] = doubt.decided_at
        self._withdraw(row, doubt.decided_at)
        row.evidence["failed_from"] = row.from_at.isoformat()
        row.save(update_fields=["from_at", "evidence", "withheld"])
        facts.record(ProberDoubted(row.pk, row.from_at, doubt.reason), by=self.judging.by, at=self.at)

    def _withdraw(self, doubt: ProberDoubt, at: datetime) -> None:
        """Take back what was suspected and not confirmed: it failed as the prober's uplink did, if a little earlier."""
        edge = doubt.from_at - WINDOW
        failed = CheckRow.objects.filter(place=doubt.place, state=State.DOWN, at__gte=edge, at__lte=at)
        at_hand = set(failed.filter(monitor__in=list(self.judging.monitors)).values_list("monitor", flat=True))
        standings = Standing.objects.filter(
            Exists(failed.filter(monitor=OuterRef("monitor"))), bad_count__gt=0, is_down=False
        )
        self.judging.adopt(standings.exclude(monitor__in=list(self.judging.monitors)))
        for monitor_id, memory in list(self.judging.memories.items()):
            suspected = suspected_by(memory, doubt.place)
            if suspected is None or (memory.views and suspected[0] < edge):
                continue
            first_at, last_at, checks = suspected
            monitor = self.judging.monitors[monitor_id]
            if monitor_id not in at_hand and monitor_id in self.judging.first_at_hand:
                continue
            until = last_at + vouch(monitor.interval_seconds)
            self._withheld.hold(monitor, doubt.place, first_at, until, checks)
            doubt.withheld += checks
            doubt.from_at = min(doubt.from_at, max(first_at, edge))
            self.judging.withdraw(monitor_id, doubt.place, Finding(Code.PROBER_FAULT, NOT_BELIEVED))

    def _review(self, place: str, at: datetime) -> None:
        """End the doubt when the prober can be believed again."""
        reviewed_at = self._reviewed.get(place)
        if reviewed_at is not None and at - reviewed_at < REVIEW_EVERY:
            return
        self._reviewed[place] = at
        self._withheld.save()
        if is_over(self._canaries(place, at), lambda: suspects.withheld(place, at), at):
            self._end(self._open.pop(place), at)

    def _end(self, doubt: ProberDoubt, at: datetime) -> None:
        doubt.to_at = max(at, doubt.from_at)
        doubt.save(update_fields=["to_at", "withheld"])
        self._past.append(doubt)
        facts.record(ProberTrusted(doubt.pk, doubt.to_at), by=self.judging.by, at=self.at)
        self._known.clear()
