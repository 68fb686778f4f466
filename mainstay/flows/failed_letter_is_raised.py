"""A letter was given up: where it was a ticket's, the ticket says so and its helper is told."""

from mainstay.common.facts import FactRecord
from mainstay.common.models import OutgoingMail
from mainstay.desk.actions import delivering


def failed_letter_is_raised(record: FactRecord) -> None:
    """Raise it once; a letter that was sent again meanwhile is none that failed."""
    letter = OutgoingMail.objects.filter(pk=record.body["mail_id"]).first()
    if letter is not None:
        delivering.raise_failed(letter=letter, at=record.at)
