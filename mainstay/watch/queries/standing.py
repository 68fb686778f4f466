"""How things stand now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.codes import Shown, State
from mainstay.watch.models import Monitor, Outage, ProberDoubt, Standing
from mainstay.watch.queries.memory import remembered
from mainstay.watch.rules import pace
from mainstay.watch.rules.agreement import failing_at
from mainstay.watch.rules.availability import needed, present_state


@dataclass(frozen=True, slots=True)
class MonitorNow:
    """One monitor, and what was last seen of it: `state` is unknown when that no longer vouches for now.

    `down_from` are the places that see it fail while another sees it well: that is shown, and is no outage. It is
    degraded then, in the list of states that there are.
    """

    monitor: Monitor
    standing: Standing | None
    state: State
    down_from: tuple[str, ...] = ()

    @property
    def shown(self) -> Shown:
        """The state, or that some places alone see it fail."""
        return Shown.SEEN_DOWN if self.down_from else Shown(self.state)

    @property
    def is_unsure(self) -> bool:
        """Whether the latest check alone says otherwise than `state` does."""
        return self.standing is not None and State.UNKNOWN != self.state != self.standing.state

    @property
    def sentence(self) -> str:
        """What is to be said of it now."""
        if not self.monitor.is_enabled:
            return "Paused: nobody is looking."
        if self.standing is None or not self.standing.code:
            return "Not looked at yet."
        if self.state == State.UNKNOWN and self.standing.state != State.UNKNOWN:
            return f"Nobody has looked for too long. Last: {self.standing.sentence}"
        if self.down_from:
            return f"Seen down from {', '.join(self.down_from)} only. Other places see it well: nothing is charged."
        if self.is_unsure:
            return f"{self.standing.sentence} {_UNCONFIRMED[self.state]}"
        return self.standing.sentence


_UNCONFIRMED = {
    State.UP: "That was seen once, and is not confirmed.",
    State.DEGRADED: "It was slow before: that it no longer is was seen once, and is not confirmed.",
    State.DOWN: "It was down before: that it no longer is was seen once, and is not confirmed.",
}
"""What is said of how something stands where its latest check alone says otherwise."""


def state_now(websites: Iterable[Website], at: datetime) -> dict[int, Shown]:
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
    down_from = tuple(failing_at(remembered(standing), at)) if standing.views else ()
    return MonitorNow(monitor, standing, State.DEGRADED if down_from else _judged(standing), down_from)


def _judged(standing: Standing) -> State:
    """How a monitor stands: what its latest check alone says changes nothing, but that it fails or cannot see."""
    state = State(standing.state)
    if standing.is_down and (standing.views or state != State.UNKNOWN):
        return State.DOWN
    return pace.shown(state, standing.code, is_slow=standing.slow_since is not None)


def _state(monitors: list[MonitorNow], *, is_out: bool) -> Shown:
    if not monitors:
        return Shown.UNKNOWN
    environment = monitors[0].monitor.environment
    enough = needed(environment.availability_rule, environment.quorum, len(monitors))
    state = present_state([_as_judged(each) for each in monitors], enough, is_out=is_out)
    is_seen_down = state in (State.UP, State.DEGRADED) and any(each.down_from for each in monitors)
    return Shown.SEEN_DOWN if is_seen_down else Shown(state)


def _as_judged(now: MonitorNow) -> State:
    """A failure that is not confirmed yet is not shown as down, and is known all the same."""
    return State.UP if now.state == State.DOWN and now.standing and not now.standing.is_down else now.state
