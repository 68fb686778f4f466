"""Persons deciding what caused outages."""

from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.watch.facts import Attributed, OutageAttributed
from mainstay.watch.models import Attribution, Exclusion, Outage


class AttributionRefused(ValueError):
    """The cause cannot be decided like this; the text says why and what to do."""


@transaction.atomic
def attribute(
    *, outage: Outage, to: Attributed, reason: str, reference: str = "", by: User, at: datetime
) -> Attribution:
    """Decide what caused `outage`. An earlier decision stays on record, replaced.

    Raises:
        AttributionRefused: there is no reason, the outage was taken back, or it has an exclusion that rests on
            another cause.
    """
    first = hold(outage)
    if not reason.strip():
        raise AttributionRefused("Say why: the client reads it.")
    if outage.is_voided:
        raise AttributionRefused("This outage was taken back: there is nothing to put down to a cause.")
    earlier = Attribution.objects.filter(outage=first, replaced_at__isnull=True).first()
    if earlier is not None and earlier.cause is not to and Exclusion.objects.filter(outage=first, end="").exists():
        raise AttributionRefused("An exclusion rests on the cause as it stands: withdraw or revoke it first.")
    Attribution.objects.filter(outage=first, replaced_at__isnull=True).update(replaced_at=at)
    row = Attribution.objects.create(
        client=first.client,
        website=first.website,
        outage=first,
        to=to.value,
        reason=reason.strip(),
        reference=reference.strip(),
        decided_at=at,
        decided_by=by,
    )
    fact = OutageAttributed(first.pk, first.website_id, row.pk, to.value, earlier.to if earlier else "")
    facts.record(fact, by=by, at=at, client=first.client)
    return row


def hold(outage: Outage) -> Outage:
    """The outage as it was first on record, locked: decisions about one outage are taken one after another."""
    return Outage.objects.select_for_update().get(pk=outage.first_id)
