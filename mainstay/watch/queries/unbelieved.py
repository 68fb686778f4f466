"""Time of a website that is unknown because what a prober said of it was not believed."""

from dataclasses import dataclass
from datetime import datetime

from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Website
from mainstay.watch.facts import GapReason
from mainstay.watch.models import Gap, ProberDoubt
from mainstay.watch.queries.standing import doubts


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """A stretch of unknown time of one monitor, with the doubt that made it so."""

    gap: Gap
    doubt: ProberDoubt | None


def unbelieved(website: Website, start: datetime, end: datetime, at_most: int) -> list[Unbelieved]:
    """The latest such stretches of the live website that overlap [start, end), in two queries."""
    gaps = list(
        Gap.objects.filter(
            monitor__environment__website=website,
            monitor__environment__kind=EnvironmentKind.LIVE,
            reason=GapReason.PROBER,
            from_at__lt=end,
            to_at__gt=start,
        )
        .select_related("monitor")
        .order_by("-from_at")[:at_most]
    )
    if not gaps:
        return []
    known = list(doubts(min(gap.from_at for gap in gaps), end))
    return [Unbelieved(gap, next((each for each in known if _covers(each, gap)), None)) for gap in gaps]


def _covers(doubt: ProberDoubt, gap: Gap) -> bool:
    is_after = doubt.to_at is None or gap.from_at <= doubt.to_at
    return doubt.place == gap.place and doubt.from_at < gap.to_at and is_after
