"""The chance that a website breaks its downtime promise before its anniversary.

The model: outages begin at random and independently of each other (Poisson), each lasts as long as outages do.

- The rate is not known; a Gamma distribution says how well it is. It starts from `Prior`, weighs as one outage, and
  is narrowed by what was observed: with `n` outages in the time `T`, its shape is 1 + n and its exposure the prior's
  plus T. So a website without an outage so far is never sure to stay without one.
- Lengths are those of the website's own outages, one by one, mixed with the prior's, which weigh as `SHRINK` outages.
- The chance is that of the sum of all outages to come being more than what is left. It is computed, not simulated:
  lengths are laid on a grid of `CELLS` parts of what is left, keeping their mean, and Panjer's recursion sums them up.
  The same facts give the same figure.
- The interval is the chance at the rates between which the true one lies with four fifths' certainty.

What it does not know: that outages may come in clusters, that a website may get better or worse, and time that nobody
will have watched. Below `OBSERVED_LEAST` nothing is said at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, log1p, sqrt

OBSERVED_LEAST = timedelta(days=14)
"""What was watched for less than this has no forecast."""

SHRINK = 4.0
"""As many outages of its own as a website needs for its lengths to count for half."""

CELLS = 160
SAMPLES_MAX = 60
QUANTILE_Z = 1.2815515655446004
"""The tenth and the ninetieth hundredth of a normal distribution."""

DAY_S = 86_400.0
YEAR_S = 365 * DAY_S
HUGE = 1e200


@dataclass(frozen=True, slots=True)
class Prior:
    """What is thought of a website before it was watched: an outage each `every_s` seconds, and how long they last."""

    every_s: float = YEAR_S / 12
    lengths_s: tuple[float, ...] = (120.0, 300.0, 900.0, 1800.0, 3600.0, 14_400.0, 43_200.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A website's contract year so far, in seconds: what is left and to come, and each charged outage's length.

    `left_s` is below zero once the promise is broken.
    """

    left_s: float
    to_come_s: float
    observed_s: float
    lengths_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of breaking the promise in basis points, and the bounds it lies in with four fifths' certainty."""

    bp: int
    low_bp: int
    high_bp: int

    @property
    def percent(self) -> str:
        """In words for people: never a bare 0 or 100 while it is open."""
        if self.bp == 10_000:
            return "100 %"
        return "below 1 %" if self.bp < 100 else "above 99 %" if self.bp > 9_900 else f"{round(self.bp / 100)} %"


def prior_of(records: Iterable[Record]) -> Prior:
    """What a portfolio's websites teach about one of them; the plain prior weighs as one website's year beside it."""
    found = list(records)
    plain = Prior()
    lengths = sorted(length for each in found for length in each.lengths_s)
    observed = sum(each.observed_s for each in found)
    every_s = (observed + YEAR_S) / (len(lengths) + YEAR_S / plain.every_s)
    return Prior(every_s, (*plain.lengths_s, *_thinned(lengths)))


def chance_of_breaking(record: Record, prior: Prior = Prior()) -> Chance | None:
    """The chance that more than `left_s` is charged in the time to come; None where too little was observed to say."""
    if record.left_s < 0:
        return Chance(10_000, 10_000, 10_000)
    if record.observed_s < OBSERVED_LEAST.total_seconds():
        return None
    if record.to_come_s <= 0:
        return Chance(0, 0, 0)
    shape = 1.0 + len(record.lengths_s)
    exposure_s = prior.every_s + record.observed_s
    cells = _grid(record, prior)
    chance = _gamma_chance(shape, record.to_come_s / exposure_s, cells)
    low, high = (
        _poisson_chance(_quantile(shape, z) * record.to_come_s / exposure_s, cells) for z in (-QUANTILE_Z, QUANTILE_Z)
    )
    # An open question is never shown as settled: neither 0 nor 100 %.
    bp = min(9_999, max(1, round(10_000 * chance)))
    return Chance(bp, min(bp, round(10_000 * low)), max(bp, min(9_999, round(10_000 * high))))


def _thinned(lengths: Sequence[float]) -> Sequence[float]:
    """At most `SAMPLES_MAX` of sorted lengths, evenly spread, so that they keep their distribution."""
    if len(lengths) <= SAMPLES_MAX:
        return lengths
    step = len(lengths) / SAMPLES_MAX
    return [lengths[int((index + 0.5) * step)] for index in range(SAMPLES_MAX)]


def _grid(record: Record, prior: Prior) -> list[float]:
    """The share of outages by their length in parts of what is left; what is longer than all of it is not in it."""
    cells = [0.0] * (CELLS + 1)
    whole = len(record.lengths_s) + SHRINK
    unit = max(record.left_s, 1.0) / CELLS
    weighed = [(each, 1 / whole) for each in record.lengths_s]
    weighed += [(each, SHRINK / whole / len(prior.lengths_s)) for each in prior.lengths_s]
    for length_s, weight in weighed:
        if length_s > record.left_s:
            continue
        cell, part = divmod(length_s / unit, 1)
        index = min(int(cell), CELLS)
        cells[index] += weight * (1 - part)
        cells[min(index + 1, CELLS)] += weight * part
    return cells


def _gamma_chance(shape: float, ratio: float, cells: Sequence[float]) -> float:
    """The chance with a rate that is Gamma distributed: the number of outages is negative binomial."""
    quotient = ratio / (1 + ratio)
    nothing = -shape * (log1p(-quotient * cells[0]) - log1p(-quotient))
    return _beyond(quotient, (shape - 1) * quotient, nothing, cells)


def _poisson_chance(expected: float, cells: Sequence[float]) -> float:
    """The chance with a rate that is known: `expected` outages are to come."""
    return _beyond(0.0, expected, -expected * (1 - cells[0]), cells)


def _beyond(a: float, b: float, nothing: float, cells: Sequence[float]) -> float:
    """The chance that a sum is beyond the grid, by Panjer's recursion. `nothing` is the logarithm of that of none.

    It starts from 1 and is scaled on the way, since thousands of outages would make the first term vanish.
    """
    sums, scale = [1.0], nothing
    filled = [(index, share) for index, share in enumerate(cells) if index and share]
    for total in range(1, CELLS + 1):
        found = sum((a + b * index / total) * share * sums[total - index] for index, share in filled if index <= total)
        sums.append(found / (1 - a * cells[0]))
        if sums[-1] > HUGE:
            sums = [each / HUGE for each in sums]
            scale += log(HUGE)
    within = sum(sums)
    return 1.0 - min(1.0, exp(min(0.0, scale + log(within)))) if within > 0 else 1.0


def _quantile(shape: float, z: float) -> float:
    """A quantile of the Gamma distribution of unit scale, after Wilson and Hilferty."""
    ninth = 1 / (9 * shape)
    root = max(0.0, 1 - ninth + z * sqrt(ninth))
    return shape * root * root * root
