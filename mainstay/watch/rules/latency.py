"""Mergeable histograms of response times with logarithmic buckets. Pure.

Bucket `n` holds times of 2^(n/8) to 2^((n+1)/8) microseconds: a percentile read from it is at most 5 % off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import log2

BUCKETS_PER_DOUBLING = 8
HOUR = timedelta(hours=1)
LATE = timedelta(minutes=5)
"""How long after its end an hour waits for checks that come late, before it is counted."""


@dataclass(slots=True)
class Histogram:
    """Counts by bucket, with the number and the sum of all times."""

    count: int = 0
    sum_us: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, duration_us: int, times: int = 1) -> None:
        """Count `times` checks that took `duration_us` each."""
        bucket = bucket_of(duration_us)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + times
        self.count += times
        self.sum_us += duration_us * times

    def merge(self, count: int, sum_us: int, buckets: Mapping[str, int] | Mapping[int, int]) -> None:
        """Add another histogram's figures, as stored."""
        for bucket, times in buckets.items():
            self.buckets[int(bucket)] = self.buckets.get(int(bucket), 0) + times
        self.count += count
        self.sum_us += sum_us

    def stored(self) -> dict[str, int]:
        """The buckets as JSON keeps them."""
        return {str(bucket): self.buckets[bucket] for bucket in sorted(self.buckets)}

    def percentile_ms(self, share: float) -> float | None:
        """The time in milliseconds that `share` (0 to 1) of the checks did not exceed; None without any."""
        if not self.count:
            return None
        rank, passed = share * self.count, 0
        for bucket in sorted(self.buckets):
            passed += self.buckets[bucket]
            if passed >= rank:
                return middle_us(bucket) / 1000
        return middle_us(max(self.buckets)) / 1000


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour of UTC in which `at` lies."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def is_to_count(hour: datetime, at: datetime) -> bool:
    """Whether the hour that begins at `hour` is over at `at`, and nearly all that it saw has come in."""
    return hour + HOUR + LATE <= at


def bucket_of(duration_us: int) -> int:
    """The number of the bucket that holds `duration_us`."""
    return int(BUCKETS_PER_DOUBLING * log2(max(duration_us, 1)))


def middle_us(bucket: int) -> float:
    """The time that stands for a bucket: its geometric middle, in microseconds."""
    return float(2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING))


def merged(parts: Iterable[tuple[int, int, Mapping[str, int]]]) -> Histogram:
    """One histogram of many, each as (count, sum_us, buckets)."""
    whole = Histogram()
    for count, sum_us, buckets in parts:
        whole.merge(count, sum_us, buckets)
    return whole
