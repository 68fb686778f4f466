"""The terms of an agreement as values. What each means is said in `default_terms.toml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Span
from mainstay.policy.terms import words
from mainstay.policy.terms.words import Level, Priority, Weekday
from mainstay.policy.terms.writing import plain

Window = tuple[str, str]

_NONE = {"absent": "none"}
_NEXT_ROUND = {"absent": "next_round"}
"""The word that is written where the value is None."""


def number(least: int, most: int) -> Any:
    """A whole number from `least` to `most`."""
    return field(metadata={"least": least, "most": most})


@dataclass(frozen=True, kw_only=True)
class Support:
    time_zone: ZoneInfo
    holidays: str
    round_the_clock: tuple[Priority, ...]
    week: Mapping[Weekday, tuple[Window, ...]]
    exceptions: Mapping[date, tuple[Window, ...]]


@dataclass(frozen=True, kw_only=True)
class Downtime:
    hours_a_year: int = number(0, 8784)
    clock: words.DowntimeClock
    year: words.YearKind
    also_shown: tuple[words.YearKind, ...]
    pro_rata: bool
    excluded: tuple[words.Cause, ...]
    exclusion_needs_consent: bool
    planned_notice: timedelta
    emergency_notice: timedelta
    unknown_allowance: timedelta
    unknown_excess: words.UnknownExcess
    degraded_is_charged: bool
    figure: words.Figure

    @property
    def limit(self) -> timedelta:
        """The downtime that a whole year allows."""
        return timedelta(hours=self.hours_a_year)

    @property
    def chargeable_unknown_past(self) -> timedelta | None:
        """The unknown time a year past which the excess is charged; None where it is only shown."""
        return self.unknown_allowance if self.unknown_excess is words.UnknownExcess.CHARGED else None


@dataclass(frozen=True, kw_only=True)
class Checking:
    every: timedelta
    timeout: timedelta
    rechecks: tuple[timedelta, ...]


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    failures: int = number(1, 100)
    places: int = number(1, 100)
    successes: int = number(1, 100)


@dataclass(frozen=True, kw_only=True)
class Burn:
    """A rate of use that is warned of when both stretches reach it; 1 uses the year's hours up in exactly a year."""

    rate: Decimal
    long: timedelta
    short: timedelta


@dataclass(frozen=True, kw_only=True)
class Warnings:
    budget_percent: tuple[int, ...] = number(1, 1000)
    forecast_percent: int = number(1, 1000)
    burn: tuple[Burn, ...]


@dataclass(frozen=True, kw_only=True)
class Frontline:
    channels: tuple[words.Channel, ...]
    audiences: tuple[words.Audience, ...]


@dataclass(frozen=True, kw_only=True)
class Response:
    """What a priority promises. `update` is None where none is promised."""

    first: Span
    resolution: Span
    update: Span | None = field(metadata=_NONE)


@dataclass(frozen=True, kw_only=True)
class Attained:
    first: int = number(0, 100)
    resolution: int = number(0, 100)


@dataclass(frozen=True, kw_only=True)
class Pause:
    first: tuple[words.PauseReason, ...]
    resolution: tuple[words.PauseReason, ...]


@dataclass(frozen=True, kw_only=True)
class Reopening:
    within: timedelta


@dataclass(frozen=True, kw_only=True)
class Step:
    percent: int = number(1, 1000)
    tells: tuple[words.Rung, ...]


@dataclass(frozen=True, kw_only=True)
class Escalation:
    client_told_from_percent: int = number(1, 1000)
    client_may_escalate: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class AccountManager:
    deputy: bool
    review_every_months: int = number(1, 120)


@dataclass(frozen=True, kw_only=True)
class Report:
    due_working_day: int = number(1, 15)
    breach_at_once: bool


@dataclass(frozen=True, kw_only=True)
class Attack:
    client_told_within: timedelta
    authority_told_within: timedelta
    evidence_first: bool


@dataclass(frozen=True, kw_only=True)
class Updates:
    """Time from the release of a fix. None: in the next monthly round."""

    exploited: timedelta | None = field(metadata=_NEXT_ROUND)
    critical: timedelta | None = field(metadata=_NEXT_ROUND)
    high: timedelta | None = field(metadata=_NEXT_ROUND)
    unknown: timedelta | None = field(metadata=_NEXT_ROUND)
    medium: timedelta | None = field(metadata=_NEXT_ROUND)
    low: timedelta | None = field(metadata=_NEXT_ROUND)
    end_of_life_notice_months: int = number(0, 120)
    acceptance_needed_past_end: bool


@dataclass(frozen=True, kw_only=True)
class Changes:
    standard_min_age: timedelta
    normal_needs_approval: bool
    emergency_review: Span
    security_every: timedelta
    patches_every: timedelta
    patch_day: Weekday
    patch_window: Window
    minor_every_months: int = number(1, 120)
    calendar_published_months: int = number(0, 12)
    freezes_honoured: bool


@dataclass(frozen=True, kw_only=True)
class Access:
    mfa_for: tuple[words.People, ...]
    review_every_months: int = number(1, 120)
    leavers_lose_access_within: timedelta


@dataclass(frozen=True, kw_only=True)
class Registration:
    is_open: bool
    approved_by: tuple[words.Approval, ...]
    link_valid: timedelta
    link_uses: int = number(1, 100)


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """Updates to a client's IT team in an incident: the first within, then each."""

    first: timedelta
    then: timedelta


@dataclass(frozen=True, kw_only=True)
class Partnership:
    P1: Rhythm
    P2: Rhythm


@dataclass(frozen=True, kw_only=True)
class Backups:
    every: timedelta
    restore_proven_every_months: int = number(1, 120)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything that one version of an agreement says."""

    support: Support
    downtime: Downtime
    checking: Checking
    confirmation: Confirmation
    warnings: Warnings
    frontline: Frontline
    response: Mapping[Priority, Response]
    attained: Attained
    pause: Pause
    reopening: Reopening
    escalation: Escalation
    account_manager: AccountManager
    report: Report
    difficulties: Mapping[words.Difficulty, Priority]
    priorities: Mapping[Level, Mapping[Level, Priority]]
    attack: Attack
    updates: Updates
    changes: Changes
    access: Access
    registration: Registration
    partnership: Partnership
    backups: Backups

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the agreement's dates and times are meant."""
        return self.support.time_zone

    def office_hours(self, holidays: Iterable[date] = ()) -> OfficeHours:
        """The office hours, closed on the dates that the agreement names as holidays."""
        week = {day.value: windows for day, windows in self.support.week.items()}
        return OfficeHours(self.zone.key, week, holidays, self.support.exceptions)

    def response_for(self, priority: int | str) -> Response:
        """What a priority (1 or `P1`) promises."""
        return self.response[Priority(f"P{priority}" if isinstance(priority, int) else priority)]

    def priority_of(self, impact: str, urgency: str) -> Priority:
        """The priority that impact and urgency (high, medium, low) give together."""
        return self.priorities[Level(impact)][Level(urgency)]

    def as_dict(self) -> dict[str, Any]:
        """Every term in full, as values that JSON holds; `load` gives the same terms back."""
        return dict(plain(self))
