"""The month of a report, and the instant at which it is judged."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mainstay.clients.models import Organisation
from mainstay.policy import year
from mainstay.promises.collect import Bound, scope_of
from mainstay.promises.rules.schedule import month_of

LAST = timedelta(microseconds=1)
"""How long before its end a month is judged: its last instant belongs to it, the next one to another month."""


class NothingPromised(LookupError):
    """No agreement of the client was in force in that month, or the month has not begun: there is nothing to report."""


@dataclass(frozen=True)
class Frame:
    """One client's month, with the agreement in force when it is judged. `judged_at` lies inside the month."""

    bound: Bound
    month: date
    start: datetime
    end: datetime
    judged_at: datetime
    is_complete: bool

    @property
    def client(self) -> Organisation:
        return self.bound.client


def frame(client: Organisation, month: str, at: datetime) -> Frame:
    """The month written as 2026-10, as it is known at `at`.

    Raises:
        NoMonth: the text is no month.
        NothingPromised: no agreement was in force, or the month has not begun.
    """
    first = month_of(month)
    start, end = year.month(client.zone, first.year, first.month)
    if at <= start:
        raise NothingPromised(f"{month} has not begun for {client}")
    judged_at = min(at, end - LAST)
    bounds = scope_of([client], judged_at).bounds
    if client.pk not in bounds:
        raise NothingPromised(f"{client} had no agreement in force in {month}")
    return Frame(bounds[client.pk], first, start, end, judged_at, is_complete=at >= end)


def iso(at: datetime) -> str:
    """An instant as figures hold it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_or_none(at: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if at is None else iso(at)
