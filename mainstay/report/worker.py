"""Issues reports on their day, in each client's own calendar."""

from datetime import datetime, timedelta

from mainstay.clients.models import Organisation
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic, task
from mainstay.report import actions, queries
from mainstay.report.figures import NothingPromised


@periodic(every=timedelta(minutes=15), queue="bulk")
def find_due_reports(at: datetime) -> None:
    """Enqueue a job for each report that is due; a job of the same report waits only once."""
    served = list(Organisation.objects.filter(is_active=True))
    for client, month in queries.due(served, at):
        issue_report.using(key=f"report:{client.pk}:{month}").enqueue(client_id=client.pk, month=month)


@task(queue="bulk", max_attempts=8)
def issue_report(client_id: int, month: str, at: datetime) -> str:
    """Issue one report. Issued meanwhile, or with nothing promised in that month, there is nothing to do."""
    client = Organisation.objects.get(pk=client_id)
    try:
        report = actions.issue(client=client, month=month, by=Process("report"), at=at)
    except (actions.AlreadyIssued, NothingPromised) as problem:
        return str(problem)
    return f"report {report.pk} issued"
