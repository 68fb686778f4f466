"""What waits and what failed: jobs, facts, mail; and whether mail can leave."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mainstay.common.health.findings import Finding, check
from mainstay.common.jobs import Job, JobState
from mainstay.common.mail.transports import MailUrlWrong, TemporaryFailure, transport_for
from mainstay.common.models import FactDelivery, OutgoingMail
from mainstay.common.models.outgoing_mail import MailState

LATE = timedelta(minutes=10)
RECENT = timedelta(days=7)


@check("jobs")
def jobs() -> Finding:
    """Jobs given up in the last 7 days, and jobs that nobody takes."""
    now = timezone.now()
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__gte=now - RECENT).order_by("-finished_at")
    if count := failed.count():
        last = f"{failed[0].task}: {_headline(failed[0].last_error)}"
        return Finding.warn(f"{count} jobs failed in 7 days; last {last}", "Put the reason right; see the log")
    late = Job.objects.filter(state=JobState.WAITING, attempts=0, enqueued_at__lt=now - LATE, run_after__lt=now - LATE)
    if count := late.count():
        return Finding.fail(f"{count} jobs have waited for over 10 minutes", "Start the worker: mainstay work")
    return Finding.ok("none failed, none late")


@check("facts")
def facts() -> Finding:
    """Facts that did not reach their handlers."""
    now = timezone.now()
    stuck = FactDelivery.objects.filter(delivered_at__isnull=True)
    failing = stuck.filter(attempts__gt=0).order_by("pk")
    if count := failing.count():
        first = f"{failing[0].handler}: {_headline(failing[0].last_error)}"
        return Finding.fail(f"{count} facts are held back by {first}", "Put the reason right; they are tried again")
    if count := stuck.filter(due_at__lt=now - LATE, fact__recorded_at__lt=now - LATE).count():
        return Finding.fail(f"{count} facts wait for delivery for over 10 minutes", "Start the worker: mainstay work")
    return Finding.ok("all delivered")


@check("mail queue")
def mail_queue() -> Finding:
    """Letters that failed, and letters that are tried again and again."""
    failed = OutgoingMail.objects.filter(state=MailState.FAILED, posted_at__gte=timezone.now() - RECENT)
    if count := failed.count():
        last = failed[0].last_error
        return Finding.warn(f"{count} letters failed in 7 days; last: {last}", "Correct the address, then send again")
    tried = OutgoingMail.objects.filter(state=MailState.QUEUED, attempts__gt=0)
    if count := tried.count():
        return Finding.warn(f"{count} letters are tried again; last: {tried[0].last_error}", "Look at the mail server")
    return Finding.ok("no letter is stuck")


@check("mail server")
def mail_server() -> Finding:
    """Whether mail could leave now, as far as it can be seen without sending any."""
    try:
        sentence = transport_for(settings.MAINSTAY.mail_url).probe()
    except MailUrlWrong as problem:
        return Finding.fail(str(problem), "Set MAINSTAY_MAIL_URL")
    except TemporaryFailure as problem:
        return Finding.fail(f"mail cannot leave: {problem}", "Check MAINSTAY_MAIL_URL and the mail server")
    if not settings.MAINSTAY.mail_url.startswith("smtp"):
        return Finding.warn(sentence, "Set MAINSTAY_MAIL_URL to a mail server for real use")
    return Finding.ok(sentence)


def _headline(error: str) -> str:
    return error.partition("\n")[0]
