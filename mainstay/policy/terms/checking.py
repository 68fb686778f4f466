"""What must hold between terms that are each well formed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from operator import attrgetter

from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.instants import EPOCH
from mainstay.policy.spans import Measure, Span
from mainstay.policy.terms.reading import TermsWrong
from mainstay.policy.terms.shapes import Terms
from mainstay.policy.windows import HoursWrong, minutes

_ABOVE_NOTHING = (
    "attack.client_told_within",
    "attack.authority_told_within",
    "changes.security_every",
    "changes.patches_every",
    "registration.link_valid",
    "partnership.P1.first",
    "partnership.P1.then",
    "partnership.P2.first",
    "partnership.P2.then",
    "backups.every",
)


def check(terms: Terms) -> None:
    """Refuse terms that contradict each other.

    Raises:
        TermsWrong: they do; the message names the key to change.
    """
    _check_hours(terms)
    _check_rounds(terms)
    _check_lengths(terms)
    _check_patch_window(terms)
    _check_rising("warnings.budget_percent", terms.warnings.budget_percent)
    _check_rising("escalation.steps", [step.percent for step in terms.escalation.steps])
    for index, burn in enumerate(terms.warnings.burn):
        if not timedelta() < burn.short < burn.long:
            raise TermsWrong(f"warnings.burn[{index}].short", "must be above nothing and shorter than the long stretch")


def _check_hours(terms: Terms) -> None:
    hours = _office_hours(terms)
    spans = {key: span for key, span in _spans(terms) if span.measure is not Measure.ELAPSED}
    if spans and not any(hours.week.values()):
        raise TermsWrong("support.week", "has no window, but responses are promised in office time")
    for key, span in spans.items():
        try:
            span.due(EPOCH, hours)
        except NeverOpen:
            raise TermsWrong(key, f"{span} are more than the office hours of ten years hold") from None


def _office_hours(terms: Terms) -> OfficeHours:
    try:
        return terms.office_hours()
    except HoursWrong as problem:
        raise TermsWrong(f"support.{problem.key}", problem.problem) from None


def _spans(terms: Terms) -> Iterator[tuple[str, Span]]:
    for priority, promised in terms.response.items():
        for name in ("first", "resolution", "update"):
            span = getattr(promised, name)
            if span is not None:
                yield f"response.{priority}.{name}", span


def _check_lengths(terms: Terms) -> None:
    """What is done again and again, or within a time, needs one."""
    for key in _ABOVE_NOTHING:
        if not attrgetter(key)(terms):
            raise TermsWrong(key, "must be above nothing")


def _check_patch_window(terms: Terms) -> None:
    try:
        minutes(terms.changes.patch_window, "changes.patch_window")
    except HoursWrong as problem:
        raise TermsWrong(problem.key, problem.problem) from None


def _check_rounds(terms: Terms) -> None:
    checking = terms.checking
    if checking.every < timedelta(seconds=1):
        raise TermsWrong("checking.every", "must be at least 1 s")
    if not timedelta() < checking.timeout <= checking.every:
        raise TermsWrong("checking.timeout", "must be above nothing and at most the time between checks")
    if any(each <= timedelta() for each in checking.rechecks):
        raise TermsWrong("checking.rechecks", "must each be above nothing")


def _check_rising(key: str, percents: Sequence[int]) -> None:
    if list(percents) != sorted(set(percents)):
        raise TermsWrong(key, "must rise, none of them twice")
