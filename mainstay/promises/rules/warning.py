"""What is to be warned of in a downtime budget: shares of the hours, the forecast, rates of use. Pure.

The shares and rates are terms of the agreement (`warnings`). A rate is that of the multiwindow, multi-burn-rate
alerts of the Site Reliability Workbook: it holds while both its long and its short stretch reach it, so that it ends
soon after the downtime has.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from mainstay.policy.terms import Burn
from mainstay.policy.terms.shapes import Warnings
from mainstay.promises.facts import WarningKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A budget as it stands: seconds, and the rates of use that hold."""

    limit_s: int
    charged_s: int
    forecast_s: int | None
    burning: Sequence[Burn] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A warning to be written down; only one that `is_told` makes a letter."""

    kind: WarningKind
    value: str
    is_told: bool = True


def due(standing: Standing, warnings: Warnings, said: Collection[tuple[str, str]]) -> list[Due]:
    """The shares and the forecast that are to be warned of now, but for those that were `said` this year."""
    return [*_marks(standing, warnings, said), *_forecast(standing, warnings, said)]


def rate_of(burning: Sequence[Burn]) -> str:
    """The greatest rate that holds, as it is written; empty where none does."""
    return str(max((each.rate for each in burning), default="")) if burning else ""


def is_worse(rate: str, than: str) -> bool:
    """Whether a rate, as it is written, is above another. An empty one is none."""
    return bool(rate) and (not than or float(rate) > float(than))


def _marks(standing: Standing, warnings: Warnings, said: Collection[tuple[str, str]]) -> Iterator[Due]:
    used = 100 * standing.charged_s
    reached = [each for each in warnings.budget_percent if standing.charged_s and used >= each * standing.limit_s]
    fresh = [each for each in reached if (WarningKind.MARK.value, str(each)) not in said]
    for each in fresh:
        yield Due(WarningKind.MARK, str(each), is_told=each == max(reached))


def _forecast(standing: Standing, warnings: Warnings, said: Collection[tuple[str, str]]) -> Iterator[Due]:
    """Not once the hours are used up: then there is nothing left to foretell."""
    percent = warnings.forecast_percent
    if standing.forecast_s is None or standing.charged_s > standing.limit_s:
        return
    is_past = 100 * standing.forecast_s > percent * standing.limit_s
    if is_past and (WarningKind.FORECAST.value, str(percent)) not in said:
        yield Due(WarningKind.FORECAST, str(percent))
