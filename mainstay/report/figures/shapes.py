"""The figures of one monthly service report: plain values, from which every format is made.

Instants are ISO 8601 in UTC with a `Z`, days ISO dates in the agreement's zone, durations whole seconds, shares
basis points (10,000 = 100 %). There are no floats, so that the same facts always give the same bytes.
`None` means that the figure is not known; it is never shown as good.
"""

from dataclasses import dataclass

SCHEMA = "mainstay.report/1"


@dataclass(frozen=True, kw_only=True)
class Period:
    """The month in the agreement's zone. A month still running is judged at `judged_at` and is not complete."""

    month: str
    starts_at: str
    ends_at: str
    judged_at: str
    time_zone: str
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at the agency whom the client can turn to."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who reports to whom, under which agreement."""

    agency: str
    client: str
    client_slug: str
    account_manager: Person | None
    deputy: Person | None
    agreement_version: str
    agreement_from: str
    year_starts_at: str
    year_ends_at: str


@dataclass(frozen=True, kw_only=True)
class PromiseFigures:
    """One clause with its verdict at the judged instant. `trend` holds up to twelve verdicts, the oldest first."""

    clause: str
    title: str
    section: str
    verdict: str
    sentence: str
    actual: str
    target: str
    since: str | None
    trend: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """A stretch of time divided by state. The parts add up to its length."""

    up: int
    degraded: int
    down_charged: int
    down_excluded: int
    unknown: int
    outside: int
    to_come: int


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Downtime of the contract year against the agreed limit. `lower` and `upper` bound the charged seconds."""

    limit: int
    charged: int
    lower: int
    upper: int
    left: int
    forecast: int | None
    year_elapsed_bp: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """The worst state of one day: up, degraded, down, planned, unknown, outside, or future."""

    date: str
    state: str


@dataclass(frozen=True, kw_only=True)
class OutageFigures:
    """One outage that touches the month. `charged` counts its seconds inside the month."""

    id: int
    started_at: str
    ended_at: str | None
    seconds: int
    seconds_lower: int
    seconds_upper: int
    cause: str
    charged_to: str
    put_down_to: str = ""


@dataclass(frozen=True, kw_only=True)
class ResponseTimes:
    """How long good checks took, in milliseconds."""

    checks: int
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stretch in which nobody was watching."""

    website: str
    starts_at: str
    ends_at: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class WebsiteFigures:
    """One website's month and contract year."""

    name: str
    url: str
    month: Seconds
    year: Seconds
    budget: Budget
    coverage_bp: int | None
    days: tuple[Day, ...]
    outages: tuple[OutageFigures, ...]
    outages_left_out: int
    response: ResponseTimes


@dataclass(frozen=True, kw_only=True)
class Count:
    """Tickets of one kind: opened and closed within the month, open at its end."""

    key: str
    label: str
    opened: int
    closed: int
    open: int


@dataclass(frozen=True, kw_only=True)
class ClockFigures:
    """How one clock of one priority was kept. `share_bp` is `None` where no clock fell due."""

    priority: str
    clock: str
    met: int
    missed: int
    running: int
    share_bp: int | None
    target_bp: int


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A clock that was missed within the month."""

    reference: str
    subject: str
    priority: str
    clock: str
    due_at: str
    met_at: str | None


@dataclass(frozen=True, kw_only=True)
class TicketFigures:
    """One ticket that was open in the month."""

    reference: str
    subject: str
    category: str
    priority: str
    state: str
    opened_at: str
    closed_at: str | None


@dataclass(frozen=True, kw_only=True)
class EscalationFigures:
    """A step of the escalation procedure that fell due in the month.

    `clock` and `percent` are empty for what the client asked for itself. `state`: accepted, accepted late, not
    accepted in time, waiting, not needed any more, missed.
    """

    reference: str
    subject: str
    priority: str
    clock: str
    percent: int | None
    told: tuple[str, ...]
    client_told: bool
    due_at: str
    taken_at: str | None
    accepted_at: str | None
    state: str


@dataclass(frozen=True, kw_only=True)
class DeskFigures:
    """The desk's month. Lists are bounded; what was left out is counted."""

    opened: int
    closed: int
    backlog: int
    by_audience: tuple[Count, ...]
    by_category: tuple[Count, ...]
    by_priority: tuple[Count, ...]
    clocks: tuple[ClockFigures, ...]
    breaches: tuple[Breach, ...]
    breaches_left_out: int
    tickets: tuple[TicketFigures, ...]
    tickets_left_out: int


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One term of the agreement, in words."""

    term: str
    value: str


@dataclass(frozen=True, kw_only=True)
class SectionState:
    """Whether a section that the policy asks for has facts, and what is missing where it has not."""

    title: str
    has_facts: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What was put right since the report before: what the record said, what it says now, who changed it and why."""

    website: str
    made_at: str
    made_by: str
    before: str
    now: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Restated:
    """Downtime of the contract year, in seconds, as the report of `month` printed it and as it is known by now."""

    website: str
    month: str
    charged: int
    charged_now: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of one report."""

    schema: str
    period: Period
    parties: Parties
    summary: tuple[str, ...]
    promises: tuple[PromiseFigures, ...]
    websites: tuple[WebsiteFigures, ...]
    desk: DeskFigures
    definitions: tuple[Definition, ...]
    gaps: tuple[Gap, ...]
    gaps_left_out: int
    sections: tuple[SectionState, ...]
    corrections: tuple[Correction, ...] = ()
    restated: tuple[Restated, ...] = ()
    escalations: tuple[EscalationFigures, ...] = ()
    escalations_left_out: int = 0
