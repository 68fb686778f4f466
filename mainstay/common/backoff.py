"""How long to wait before the next try. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling waits from `first` to at most `longest`, each spread by ± `jitter` (a share) against herds."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)
    jitter: float = 0.2

    def after(self, attempts: int, chance: Callable[[], float] = random) -> timedelta:
        """The wait after the `attempts`-th failed try (1 for the first). `chance` returns a number in [0, 1)."""
        doubled = self.first * 2 ** min(max(attempts - 1, 0), 30)
        return min(doubled, self.longest) * (1 + self.jitter * (2 * chance() - 1))
