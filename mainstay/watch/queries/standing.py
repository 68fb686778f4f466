"""How things stand now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.codes import State
from mainstay.watch.models import Monitor, Outage, ProberDoubt, Standing
from mainstay.watch.queries.memory import remembered
from mainstay.watch.rules.agreement import failing_at
from mainstay.watch.rules.availability import needed, present_state


@dataclass(frozen=True, slots=True)
class MonitorNow:
    """One monitor, and what was last seen of it: `state` is unknown when that no longer vouches for now.

    `down_from` are the places that see it fail while another sees it well: that is shown, and is no outage.
    """

    monitor: Monitor
    standing: Standing | None
    state: State
    down_from: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is to be said of it now, in one sentence."""
        if not self.monitor.is_enabled:
            return "Paused: nobody is looking."
        if self.standing is None or not self.standing.code:
            return "Not looked at yet."
        if self.state == State.UNKNOWN and self.standing.state != State.UNKNOWN:
            return f"Nobody has looked for too long. Last: {self.standing.sentence}"
        return self.standing.sentence


def state_now(websites: Iterable[Website], at: datetime) -> dict[int, State]:
    """How each of `websites` stands at `at`, by its live environment, in two queries. Unwatched ones are unknown."""
    ids = [website.pk for website in websites]
    monitors = _monitors(ids).filter(counts=True, environment__kind=EnvironmentKind.LIVE, watched_from__lte=at)
    out = set(
        Outage.objects.valid()
        .filter(website__in=ids, ended_at__isnull=True, environment__kind=EnvironmentKind.LIVE)
        .values_list("website", flat=True)
    )
    of_website: dict[int, list[MonitorNow]] = defaultdict(list)
    for monitor in monitors:
        of_website[monitor.environment.website_id].append(as_seen(monitor, at))
    return {pk: _state(of_website[pk], is_out=pk in out) for pk in ids}


def monitors_now(website: Website, at: datetime) -> list[MonitorNow]:
    """All monitors of `website` that are not retired, with what was last seen of them."""
    return [as_seen(monitor, at) for monitor in _monitors([website.pk]).order_by("environment__kind", "pk")]


def doubt_of(place: str) -> ProberDoubt | None:
    """The doubt about the prober of `place` that goes on; None while it is believed."""
    return ProberDoubt.objects.filter(place=place, to_at__isnull=True).first()


def doubts_now() -> QuerySet[ProberDoubt]:
    """The doubts that go on, the longest first."""
    return ProberDoubt.objects.filter(to_at__isnull=True).order_by("from_at")


def doubts(start: datetime, end: datetime) -> QuerySet[ProberDoubt]:
    """The doubts about any prober that overlap [start, end), those that go on first, then the latest."""
    found = ProberDoubt.objects.filter(Q(to_at__isnull=True) | Q(to_at__gt=start), from_at__lt=end)
    return found.order_by(F("to_at").desc(nulls_first=True), "-from_at")


def _monitors(website_ids: list[int]) -> QuerySet[Monitor]:
    return Monitor.objects.filter(environment__website__in=website_ids, retired_at__isnull=True).select_related(
        "environment", "standing", "beat"
    )


def as_seen(monitor: Monitor, at: datetime) -> MonitorNow:
    """`monitor` with what was last seen of it, as far as that vouches for `at`."""
    standing: Standing | None = getattr(monitor, "standing", None)
    vouched = standing is not None and standing.vouched_until is not None and standing.vouched_until >= at
    if standing is None or not vouched or not monitor.is_enabled:
        return MonitorNow(monitor, standing, State.UNKNOWN)
    if not standing.views:
        return MonitorNow(monitor, standing, State(standing.state))
    down_from = tuple(failing_at(remembered(standing), at))
    state = State.DEGRADED if down_from else State(standing.state)
    return MonitorNow(monitor, standing, State.DOWN if standing.is_down else state, down_from)


def _state(monitors: list[MonitorNow], *, is_out: bool) -> State:
    if not monitors:
        return State.UNKNOWN
    environment = monitors[0].monitor.environment
    enough = needed(environment.availability_rule, environment.quorum, len(monitors))
    return present_state([_as_judged(each) for each in monitors], enough, is_out=is_out)


def _as_judged(now: MonitorNow) -> State:
    """A failure that is not confirmed yet is not shown as down, and is known all the same."""
    return State.UP if now.state == State.DOWN and now.standing and not now.standing.is_down else now.state
