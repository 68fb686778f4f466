"""What the agency's people are told about their duty: one function a letter."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.clients.models import Roster
from mainstay.common.mail import Letter


def duty_handed_over(*, roster: Roster, before: User | None, now: User | None, reader: User, at: datetime) -> Letter:
    """The duty went from one person to another; either may be nobody. Times are in the reader's zone."""
    subject = f"{roster.name}: {now.name} is on call now" if now else f"{roster.name}: nobody is on call now"
    context = {
        "roster": roster,
        "before": before,
        "now": now,
        "reader": reader,
        "since": at.astimezone(reader.zone).strftime("%A %-d %B %Y, %H:%M %Z"),
        "site": settings.MAINSTAY.url.rstrip("/"),
    }
    return Letter(
        subject=in_one_line(subject),
        text=render_to_string("clients/mail/duty_handed_over.txt", context),
        html=render_to_string("clients/mail/duty_handed_over.html", context),
    )
