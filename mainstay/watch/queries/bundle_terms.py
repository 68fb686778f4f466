"""What a bundle says of the agreement: how time is counted, what is not charged, and the figures that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from mainstay.clients.models import Organisation, Website
from mainstay.policy.instants import midnight, whole
from mainstay.policy.ledger import Rules
from mainstay.policy.year import Period
from mainstay.watch.queries.agreed import Agreed, agreed_with
from mainstay.watch.queries.ledgers import divided, unknown_before

ALL_ALONG = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A report that was issued: its number, the file of its figures, and the time that it is about."""

    number: int
    file: str
    start: datetime
    end: datetime
    judged_at: datetime
    year_start: datetime


@dataclass(slots=True)
class Counting:
    """The accounts of a bundle, and what they are counted by."""

    client: Organisation
    websites: Sequence[Website]
    start: datetime
    """From when on the bundle holds checks; what was unknown before is told."""
    rules: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)

    def add_period(self, first: date, last: date, at: datetime) -> None:
        """The days of [first, last) in the agreement's zone, as it stands at `at`, with the figures of it."""
        agreed = agreed_with([self.client.pk], at)[self.client.pk]
        agreement = agreed.agreement(at)
        zone = agreement.zone if agreement is not None else self.client.zone
        start, end = midnight(first, zone), midnight(last, zone)
        figures = {str(each.pk): _figures(each, start, end, at) for each in self.websites}
        self._add(agreed, start, start, end, at, report=None, figures=figures)

    def add_report(self, issued: Issued) -> None:
        """The month of a report and its contract year so far, as it was judged; the figures are in its file."""
        agreed = agreed_with([self.client.pk], issued.judged_at)[self.client.pk]
        first = min(issued.year_start, issued.start)
        self._add(agreed, first, issued.start, issued.end, issued.judged_at, report=issued.number, file=issued.file)

    def _add(self, agreed: Agreed, first: datetime, start: datetime, end: datetime, at: datetime, **more: Any) -> None:
        self.accounts.append(
            {
                "from": start.isoformat(),
                "to": end.isoformat(),
                "at": at.isoformat(),
                "begins_at": agreed.begins_at.isoformat() if agreed.begins_at is not None else None,
                "years": [self._year(agreed, each, at) for each in agreed.years(first, end)],
                **more,
            }
        )

    def _year(self, agreed: Agreed, year: Period, at: datetime) -> dict[str, Any]:
        rules = _rules(agreed.rules(year, begins_at=year.start, at=at))
        if rules not in self.rules:
            self.rules.append(rules)
        is_counted = rules["unknown_allowance_s"] is not None and year.start < self.start
        before = unknown_before(self.websites, year, self.start, at) if is_counted else {}
        return {
            "from": year.start.isoformat(),
            "to": year.end.isoformat(),
            "rules": self.rules.index(rules),
            "unknown_before_us": {str(pk): whole(amount) for pk, amount in before.items() if amount},
        }


def said_terms(agreed: Agreed) -> list[dict[str, Any]]:
    """What each version of the terms excludes, the oldest first."""
    versions = [each.effective_at for each in agreed.agreements] or [ALL_ALONG]
    return [_excluding(agreed, each) for each in versions]


def said_windows(agreed: Agreed, website_id: int) -> list[dict[str, Any]]:
    """The stretches of a website that may be excluded, whether the terms do so or not, each with its cause."""
    return [
        {
            "cause": "planned",
            "from": each.starts_at.isoformat(),
            "to": each.ends_at.isoformat(),
            "announced_at": each.announced_at.isoformat(),
            "is_emergency": False,
        }
        for each in agreed.windows
        if each.website_id in (None, website_id)
    ]


def said_granted(agreed: Agreed, website_id: int) -> list[dict[str, Any]]:
    """What of a website's outages was granted not to be charged."""
    return [
        {
            "id": each.pk,
            "cause": each.cause,
            "from": each.reaches_back_to.isoformat(),
            "starts_at": each.starts_at.isoformat(),
            "to": each.ends_at.isoformat(),
            "granted_at": each.granted_at.isoformat() if each.granted_at is not None else None,
        }
        for each in agreed.granted
        if each.website_id == website_id
    ]


def _excluding(agreed: Agreed, since: datetime) -> dict[str, Any]:
    downtime = agreed.terms(since).downtime
    return {
        "from": since.isoformat(),
        "excluded": [each.value for each in downtime.excluded],
        "planned_notice_s": downtime.planned_notice.total_seconds(),
        "emergency_notice_s": downtime.emergency_notice.total_seconds(),
    }


def _rules(rules: Rules) -> dict[str, Any]:
    allowance = rules.unknown_allowance
    return {
        "unknown_allowance_s": allowance.total_seconds() if allowance is not None else None,
        "degraded_is_charged": rules.degraded_is_charged,
        "hours": rules.charged_hours.as_dict() if rules.charged_hours is not None else None,
    }


def _figures(website: Website, start: datetime, end: datetime, at: datetime) -> dict[str, int]:
    book = divided(website, start, end, at)[0]
    return {**book.seconds, "lower": round(book.lower.total_seconds()), "upper": round(book.upper.total_seconds())}
