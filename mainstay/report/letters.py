"""What is written to the client when a report is issued."""

from django.conf import settings

from mainstay.common.mail import Letter
from mainstay.report.figures import Figures
from mainstay.report.figures.definitions import SEALED
from mainstay.report.models import Report
from mainstay.report.printed import month_name


def report_issued(report: Report, figures: Figures, name: str) -> Letter:
    """To an administrator of the client: the three sentences, and where the report is. It needs a sign-in."""
    month = month_name(report.month)
    lines = (
        f"Dear {name},",
        f"your service report for {month} is ready:",
        f"{settings.MAINSTAY.url.rstrip('/')}{report.portal_url}",
        *figures.summary,
        _sealed(figures),
        "The report is on that page, and there as a PDF for your records. You need to sign in to read it.",
        _manager(figures),
    )
    return Letter(subject=f"Service report for {month}", text="\n\n".join(line for line in lines if line) + "\n")


def _sealed(figures: Figures) -> str:
    """The head of the sealed log: whoever keeps this letter can hold the past against it."""
    sealed = next((each.value for each in figures.definitions if each.term == SEALED), "")
    return f"Sealed log when the month was judged: {sealed.partition('. ')[0]}" if sealed else ""


def _manager(figures: Figures) -> str:
    manager = figures.parties.account_manager
    if manager is None:
        return f"{figures.parties.agency}"
    reach = f"{manager.email}, {manager.phone}" if manager.phone else manager.email
    return f"{manager.name}, your account manager at {figures.parties.agency}\n{reach}"
