"""Mailboxes that the desk reads, and the addresses it is written to."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.clients.models import Organisation
from mainstay.common import facts, sealed
from mainstay.desk.actions.authors import By
from mainstay.desk.mail_facts import AddressKept, MailboxKept, SignIn
from mainstay.desk.models import DeskAddress, Mailbox, MailboxCursor

SECRETS = ("password", "client_secret", "refresh_token")
OF_PASSWORD, OF_OAUTH2 = ("password",), ("client_number", "client_secret", "refresh_token", "token_url")
ERROR_MAX = 500


class AddressInUse(ValueError):
    """A mailbox is read for the address: it is removed with the mailbox, or after it."""


class AddressTaken(ValueError):
    """There is such an address already."""


class MailboxTaken(ValueError):
    """There is such a mailbox already."""


@transaction.atomic
def keep_mailbox(*, by: By, at: datetime, mailbox: Mailbox | None = None, address: str, **given: Any) -> Mailbox:
    """Add a mailbox, or change one. Secrets are sealed; one that is empty keeps what there is.

    Args:
        address: the address whose mail lies in it. It becomes one of the desk's.
        given: the fields of `Mailbox`.

    Raises:
        MailboxTaken: another one has its name, or is at the same place.
    """
    step = "changed" if mailbox else "added"
    box = mailbox or Mailbox(created_at=at)
    for name, value in given.items():
        if name not in SECRETS:
            setattr(box, name, value)
        elif value:
            setattr(box, name, sealed.seal(value))
    for name in OF_OAUTH2 if box.sign_in == SignIn.PASSWORD else OF_PASSWORD:
        setattr(box, name, "")
    _check_free(box)
    box.address = _address(address, by=by, at=at)
    box.save()
    facts.record(MailboxKept(mailbox_id=box.pk, step=step), by=by, at=at)
    return box


@transaction.atomic
def pause_mailbox(*, mailbox: Mailbox, by: By, at: datetime) -> None:
    """Read it no more for now."""
    if Mailbox.objects.filter(pk=mailbox.pk, paused_at__isnull=True).update(paused_at=at):
        facts.record(MailboxKept(mailbox_id=mailbox.pk, step="paused"), by=by, at=at)


@transaction.atomic
def resume_mailbox(*, mailbox: Mailbox, by: By, at: datetime) -> None:
    """Read it again, from where it was left."""
    if Mailbox.objects.filter(pk=mailbox.pk, paused_at__isnull=False).update(paused_at=None):
        facts.record(MailboxKept(mailbox_id=mailbox.pk, step="resumed"), by=by, at=at)


@transaction.atomic
def remove_mailbox(*, mailbox: Mailbox, by: By, at: datetime) -> None:
    """Forget a mailbox and its secrets. How far it was read stays known, and its address stays the desk's."""
    facts.record(MailboxKept(mailbox_id=mailbox.pk, step="removed"), by=by, at=at)
    mailbox.delete()


@transaction.atomic
def keep_address(
    *,
    by: By,
    at: datetime,
    kept: DeskAddress | None = None,
    address: str,
    client: Organisation | None,
    category: str = "",
    audience: str = "",
) -> DeskAddress:
    """Add an address of the desk, or change what is known of mail to it.

    Raises:
        AddressTaken: there is such an address already.
    """
    step, address = "changed" if kept else "added", address.strip().lower()
    if DeskAddress.objects.filter(address=address).exclude(pk=kept.pk if kept else None).exists():
        raise AddressTaken(f"There is an address {address} already.")
    kept = kept or DeskAddress(created_at=at)
    kept.address, kept.client, kept.category, kept.audience = address, client, category, audience
    kept.save()
    facts.record(AddressKept(address_id=kept.pk, step=step, client_id=kept.client_id), by=by, at=at)
    return kept


@transaction.atomic
def remove_address(*, kept: DeskAddress, by: By, at: datetime) -> None:
    """Take in no more mail to an address. Tickets that came to it are answered from the desk's first one.

    Raises:
        AddressInUse: a mailbox is read for it.
    """
    if kept.mailboxes.exists():
        raise AddressInUse("A mailbox is read for this address: change or remove the mailbox first.")
    facts.record(AddressKept(address_id=kept.pk, step="removed", client_id=kept.client_id), by=by, at=at)
    kept.delete()


def note_look(*, key: str, waits: bool, at: datetime) -> None:
    """A mailbox was read; `waits`: its server tells of news by itself."""
    MailboxCursor.objects.update_or_create(mailbox=key, defaults={"checked_at": at, "waits": waits})


def note_failure(*, key: str, error: str, at: datetime) -> None:
    """A mailbox could not be read, and why."""
    values = {"failed_at": at, "error": error.replace("\x00", "")[:ERROR_MAX]}
    MailboxCursor.objects.update_or_create(mailbox=key, defaults=values)


def keep_refresh_token(*, mailbox_id: int, token: str) -> None:
    """The service has given another refresh token in the place of the one there was."""
    Mailbox.objects.filter(pk=mailbox_id).update(refresh_token=sealed.seal(token))


def _check_free(box: Mailbox) -> None:
    others = Mailbox.objects.exclude(pk=box.pk)
    if others.filter(name=box.name).exists():
        raise MailboxTaken("There is a mailbox of this name.")
    if others.filter(host=box.host, port=box.port, user=box.user, folder=box.folder).exists():
        raise MailboxTaken("This folder of this mailbox is read already.")


def _address(address: str, *, by: By, at: datetime) -> DeskAddress:
    address = address.strip().lower()
    found = DeskAddress.objects.filter(address=address).first()
    return found or keep_address(address=address, client=None, by=by, at=at)
