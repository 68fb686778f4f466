"""Observations as runs of like checks. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mainstay.watch.codes import Code, State


@dataclass(slots=True)
class Run:
    """Like checks in a row: the first, the last, how many, and until when the last one vouches."""

    state: State
    code: Code
    from_at: datetime
    last_at: datetime
    to_at: datetime
    checks: int = 1
    detail: str = ""

    def continues(self, at: datetime, state: State, code: Code) -> bool:
        """Whether a check at `at` belongs to this run: it is alike, and the run still vouched for that instant."""
        return self.state == state and self.code == code and at <= self.to_at

    def extend(self, at: datetime, vouches_for: timedelta) -> None:
        """Take one more like check in."""
        self.last_at, self.to_at, self.checks = at, at + vouches_for, self.checks + 1

    def cut(self, at: datetime) -> None:
        """End the run where something else was seen."""
        self.to_at = max(self.last_at, min(self.to_at, at))


def instants(run: Run) -> list[datetime]:
    """When the checks of a run were made that the judge needs to see: the first three and the last.

    The checks of a run that was taken in as a whole lie evenly between its first and its last one.
    """
    if run.checks == 1:
        return [run.from_at]
    step = (run.last_at - run.from_at) / (run.checks - 1)
    wanted = sorted({0, 1, 2, run.checks - 1} & set(range(run.checks)))
    return [run.from_at + n * step for n in wanted]
