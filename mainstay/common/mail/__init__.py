"""Outgoing mail: posted in the caller's transaction, sent by the lane `mail`, tried again until it is decided.

post(Letter(subject, text, html), to=person.email, key=f"outage:{outage.id}:{person.id}", at=at)
"""

from mainstay.common.mail.deliver import deliver, send_again
from mainstay.common.mail.letter import Letter, LetterRefused
from mainstay.common.mail.post import post
from mainstay.common.mail.recipients import is_address
from mainstay.common.models.outgoing_mail import MailState, OutgoingMail

__all__ = ["Letter", "LetterRefused", "MailState", "OutgoingMail", "deliver", "is_address", "post", "send_again"]
