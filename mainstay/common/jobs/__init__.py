"""Work outside requests: one table, done at least once, enqueued in the caller's transaction.

    @task(queue="bulk", max_attempts=5)
    def make_report(report_id: int, at: datetime) -> None: ...

    make_report.enqueue(report_id=7)
    make_report.using(run_after=tomorrow, key="report:7").enqueue(report_id=7)

    @periodic(every=timedelta(minutes=1), queue="timers")
    def look_at_clocks(at: datetime) -> None: ...

A function that takes `at` is given the instant of its run.
"""

from mainstay.common.jobs.pumps import pump
from mainstay.common.jobs.run import run_due
from mainstay.common.jobs.slots import periodic
from mainstay.common.jobs.tasks import GiveUp, Task, TryLater, task
from mainstay.common.jobs.turns import lanes_without_turns
from mainstay.common.jobs.wake import wake
from mainstay.common.jobs.worker import LANES, run_forever
from mainstay.common.models.job import Job, JobState

__all__ = [
    "LANES",
    "GiveUp",
    "Job",
    "JobState",
    "Task",
    "TryLater",
    "lanes_without_turns",
    "periodic",
    "pump",
    "run_due",
    "run_forever",
    "task",
    "wake",
]
