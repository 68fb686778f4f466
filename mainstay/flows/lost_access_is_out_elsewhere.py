"""Somebody may do less than before: they are out of the websites and tools that let them in no more."""

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.common.facts import FactRecord, Process
from mainstay.idp import actions as identity

FLOWS = Process("flows")


def lost_access_is_out_elsewhere(record: FactRecord) -> None:
    """Look where the person of the fact is let in no more; again is harmless."""
    user_id = record.body.get("user_id")
    if user_id is None:
        contact = Contact.objects.filter(pk=record.body.get("contact_id")).first()
        user_id = contact.user_id if contact else None
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        identity.put_out_where_lost(user=user, by=FLOWS, at=record.at)
