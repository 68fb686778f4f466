"""Whether Mainstay is well enough to be relied on: what its dead-man's switch and its health address say."""

from datetime import UTC, datetime, timedelta

from mainstay.common.jobs import Job, JobState, lanes_without_turns
from mainstay.common.mail import MailState, OutgoingMail
from mainstay.common.models import PeriodicSlot
from mainstay.watch.models import AlertCase, Monitor
from mainstay.watch.probes import KINDS
from mainstay.watch.queries.probers import ProberNow, probers_now

EVER = datetime.min.replace(tzinfo=UTC)
SILENT = timedelta(minutes=2)
"""A prober, a worker, or a job that should have run, is late after so long."""

LANES = ("facts", "timers", "notify", "mail")
"""Those that people hear by. Work of `bulk` may take long."""


def troubles(at: datetime) -> list[str]:
    """What is wrong, each as one word; nothing when all is well.

    `jobs`: nobody does them. `alerts`: what finds or tells things is late, or hangs. `prober`: nobody watches.
    """
    no_jobs = _no_jobs_are_done(at)
    is_late = _work_is_late(at) or (not no_jobs and bool(hung_lanes(at)))
    signs = {"jobs": no_jobs, "alerts": is_late, "prober": prober_is_silent(at)}
    return [name for name, is_wrong in signs.items() if is_wrong]


def is_anything_watched() -> bool:
    """Whether a prober has anything to look at."""
    looked_at = [each.key for each in KINDS.values() if not each.is_called]
    return Monitor.objects.filter(is_enabled=True, retired_at=None, kind__in=looked_at).exists()


def latest_prober(at: datetime) -> ProberNow | None:
    """The prober with the latest sign of life, on this machine or another."""
    known = [each for each in probers_now(at) if each.seen_at is not None]
    return max(known, key=lambda each: each.seen_at or EVER, default=None)


def prober_is_silent(at: datetime) -> bool:
    """Whether there is something to watch, and nobody does."""
    latest = latest_prober(at)
    return is_anything_watched() and (latest is None or latest.seen_at is None or latest.seen_at < at - SILENT)


def hung_lanes(at: datetime) -> list[str]:
    """The lanes that people hear by of which no worker has ended a turn lately: they hang, or fail each time."""
    return lanes_without_turns(LANES, at - SILENT)


def _no_jobs_are_done(at: datetime) -> bool:
    latest = PeriodicSlot.objects.order_by("-slot_at").first()
    return latest is None or latest.slot_at < at - SILENT


def _work_is_late(at: datetime) -> bool:
    """Whether a job, a case or a mail waits that should long have been taken up: its lane does not get to it."""
    late = at - SILENT
    waiting = Job.objects.filter(state=JobState.WAITING, queue__in=LANES, attempts=0)
    return (
        waiting.filter(run_after__lt=late, enqueued_at__lt=late).exists()
        or AlertCase.objects.filter(due_at__lt=late).exists()
        or OutgoingMail.objects.filter(state=MailState.QUEUED, attempts=0, posted_at__lt=late).exists()
    )
