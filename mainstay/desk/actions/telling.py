"""Telling those of the agency who watch a ticket that there is news."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from mainstay.common.mail import Letter
from mainstay.common.notify import tell
from mainstay.desk.letters.headers import one_line
from mainstay.desk.models import Message, TicketWatch

NEWS = {"inbound": "wrote", "reply": "answered", "note": "wrote a note for the team"}


@transaction.atomic
def tell_watchers(*, message: Message, at: datetime) -> int:
    """Tell everybody who watches the message's ticket, except its author, once; how many. What was said is not in
    the letter: it stays where it can be withdrawn."""
    ticket = message.ticket
    rows = TicketWatch.objects.filter(ticket=ticket).exclude(user=message.user_id).select_related("user")
    watchers = [row.user for row in rows if row.user.is_staff_member]
    words = f"{one_line(message.author_name)} {NEWS[message.kind]} on {ticket.reference}: {one_line(ticket.subject)}"
    text = f"{words}\n\n{settings.MAINSTAY.url.rstrip('/')}{ticket.url}\n\nYou get this because you watch the ticket.\n"
    for user in watchers:
        letter = Letter(subject=f"News on {ticket.reference}", text=text)
        tell(user, letter, key=f"ticket:{ticket.pk}:news:{message.pk}", at=at, client=ticket.client)
    return len(watchers)
