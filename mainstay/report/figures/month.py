"""The month of a report, and the instant at which it is judged."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mainstay.clients.models import Agreement, Organisation
from mainstay.policy import year
from mainstay.promises.collect import Bound, scope_of
from mainstay.promises.rules.schedule import LAST, month_of


class NothingPromised(LookupError):
    """No agreement of the client was in force in that month, or the month has not begun: there is nothing to report."""


@dataclass(frozen=True)
class Frame:
    """One client's month, with the agreement in force when it is judged. `judged_at` lies inside the month."""

    bound: Bound
    zone: ZoneInfo
    month: date
    start: datetime
    end: datetime
    judged_at: datetime
    is_complete: bool

    @property
    def client(self) -> Organisation:
        return self.bound.client


def frame(client: Organisation, month: str, at: datetime) -> Frame:
    """The month written as 2026-10 in the zone of the agreement in force at its end, as it is known at `at`.

    Raises:
        NoMonth: the text is no month.
        NothingPromised: no agreement was in force, or the month has not begun.
    """
    first = month_of(month)
    versions = list(Agreement.objects.filter(client=client, effective_at__lt=at).order_by("-effective_at"))
    frames = [each for zone in dict.fromkeys(each.zone for each in versions) if (each := _in(zone, client, first, at))]
    if not frames:
        raise NothingPromised(f"{client} had no agreement in force in {month}, or it has not begun")
    return next((each for each in frames if each.zone == each.bound.zone), frames[0])


def _in(zone: ZoneInfo, client: Organisation, first: date, at: datetime) -> Frame | None:
    """The month from midnight to midnight in `zone`; None before it begins, and where no agreement was in force."""
    start, end = year.month(zone, first.year, first.month)
    judged_at = min(at, end - LAST)
    bound = scope_of([client], judged_at).bounds.get(client.pk)
    if at <= start or bound is None:
        return None
    return Frame(bound, zone, first, start, end, judged_at, is_complete=at >= end)


def iso(at: datetime) -> str:
    """An instant as figures hold it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_or_none(at: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if at is None else iso(at)
