"""What the judge is shown of one monitor, and what it remembers. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.watch.codes import Code, State
from mainstay.watch.rules.pace import Pace

BAD_CHECKS_TO_CONFIRM = 3
GOOD_CHECKS_TO_CONFIRM = 2
VOUCH_INTERVALS = 2


class Turn(StrEnum):
    """What a check changed."""

    SUSPECTED = "suspected"
    WENT_DOWN = "went_down"
    CAME_UP = "came_up"
    BLIPPED = "blipped"


@dataclass(frozen=True, slots=True)
class Look:
    """One check as the judge sees it. `vouches_for` is how long it speaks for the time after it.

    `bad_needed` and `good_needed` are how many failures, and good checks, in a row confirm: one where what is watched
    says itself how it stands, so that nobody need look again. `place` is empty where there is but one to speak of.
    """

    at: datetime
    state: State
    vouches_for: timedelta
    code: Code = Code.OK
    detail: str = ""
    bad_needed: int = BAD_CHECKS_TO_CONFIRM
    good_needed: int = GOOD_CHECKS_TO_CONFIRM
    place: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What one place of several saw last: its latest check, and until when that vouches.

    While its checks fail `bad_count` of them did in a row, and `bads` are the instants of the first and of the latest
    few; `code` and `detail` are those of the first. `slow_since` and `pace_doubted_at` are as in `rules.pace`.
    """

    place: str
    seen_at: datetime
    vouched_until: datetime
    bad_count: int = 0
    bads: tuple[datetime, ...] = ()
    code: str = ""
    detail: str = ""
    slow_since: datetime | None = None
    pace_doubted_at: datetime | None = None

    @property
    def pace(self) -> Pace:
        return Pace(self.slow_since, self.pace_doubted_at)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the judge remembers of one monitor.

    `bad_count` and `good_count` are failures and good checks in a row. `down_since`/`down_after` are the start of the
    present or latest confirmed failure and the last good check before it (None when nobody was watching);
    `up_since`/`up_after` are its end and the last failed check before that. `bad_code` and `bad_detail` are those of
    the first failure in the row. `slow_since` and `pace_doubted_at` are as in `rules.pace`; where several places look,
    it is slow while any of them finds it so. While one place alone looks, `place` is its name; `views` are there once
    several did.
    """

    is_down: bool = False
    bad_count: int = 0
    good_count: int = 0
    first_bad_at: datetime | None = None
    last_bad_at: datetime | None = None
    first_good_at: datetime | None = None
    last_good_at: datetime | None = None
    down_since: datetime | None = None
    down_after: datetime | None = None
    up_since: datetime | None = None
    up_after: datetime | None = None
    bad_code: str = ""
    bad_detail: str = ""
    seen_at: datetime | None = None
    vouched_until: datetime | None = None
    place: str = ""
    slow_since: datetime | None = None
    pace_doubted_at: datetime | None = None
    views: tuple[View, ...] = ()

    @property
    def pace(self) -> Pace:
        return Pace(self.slow_since, self.pace_doubted_at)

    def is_alone(self, place: str) -> bool:
        """Whether no other place than `place` has looked."""
        return not self.views and (not self.place or not place or self.place == place)


def vouch(interval_s: float) -> timedelta:
    """How long one check speaks for the time after it: until the next one is due, and as long again."""
    return timedelta(seconds=VOUCH_INTERVALS * interval_s)
