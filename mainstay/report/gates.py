"""Who gets which report: another client's answers 404."""

from django.db.models import QuerySet

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.gates import Person
from mainstay.clients.models import Organisation
from mainstay.report.models import Report


def report_for(user: Person, report_id: int, permission: Permission) -> Report:
    """The report numbered `report_id` over all clients. Raises as `clients.gates.child_for` does."""
    rows = Report.objects.select_related("client", "figures", "pdf", "issued_by")
    return gates.child_for(rows, user, report_id, permission)


def report_of(client: Organisation, user: Person, report_id: int, permission: Permission) -> Report:
    """The same, of one client: a report of another one is not found, whoever asks."""
    rows = Report.objects.filter(client=client).select_related("client", "figures", "pdf", "issued_by")
    return gates.child_for(rows, user, report_id, permission)


def reports_for(user: Person, permission: Permission) -> QuerySet[Report]:
    """All reports that `user` may read."""
    return gates.scoped(Report.objects.all(), user, permission)
