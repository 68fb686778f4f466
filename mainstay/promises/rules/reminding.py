"""What an account manager is reminded of before the client asks. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mainstay.promises.facts import ReminderKind

HALF_PERCENT = 50
ALIKE = 3
ALIKE_WITHIN = timedelta(days=30)
UNREAD_AFTER = timedelta(days=7)
UNREAD_WITHIN = timedelta(days=60)
REVIEW_WITHIN = timedelta(days=14)
RENEWAL_WITHIN = timedelta(days=60)
POOR_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much of a website's hours of downtime is used in the year that began then."""

    website_id: int
    name: str
    percent: int
    year_start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A report that was issued on a day, and whether anybody of the client has opened it in the portal."""

    report_id: int
    month: str
    on: date
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A review that is still to be held."""

    review_id: int
    due_on: date
    is_arranged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Poor:
    """Somebody was not content with how a ticket ended."""

    survey_id: int
    reference: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of one client today (the client's day). `alike` counts tickets of each kind in thirty days.

    `renews_on` is when the next contract year begins; None without an agreement, or when the next terms are signed.
    """

    today: date
    budgets: tuple[Used, ...] = ()
    alike: tuple[tuple[str, int], ...] = ()
    reports: tuple[Issued, ...] = ()
    reviews: tuple[Coming, ...] = ()
    renews_on: date | None = None
    poor: tuple[Poor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A reason to act. `key` is the same for as long as the reason is; `about`, `value` and `due_on` say what of."""

    kind: ReminderKind
    key: str
    about: str = ""
    value: int = 0
    due_on: date | None = None
    target_id: int | None = None


def causes(known: Situation, lately_alike: Collection[str] = ()) -> list[Cause]:
    """All that there is to act on. `lately_alike` are kinds of tickets that were reminded of in the last thirty days:
    these tickets count once.
    """
    return [
        *_budgets(known),
        *_alike(known, lately_alike),
        *_reports(known),
        *_reviews(known),
        *_renewal(known),
        *_poor(known),
    ]


def is_over(kind: ReminderKind, key: str, present: Collection[str]) -> bool:
    """Whether a reminder has settled itself: the meeting is arranged, the report was read, the year has turned.

    Of the others nothing that is recorded says that somebody has acted; they wait to be ticked.
    """
    return kind in SETTLES_ITSELF and key not in present


SETTLES_ITSELF = frozenset({ReminderKind.REPORT_UNREAD, ReminderKind.REVIEW_DUE, ReminderKind.RENEWAL})


def _budgets(known: Situation) -> Iterator[Cause]:
    for each in known.budgets:
        if each.percent >= HALF_PERCENT:
            yield Cause(
                kind=ReminderKind.BUDGET_HALF,
                key=f"budget:{each.website_id}:{each.year_start.isoformat()}",
                about=each.name,
                value=each.percent,
                target_id=each.website_id,
            )


def _alike(known: Situation, lately: Collection[str]) -> Iterator[Cause]:
    for category, number in known.alike:
        if number >= ALIKE and category not in lately:
            key = f"alike:{category}:{known.today.isoformat()}"
            yield Cause(kind=ReminderKind.SAME_KIND, key=key, about=category, value=number)


def _reports(known: Situation) -> Iterator[Cause]:
    """Of several reports the last: whoever reads that one needs no older one."""
    for each in sorted(known.reports, key=lambda report: report.on)[-1:]:
        age = known.today - each.on
        if not each.is_read and UNREAD_AFTER <= age <= UNREAD_WITHIN:
            yield Cause(
                kind=ReminderKind.REPORT_UNREAD,
                key=f"report:{each.report_id}",
                about=each.month,
                value=age.days,
                target_id=each.report_id,
            )


def _reviews(known: Situation) -> Iterator[Cause]:
    for each in known.reviews:
        if not each.is_arranged and each.due_on - known.today <= REVIEW_WITHIN:
            key, due_on = f"review:{each.review_id}", each.due_on
            yield Cause(kind=ReminderKind.REVIEW_DUE, key=key, due_on=due_on, target_id=each.review_id)


def _renewal(known: Situation) -> Iterator[Cause]:
    day = known.renews_on
    if day is not None and day - known.today <= RENEWAL_WITHIN:
        yield Cause(kind=ReminderKind.RENEWAL, key=f"renewal:{day.isoformat()}", due_on=day)


def _poor(known: Situation) -> Iterator[Cause]:
    for each in known.poor:
        if known.today - each.on <= POOR_WITHIN:
            key = f"survey:{each.survey_id}"
            yield Cause(kind=ReminderKind.POOR_ANSWER, key=key, about=each.reference, target_id=each.survey_id)
