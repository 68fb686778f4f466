"""Our own addresses, and the tokens in them."""

from email.utils import parseaddr

from django.conf import settings

from mainstay.desk.letters.threads import Seal


def seal() -> Seal:
    """What makes and reads this installation's tokens."""
    return Seal(settings.SECRET_KEY.encode())


def desk_address() -> str:
    """The address that answers come back to: the first at which the desk takes mail in, else the sender's."""
    plain = (each for each in settings.MAINSTAY.mail_addresses if not each.startswith("@"))
    return next(plain, "") or parseaddr(settings.MAINSTAY.mail_from)[1]


def takes(address: str) -> bool:
    """Whether the desk takes mail for `address`: listed, of a listed domain (`@example.org`), or with our token."""
    address = address.strip().lower()
    local, _, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    listed = {each.lower() for each in settings.MAINSTAY.mail_addresses}
    return bool(local) and (plain in listed or f"@{domain}" in listed)


def is_own(address: str) -> bool:
    """Whether `address` is one that Mainstay itself writes from or reads at."""
    return takes(address) or address.strip().lower() == parseaddr(settings.MAINSTAY.mail_from)[1].lower()
