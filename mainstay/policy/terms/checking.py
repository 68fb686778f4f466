"""What must hold between terms that are each well formed."""

from collections.abc import Sequence
from datetime import timedelta

from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.instants import EPOCH
from mainstay.policy.spans import Measure, Span
from mainstay.policy.terms.reading import TermsWrong
from mainstay.policy.terms.shapes import Terms
from mainstay.policy.windows import HoursWrong


def check(terms: Terms) -> None:
    """Refuse terms that contradict each other.

    Raises:
        TermsWrong: they do; the message names the key to change.
    """
    _check_hours(terms)
    _check_rounds(terms)
    _check_rising("warnings.budget_percent", terms.warnings.budget_percent)
    _check_rising("escalation.steps", [step.percent for step in terms.escalation.steps])
    for index, burn in enumerate(terms.warnings.burn):
        if not timedelta() < burn.short < burn.long:
            raise TermsWrong(f"warnings.burn[{index}].short", "must be above nothing and shorter than the long stretch")


def _check_hours(terms: Terms) -> None:
    hours = _office_hours(terms)
    if not any(each.measure is not Measure.ELAPSED for each in _spans(terms)):
        return
    try:
        hours.next_opening(EPOCH)
    except NeverOpen:
        raise TermsWrong("support.week", "has no window, but responses are promised in office time") from None


def _office_hours(terms: Terms) -> OfficeHours:
    try:
        return terms.office_hours()
    except HoursWrong as problem:
        raise TermsWrong(f"support.{problem.key}", problem.problem) from None


def _spans(terms: Terms) -> list[Span]:
    return [span for each in terms.response.values() for span in (each.first, each.resolution, each.update) if span]


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
