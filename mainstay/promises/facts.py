"""What the rules of the clauses judge, and the fact that a verdict has changed. Pure values.

Durations are whole seconds, shares basis points (10,000 = 100 %), instants aware. Each `...Facts` is everything
that one rule needs; a collector makes it. What is not known is `None` or empty, and the rule says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class VerdictChanged:
    """The verdict of one clause for one client is another one from now on. `before` is empty for the first."""

    kind: ClassVar[str] = "promises.verdict_changed"
    client_id: int
    clause: str
    before: str
    after: str
    snapshot_id: int

    @property
    def subject(self) -> str:
        return f"promise:{self.client_id}:{self.clause}"


class WarningKind(StrEnum):
    """What is warned of in a downtime budget: a share of the hours, the forecast, or the rate of use."""

    MARK = "mark"
    FORECAST = "forecast"
    BURN = "burn"


@dataclass(frozen=True, kw_only=True)
class BudgetWarned:
    """A website's downtime budget was warned of. `value` is a share in per cent, or a rate."""

    kind: ClassVar[str] = "promises.budget_warned"
    website_id: int
    warning_id: int
    warned_of: str
    value: str
    charged_s: int
    limit_s: int

    @property
    def subject(self) -> str:
        return f"website:{self.website_id}"


class ReminderKind(StrEnum):
    """Why an account manager should act before the client asks."""

    BUDGET_HALF = "budget_half"
    SAME_KIND = "same_kind"
    REPORT_UNREAD = "report_unread"
    REVIEW_DUE = "review_due"
    RENEWAL = "renewal"
    POOR_ANSWER = "poor_answer"


@dataclass(frozen=True, kw_only=True)
class _AboutReminder:
    client_id: int
    reminder_id: int

    @property
    def subject(self) -> str:
        return f"client:{self.client_id}"


@dataclass(frozen=True, kw_only=True)
class ReminderRaised(_AboutReminder):
    """There is something to act on for a client; `about` is the kind."""

    kind: ClassVar[str] = "promises.reminder_raised"
    about: str


@dataclass(frozen=True, kw_only=True)
class ReminderKept(_AboutReminder):
    """A reminder was `put_off`, `ticked`, or has `settled` itself."""

    kind: ClassVar[str] = "promises.reminder_kept"
    step: str


@dataclass(frozen=True, kw_only=True)
class WebsiteDowntime:
    """One website's downtime budget. `breaks_on` is when the present rate would use it up, if within the year."""

    name: str
    limit_s: int
    charged_s: int
    lower_s: int
    upper_s: int
    unknown_s: int
    forecast_s: int | None
    breaks_at: datetime | None
    observed_s: int


@dataclass(frozen=True, kw_only=True)
class DowntimeFacts:
    """The budgets of all websites of a client in its contract year."""

    websites: tuple[WebsiteDowntime, ...]


@dataclass(frozen=True, kw_only=True)
class Attained:
    """How clocks of one group went: met, missed, and still running, against a target.

    `urgent_bp` is the largest share of its time that a running one has used up, of those whose end the clause warns of.
    """

    group: str
    target_percent: int
    met: int = 0
    missed: int = 0
    running: int = 0
    urgent_bp: int = 0

    @property
    def due(self) -> int:
        return self.met + self.missed

    @property
    def share_bp(self) -> int | None:
        """The share met of those that fell due, rounded down; None where none did."""
        return None if self.due == 0 else self.met * 10_000 // self.due


