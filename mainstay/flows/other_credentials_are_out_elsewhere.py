"""Somebody has another password, or lost the second factor: who came in with the ones before is out everywhere."""

from mainstay.access.models import User
from mainstay.common.facts import FactRecord, Process
from mainstay.idp import actions as identity

FLOWS = Process("flows")


def other_credentials_are_out_elsewhere(record: FactRecord) -> None:
    """End what was begun elsewhere before it, as sessions here end at once; again is harmless."""
    user = User.objects.filter(pk=record.body["user_id"]).first()
    if user is not None:
        identity.put_out_of_before(user=user, before=record.at, by=FLOWS, at=record.at)
