"""Our own addresses, and the tokens in them."""

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings

from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.letters.threads import Seal
from mainstay.desk.models import DeskAddress, Ticket

LOOKED_AT = 100
"""So many of a mail's recipients are looked at."""


def seal() -> Seal:
    """What makes and reads this installation's tokens."""
    return Seal(settings.SECRET_KEY.encode())


def desk_address() -> str:
    """The address that answers come back to: the first at which the desk takes mail in, else the sender's."""
    plain = (each for each in settings.MAINSTAY.mail_addresses if not each.startswith("@"))
    return next(plain, "") or parseaddr(settings.MAINSTAY.mail_from)[1]


def answer_to(ticket: Ticket) -> str:
    """The address that answers to the ticket's letters come back to: the one it was written to, where that is known."""
    return ticket.came_to.address if ticket.came_to else desk_address()


def is_listed(address: str) -> bool:
    """Whether the settings list `address`, or its domain (`@example.org`); with our token or without."""
    local, domain = _plain(address)
    listed = {each.lower() for each in settings.MAINSTAY.mail_addresses}
    return bool(local) and (f"{local}@{domain}" in listed or f"@{domain}" in listed)


def takes(address: str) -> bool:
    """Whether the desk takes mail for `address`: listed in the settings, or one of its addresses in the console."""
    return is_listed(address) or DeskAddress.objects.filter(address="@".join(_plain(address))).exists()


def is_own(address: str) -> bool:
    """Whether `address` is one that Mainstay itself writes from or reads at."""
    return address.strip().lower() == parseaddr(settings.MAINSTAY.mail_from)[1].lower() or takes(address)


def written_to(mail: Parsed, rcpt_to: Iterable[str], *, by_envelope: bool) -> DeskAddress | None:
    """The address of the desk that a mail was written to.

    `by_envelope`: the envelope says so first. A mailbox, in which the mail of several addresses may lie, knows none:
    there the headers count before the mailbox's own address.
    """
    named, enveloped = [*mail.to, *mail.cc, *mail.delivered_to], list(rcpt_to)
    order = ["@".join(_plain(each)) for each in (enveloped + named if by_envelope else named + enveloped)]
    found = DeskAddress.objects.select_related("client").filter(address__in=order[:LOOKED_AT])
    by_address = {each.address: each for each in found}
    return next((by_address[each] for each in order if each in by_address), None)


def untagged(address: str) -> str:
    """An address without what stands behind a plus, in lower case."""
    return "@".join(_plain(address))


def _plain(address: str) -> tuple[str, str]:
    """Local part and domain of an address without what stands behind a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    return local.partition("+")[0], domain