@dataclass(frozen=True, kw_only=True)
class AttainmentFacts:
    """Clocks that fell due in a month, by group. `period` is how people call it: "in October 2026"."""

    period: str
    groups: tuple[Attained, ...]


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """Office time in which nobody is rostered at the desk, local to the client."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, kw_only=True)
class CoverFacts:
    """The office hours of a month that are over (`office_s`), and those of the coming seven days.

    `since` is when the first roster began where some office time of the month lies before: nothing is known of that.
    """

    period: str
    at: datetime
    since: datetime | None
    office_s: int
    gaps: tuple[Uncovered, ...]
    coming: tuple[Uncovered, ...]
    answers: Attained


@dataclass(frozen=True, kw_only=True)
class LoggingFacts:
    """What became of the messages that came in.

    `waiting` counts those that nobody has read, of which the oldest has waited `longest_s` of office time; `late` those
    that were read this month after more than a working day, whose office time is `day_s`.
    """

    logged: int
    waiting: int
    longest_s: int
    late: int
    day_s: int


@dataclass(frozen=True, kw_only=True)
class Review:
    """A service review: due, arranged and held on these days."""

    due_on: date
    arranged_on: date | None
    held_on: date | None


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """Who is named for a client, whether any of them (or whoever stands in) is there, and the agreement's reviews."""

    manager: str
    deputy: str
    today: date
    began_on: date | None
    reviews: tuple[Review, ...]
    is_anybody_there: bool = True


@dataclass(frozen=True, kw_only=True)
class MonthReport:
    """A month that a report is owed for, by which instant, and when it was issued.

    `sections` and `with_facts` count the sections that the report had and those that had facts to show.
    """

    month: str
    due_at: datetime
    warn_at: datetime
    issued_at: datetime | None
    sections: int = 0
    with_facts: int = 0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How content people were in the month of a report: `resolved` requests could be asked about, `asked` were."""

    resolved: int = 0
    asked: int = 0
    good: int = 0
    fair: int = 0
    bad: int = 0

    @property
    def answered(self) -> int:
        return self.good + self.fair + self.bad


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """The months owed so far, the latest first. Empty before the first month of the agreement is over.

    `asked` is about the month of the last report that was issued.
    """

    at: datetime
    months: tuple[MonthReport, ...]
    asked: Asked = Asked()


@dataclass(frozen=True, kw_only=True)
class AttackFacts:
    """Cyber-attacks of the contract year: how their clocks went, and how many were told within the limit."""

    attacks: int
    open: int
    told_late: int
    tell_within_s: int
    clocks: Attained


@dataclass(frozen=True, kw_only=True)
class EscalationFacts:
    """How the steps of the escalation procedure went that fell due in a month.

    `missed` were not taken, `late` taken late, `unaccepted` not accepted in their time. Of all that are `waiting` to be
    accepted now, `past_half` have used half of that time, and `left_s` is left to the nearest (negative: past it).
    `clocks` counts those that ran, `unrecorded` those that ran out without any step on record.
    """

    period: str
    due: int = 0
    in_time: int = 0
    missed: int = 0
    late: int = 0
    unaccepted: int = 0
    waiting: int = 0
    past_half: int = 0
    left_s: int | None = None
    clocks: int = 0
    unrecorded: int = 0


@dataclass(frozen=True, kw_only=True)
class WatchedWebsite:
    """How well a website is being watched: seconds since anybody looked (None: never), and the agreed interval."""

    name: str
    interval_s: int | None
    silent_s: int | None


@dataclass(frozen=True, kw_only=True)
class WatchFacts:
    """The standing checks of a client's websites."""

    websites: tuple[WatchedWebsite, ...]


@dataclass(frozen=True, kw_only=True)
class AccessFacts:
    """Who has access, and when that was looked at. `reviewed_on` is None where it never was.

    `people` of the client can sign in; of those who must have a second factor (`must`, of the agency too) `without`
    have none. `sleeping` have not been there for as long as closes an account, and `left_open` have left with their
    account open.
    """

    today: date
    began_on: date
    due_on: date
    reviewed_on: date | None
    people: int
    must: int
    without: int
    sleeping: int
    left_open: int


@dataclass(frozen=True, kw_only=True)
class NoFacts:
    """Nothing is recorded yet that the clause could be judged by; `missing` says what."""

    missing: str
