"""What both sides are told about exclusions: one function a step, which posts the letters of it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from mainstay.access.facts import Role
from mainstay.access.rules import in_one_line
from mainstay.clients.facts import Part
from mainstay.clients.queries import managers_of
from mainstay.common import mail
from mainstay.common.mail import Letter
from mainstay.policy.durations import say
from mainstay.watch.models import Exclusion

KEY_MAX = 200


def tell_asked(exclusion: Exclusion, at: datetime) -> None:
    """The client's administrators: an exclusion waits for their answer, or holds, where none was needed."""
    waits = exclusion.is_waiting
    asks = "We ask for your consent not to charge" if waits else "As agreed, we do not charge"
    subject = f"{'Your consent, please' if waits else 'Not charged'}: downtime of {exclusion.website.name}"
    tail = (
        "Until you answer it is charged as ever. You can grant or refuse it here:"
        if waits
        else "The agreement asks for no consent to this. What it rests on stands here:"
    )
    lines = (f"{asks} {_what(exclusion)}, put down to {exclusion.cause_label}:", exclusion.reason, tail, _at(exclusion))
    _tell_client(exclusion, subject, lines, "asked", at)


def tell_answered(exclusion: Exclusion, at: datetime) -> None:
    """The agency: what the client answered."""
    answered = "granted" if exclusion.is_granted else "refused"
    lines = (
        f"{exclusion.client.name} has {answered} the exclusion of {_what(exclusion)}.",
        exclusion.end_reason,
        f"{_site()}{reverse('console-outage', args=[exclusion.outage_id])}",
    )
    subject = f"{exclusion.client.name} has {answered} an exclusion: {exclusion.website.name}"
    manager = managers_of([exclusion.client], at)[exclusion.client_id].get(Part.MANAGER)
    for email in sorted({each.email for each in (manager, exclusion.asked_by) if each is not None}):
        _post(_letter(subject, lines), email, exclusion, answered, at)


def tell_taken_back(exclusion: Exclusion, at: datetime) -> None:
    """The client's administrators: the time is charged after all."""
    lines = (
        f"We have taken back what we asked about {_what(exclusion)}: that time is charged.",
        exclusion.end_reason,
        _at(exclusion),
    )
    _tell_client(exclusion, f"Charged after all: downtime of {exclusion.website.name}", lines, exclusion.end, at)


def _tell_client(exclusion: Exclusion, subject: str, lines: Iterable[str], step: str, at: datetime) -> None:
    for reader in exclusion.client.contacts.filter(role=Role.CLIENT_ADMINISTRATOR, is_active=True):
        _post(_letter(subject, (f"Dear {reader.name},", *lines)), reader.email, exclusion, step, at)


def _what(exclusion: Exclusion) -> str:
    """`1 h 5 min of downtime of Shop, from Friday 3 July 2026, 10:00 to 11:05 CEST`."""
    zone = exclusion.client.zone
    low, high = exclusion.starts_at.astimezone(zone), exclusion.ends_at.astimezone(zone)
    until = high.strftime("%H:%M %Z") if low.date() == high.date() else high.strftime("%A %-d %B %Y, %H:%M %Z")
    lasted = say(round((exclusion.ends_at - exclusion.starts_at).total_seconds()))
    return f"{lasted} of downtime of {exclusion.website.name}, from {low:%A %-d %B %Y, %H:%M} to {until}"


def _at(exclusion: Exclusion) -> str:
    return f"{_site()}{exclusion.portal_url}"


def _letter(subject: str, lines: Iterable[str]) -> Letter:
    return Letter(subject=in_one_line(subject), text="\n\n".join(line for line in lines if line) + "\n")


def _post(letter: Letter, email: str, exclusion: Exclusion, step: str, at: datetime) -> None:
    key = f"exclusion:{exclusion.pk}:{step}:{email}"[:KEY_MAX]
    mail.post(letter, to=email, key=key, at=at, client=exclusion.client, automatic=True)


def _site() -> str:
    return str(settings.MAINSTAY.url.rstrip("/"))
