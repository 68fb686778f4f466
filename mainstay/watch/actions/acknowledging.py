"""People taking outages on."""

from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.watch.facts import OutageAcknowledged
from mainstay.watch.models import Outage


class OutageNotOpen(Exception):
    """The outage has ended, or somebody has taken it on already: there is nothing to acknowledge."""


@transaction.atomic
def acknowledge(*, outage: Outage, note: str = "", by: User, at: datetime) -> Outage:
    """Record that a person has taken the outage on. Escalation stops at this instant.

    Raises:
        OutageNotOpen: it has ended, or it was acknowledged before.
    """
    claimed = (
        Outage.objects.valid()
        .filter(pk=outage.pk, ended_at__isnull=True, acknowledged_at__isnull=True)
        .update(acknowledged_at=at, acknowledged_by=by, acknowledgement_note=note)
    )
    outage.refresh_from_db()
    if not claimed:
        raise OutageNotOpen(
            f"{outage.acknowledged_by} has taken this outage on already."
            if outage.is_open
            else "This outage has ended."
        )
    facts.record(OutageAcknowledged(outage.pk), by=by, at=at, client=outage.client)
    return outage
