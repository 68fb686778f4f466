"""Alerts about an outage name its ticket, as far as there is one already."""

from collections.abc import Collection

from mainstay.desk.models import Ticket
from mainstay.watch.references import Reference


def tickets_of(outage_ids: Collection[int]) -> dict[int, Reference]:
    """The tickets in which the work on these outages is tracked, by outage."""
    found = Ticket.objects.filter(outage__in=outage_ids)
    return {each.outage_id: Reference(each.reference, each.url) for each in found if each.outage_id is not None}
