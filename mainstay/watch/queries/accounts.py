"""What any stretch of a website's time comes to, with all that it is made of."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mainstay.clients.models import Website
from mainstay.policy.ledger import Interval, Ledger
from mainstay.policy.promises import Clause
from mainstay.watch.models import Correction, Exclusion, Outage
from mainstay.watch.queries.agreed import agreed_with
from mainstay.watch.queries.charging import corrections_of, exclusions_of
from mainstay.watch.queries.ledgers import YearOf, divided


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """[start, end) of a website divided by state as known at `at`; the years it touches, and its outages."""

    website: Website
    at: datetime
    book: Ledger
    years: tuple[YearOf, ...]
    outages: tuple[Outage, ...]
    exclusions: tuple[Exclusion, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON: instants in UTC, lengths in whole seconds (exact to the microsecond where they end in `_us`)."""
        book = self.book
        return {
            "website": self.website.name,
            "client": self.website.client.slug,
            "from": _said(book.start),
            "to": _said(book.end),
            "at": _said(self.at),
            "length_s": sum(book.seconds.values()),
            "seconds": book.seconds,
            "charged": {
                "s": _s(book.charged),
                "lower_s": _s(book.lower),
                "upper_s": _s(book.upper),
                "of_it_unknown_s": _s(book.unknown_excess),
            },
            "used_up_at": next((_said(each.used_up_at) for each in self._broken() if each.used_up_at), None),
            "years": [each.as_dict() for each in self.years],
            "outages": [_outage(each, self.at) for each in self.outages],
            "exclusions": [_exclusion(each) for each in self.exclusions],
            "corrections": [_correction(each) for each in self.corrections],
            "stretches": [_stretch(each) for each in book.segments],
        }

    def _broken(self) -> list[YearOf]:
        """The years whose hours were used up within the stretch."""
        book = self.book
        return [y for y in self.years if y.used_up_at is not None and book.start <= y.used_up_at <= book.end]


def account(website: Website, start: datetime, end: datetime, at: datetime) -> Account:
    """What [start, end) comes to, as known at `at`. Without any agreement the agency's default terms count."""
    book, years, outages = divided(website, start, end, at)
    return Account(
        website=website,
        at=at,
        book=book,
        years=years,
        outages=outages,
        exclusions=tuple(exclusions_of(website, start, end)),
        corrections=tuple(corrections_of(website, start, end)),
    )


def zone_of(website: Website, at: datetime) -> ZoneInfo:
    """The zone in which the days of a website's agreement are meant; the client's without one."""
    agreed = agreed_with([website.client_id], at)[website.client_id]
    agreement = agreed.agreement(at)
    return agreement.zone if agreement is not None else website.client.zone


def _outage(row: Outage, at: datetime) -> dict[str, Any]:
    until = row.ended_at or at
    return {
        "id": row.pk,
        "from": _said(row.started_at),
        "to": _said(row.ended_at) if row.ended_at else None,
        "lasted_s": _s(until - row.started_at),
        "started_after": _said(row.started_after) if row.started_after else None,
        "ended_after": _said(row.ended_after) if row.ended_after else None,
        "code": row.code,
        "sentence": row.sentence,
        "source": row.source,
    }


def _exclusion(row: Exclusion) -> dict[str, Any]:
    return {
        "id": row.pk,
        "outage": row.outage_id,
        "clause": Clause.DOWNTIME.value,
        "cause": row.cause,
        "from": _said(row.starts_at),
        "to": _said(row.ends_at),
        "is_counted": row.is_granted,
        "end": row.end,
        "asked_by": row.asked_by.name,
        "granted_by": row.granted_by.name if row.granted_by else None,
        "granted_at": _said(row.granted_at) if row.granted_at else None,
        "reference": row.reference,
    }


def _correction(row: Correction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "old": row.old_id,
        "new": row.new_id,
        "made_at": _said(row.made_at),
        "made_by": row.made_by.name if row.made_by else None,
        "reason": row.reason,
        "reference": row.reference,
    }


def _stretch(each: Interval) -> dict[str, Any]:
    return {
        "from": _said(each.start),
        "to": _said(each.end),
        "state": each.state.value,
        "reason": each.reason.value,
        "s": _s(each.length),
    }


def _said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _s(amount: timedelta) -> int:
    return round(amount / timedelta(seconds=1))
