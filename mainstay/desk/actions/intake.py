"""Mail in: stored first, read afterwards, and nothing that was stored is ever lost or taken twice."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from mainstay.common import facts, jobs
from mainstay.common.backoff import Backoff
from mainstay.desk import rules
from mainstay.desk.actions import sorting
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import MailParked, MailStored, ParkReason, RawState
from mainstay.desk.letters import guards
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import RawBody, RawMail, Ticket
from mainstay.desk.queries import matching
from mainstay.desk.queries.addresses import is_own, seal

ATTEMPTS = 6
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


@transaction.atomic
def take_in(*, raw: RawMail, at: datetime) -> RawMail:
    """Read a stored mail and bring it to its ticket, or set it aside where people see it; once, however often asked."""
    raw = RawMail.objects.select_for_update().get(pk=raw.pk)
    if raw.state != RawState.STORED:
        return raw
    mail = sorting.read(raw)
    raw.sender_address, raw.subject = (mail.sender or raw.mail_from)[:254], mail.subject
    ticket = matching.ticket_of(mail, raw.rcpt_to)
    reason = _park_reason(raw, mail, at)
    if reason:
        return _park(raw, reason, ticket, at)
    return _settle(raw, sorting.sort(raw, mail, ticket, at=at), at)


def postpone(*, raw: RawMail, problem: str, at: datetime) -> None:
    """A mail could not be taken in: try later, and after six tries put it before a person."""
    stored, attempts = RawMail.objects.filter(pk=raw.pk, state=RawState.STORED), raw.attempts + 1
    tried = {"attempts": attempts, "last_error": problem[:500]}
    if attempts < ATTEMPTS:
        stored.update(**tried, due_at=at + BACKOFF.after(attempts))
    elif stored.update(**tried, state=RawState.PARKED, park_reason=ParkReason.FAULT):
        facts.record(MailParked(raw_id=raw.pk, reason=ParkReason.FAULT), by=DESK, at=at)


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


def _park(raw: RawMail, reason: ParkReason, ticket: Ticket | None, at: datetime) -> RawMail:
    raw.state, raw.park_reason, raw.parsed_at = RawState.PARKED, reason, at
    raw.ticket, raw.client = ticket, ticket.client if ticket else None
    raw.save()
    facts.record(MailParked(raw_id=raw.pk, reason=reason), by=DESK, at=at, client=raw.client)
    return raw


def _settle(raw: RawMail, ticket: Ticket, at: datetime) -> RawMail:
    raw.state, raw.park_reason, raw.parsed_at, raw.last_error = RawState.PARSED, "", at, ""
    raw.ticket, raw.client = ticket, ticket.client
    raw.save()
    return raw
