"""Mail in: stored first, read afterwards, and nothing that was stored is ever lost or taken twice."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from mainstay.clients.queries import administrators
from mainstay.common import facts, jobs
from mainstay.common.backoff import Backoff
from mainstay.common.mail import Letter
from mainstay.common.notify import tell
from mainstay.desk import rules
from mainstay.desk.actions import bouncing, sorting
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import MailParked, MailStored, ParkReason, RawState
from mainstay.desk.letters import guards
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import RawBody, RawMail, Ticket
from mainstay.desk.queries import matching
from mainstay.desk.queries.addresses import is_own, seal

READ = (
    "sender_address", "subject", "mail_from", "state", "park_reason", "parsed_at", "last_error", "ticket", "client",
)  # fmt: skip
"""What is known of a mail once it was read."""
ATTEMPTS = 6
LEASE = timedelta(minutes=3)
KILLS = "Whoever read this mail was ended by it, each time."
NOT_READ = "A mail could not be read"
NOT_READ_TEXT = "A mail could not be read after six tries and was set aside. It is kept as it came: see Parked mail."
BACKOFF = Backoff(first=timedelta(seconds=5), longest=timedelta(minutes=10))


@transaction.atomic
def receive(*, raw: bytes, mail_from: str, rcpt_to: Sequence[str], at: datetime, source: str = "smtp") -> RawMail:
    """Store a mail as it came. When this returns and the transaction is committed it cannot be lost.

    The same content with the same envelope is the same mail: whoever hands it over again, because our answer got
    lost, gets the row of the first time.
    """
    stored, is_new = RawMail.objects.get_or_create(
        key=_key(raw, mail_from, rcpt_to),
        defaults={
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size_bytes": len(raw),
            "source": source,
            "mail_from": mail_from[:320],
            "rcpt_to": [each[:320] for each in rcpt_to],
            "received_at": at,
            "due_at": at,
        },
    )
    if is_new:
        RawBody.objects.create(raw=stored, content=raw)
        fact = MailStored(raw_id=stored.pk, sha256=stored.sha256, size_bytes=stored.size_bytes)
        facts.record(fact, by=DESK, at=at)
        jobs.wake("mail")
    return stored


def claim_mail(*, raw: RawMail, at: datetime) -> bool:
    """Count a try before it is made, and keep others off the mail meanwhile; whether it was free.

    A mail that kills whoever reads it has been counted all the same: it is set aside after six tries, and said so.
    """
    mine = RawMail.objects.filter(pk=raw.pk, state=RawState.STORED, attempts=raw.attempts, due_at=raw.due_at)
    if raw.attempts >= ATTEMPTS:
        problem = raw.last_error or KILLS
        if mine.update(state=RawState.PARKED, park_reason=ParkReason.FAULT, last_error=problem):
            _tell_of_fault(raw, at)
        return False
    raw.attempts, raw.due_at = raw.attempts + 1, at + LEASE
    return bool(mine.update(attempts=raw.attempts, due_at=raw.due_at))


def take_in(*, raw: RawMail, at: datetime, mail: Parsed | None = None) -> RawMail:
    """Read a stored mail and bring it to its ticket, or set it aside where people see it; once, however often asked.

    Reading comes before the transaction: it may take long, and nobody else is to wait for it.

    Args:
        mail: what stands in it, where it was read already.
    """
    if raw.state != RawState.STORED:
        return RawMail.objects.get(pk=raw.pk)
    return _bring(raw, mail or sorting.read(raw), at)


@transaction.atomic
def _bring(raw: RawMail, mail: Parsed, at: datetime) -> RawMail:
    raw = RawMail.objects.select_for_update().get(pk=raw.pk)
    if raw.state != RawState.STORED:
        return raw
    raw.sender_address, raw.subject = (mail.sender or raw.mail_from)[:254], mail.subject
    if not raw.mail_from and mail.return_path and raw.source.startswith("imap"):
        raw.mail_from = mail.return_path[:320]
    match = matching.match(mail, raw.rcpt_to)
    reason = _park_reason(raw, mail, at)
    if reason:
        return _park(raw, mail, reason, match.ticket, at)
    return _settle(raw, sorting.sort(raw, mail, match, at=at), at)


@transaction.atomic
def postpone(*, raw: RawMail, problem: str, at: datetime) -> None:
    """A mail could not be taken in: try later, and after six tries put it before a person."""
    stored = RawMail.objects.filter(pk=raw.pk, state=RawState.STORED)
    if raw.attempts < ATTEMPTS:
        stored.update(last_error=problem[:500], due_at=at + BACKOFF.after(raw.attempts))
    elif stored.update(last_error=problem[:500], state=RawState.PARKED, park_reason=ParkReason.FAULT):
        _tell_of_fault(raw, at)


def _tell_of_fault(raw: RawMail, at: datetime) -> None:
    """Record that a mail was set aside unread, and write to those who look after the installation."""
    facts.record(MailParked(raw_id=raw.pk, reason=ParkReason.FAULT), by=DESK, at=at)
    letter = Letter(NOT_READ, f"{NOT_READ_TEXT}\n\n{settings.MAINSTAY.url.rstrip('/')}{reverse('console-mail')}\n")
    for person in administrators():
        tell(person, letter, key=f"mail:{raw.pk}:fault", at=at)


def _key(raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> str:
    envelope = "\n".join([mail_from, *sorted(rcpt_to)]).encode("utf-8", "surrogateescape")
    return hashlib.sha256(hashlib.sha256(envelope).digest() + hashlib.sha256(raw).digest()).hexdigest()


def _park_reason(raw: RawMail, mail: Parsed, at: datetime) -> ParkReason | None:
    if mail.sender and is_own(mail.sender):
        return ParkReason.OWN
    lately = RawMail.objects.filter(
        sender_address=raw.sender_address, received_at__range=(raw.received_at - timedelta(hours=1), raw.received_at)
    )
    return guards.park_reason(
        mail,
        _envelope_sender(raw, mail),
        is_own=lambda message_id: bool(seal().reference_in_id(message_id)),
        recent=lately.exclude(pk=raw.pk).count(),
        limit=rules.FLOOD_PER_HOUR,
    )


def _envelope_sender(raw: RawMail, mail: Parsed) -> str:
    """The sender of the envelope; from a mailbox, where there is none any more, the Return-Path that it left."""
    if not raw.source.startswith("imap"):
        return raw.mail_from
    return mail.sender or "unknown" if mail.return_path is None else mail.return_path


def _park(raw: RawMail, mail: Parsed, reason: ParkReason, ticket: Ticket | None, at: datetime) -> RawMail:
    raw.state, raw.park_reason, raw.parsed_at = RawState.PARKED, reason, at
    raw.ticket, raw.client = ticket, ticket.client if ticket else None
    raw.save(update_fields=READ)
    facts.record(MailParked(raw_id=raw.pk, reason=reason), by=DESK, at=at, client=raw.client)
    if ticket is not None and mail.bounce is not None:
        bouncing.note_bounce(raw=raw, bounce=mail.bounce, about=matching.bounced(mail), ticket=ticket, at=at)
    return raw


def _settle(raw: RawMail, ticket: Ticket, at: datetime) -> RawMail:
    raw.state, raw.park_reason, raw.parsed_at, raw.last_error = RawState.PARSED, "", at, ""
    raw.ticket, raw.client = ticket, ticket.client
    raw.save(update_fields=READ)
    return raw
