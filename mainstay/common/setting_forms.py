"""What form a setting must have. Each check returns what is expected, or nothing when the value will do.

They look at the value alone, so that every command can ask them before anything else is loaded.
"""

import re
from collections.abc import Callable
from email.utils import parseaddr
from urllib.parse import urlsplit

Check = Callable[[str], str]
"""Gets the value as text, never empty; returns what it must be, or an empty text."""

HOST_NAME = re.compile(r"\*|\.?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
DOMAIN = re.compile(r"@[^\s@<>,;]+")

WAYS_OUT = "smtp://user:password@host:port, smtps://…, smtp+starttls://…, console: or file:/folder"


def whole_number(least: int) -> Check:
    """A whole number that is not below `least`."""
    return lambda text: "" if int(text) >= least else f"must be {least} or more"


def one_of(*words: str) -> Check:
    return lambda text: "" if text in words else f"must be {', '.join(words[:-1])} or {words[-1]}"


def length(least: int, most: int) -> Check:
    """A text of so many characters; the text itself stays untold, for it may be a secret."""
    return lambda text: "" if least <= len(text) <= most else f"must have {least} to {most} characters"


def listening(text: str) -> str:
    """An address of this machine and a port."""
    host, colon, port = text.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 0 < int(port) < 65536
    is_host = not host or HOST_NAME.fullmatch(host) is not None or ":" in host
    return "" if colon and is_port and is_host else "must be host:port, for example 127.0.0.1:8000"


def web_address(text: str) -> str:
    """The address of a site."""
    fits = _is_address(text, ("http", "https")) and not re.search(r"[\s?#@]", text)
    return "" if fits else "must be an address such as https://care.agency.example"


def called_address(text: str) -> str:
    """An address that is called; the text itself stays untold, for it may hold a secret."""
    fits = _is_address(text, ("http", "https")) and not re.search(r"[\s#@]", text)
    return "" if fits else "must be an address such as https://watcher.example/beat/…"


def way_out(text: str) -> str:
    """Where outgoing mail goes."""
    fits = text.startswith(("console:", "file:/")) or _is_address(text, ("smtp", "smtps", "smtp+starttls"))
    return "" if fits else f"must look like {WAYS_OUT}"


def mailbox(text: str) -> str:
    """A mailbox and who reads it."""
    fits = _is_address(text, ("imap", "imaps")) and urlsplit(text).username
    return "" if fits else "must look like imaps://user:password@host:993/INBOX"


def canary(text: str) -> str:
    """What a prober looks at to know that its own connection works."""
    host, colon, port = text.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 0 < int(port) < 65536
    fits = _is_address(text, ("http", "https")) or (colon and is_port and HOST_NAME.fullmatch(host))
    return "" if fits else "must be addresses such as https://www.example.org/ or name:port, separated by commas"


def bucket(text: str) -> str:
    """A bucket of S3-compatible storage, and below what prefix in it."""
    fits = re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?", text)
    return "" if fits else "must look like s3://bucket or s3://bucket/prefix"


def message_server(text: str) -> str:
    """Where a NATS server is. Who signs in is told by a key, never in the address."""
    fits = _is_address(text, ("nats", "tls")) and not re.search(r"[\s?#@]", text)
    return "" if fits else "must be addresses such as tls://nats.agency.example:4222, separated by commas"


def nkey(text: str) -> str:
    """The seed of a NATS user's key; the text itself stays untold."""
    fits = re.fullmatch(r"SU[A-Z2-7]{56}", text)
    return "" if fits else "must be the key that `mainstay probers add` printed: SU and 56 more characters"


def short_name(text: str) -> str:
    """A name that can stand in a subject of NATS."""
    return "" if SHORT_NAME.fullmatch(text) else "must be of a-z, 0-9 and -, at most 40 characters, as in london-1"


def host_names(text: str) -> str:
    """One host name of a list."""
    return "" if HOST_NAME.fullmatch(text) else "must be host names without a port, separated by commas"


def private_key(text: str) -> str:
    """A private key in PEM; the text itself stays untold."""
    fits = re.fullmatch(r"-----BEGIN (RSA )?PRIVATE KEY-----\s[\w+/=\s]+-----END (RSA )?PRIVATE KEY-----", text)
    return "" if fits else "must be an RSA key in PEM: -----BEGIN PRIVATE KEY----- and what follows"


def selector(text: str) -> str:
    """What a key is called in the name service."""
    fits = re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", text)
    return "" if fits else "must be of a-z, 0-9, - and ., as in mainstay or 2026.mainstay"


def domain_name(text: str) -> str:
    """A domain without anything around it."""
    fits = re.fullmatch(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]{2,}", text)
    return "" if fits else "must be a domain in lower case, as in agency.example"


def sender(text: str) -> str:
    """An e-mail address, alone or behind a name."""
    fits = text.isprintable() and ADDRESS.fullmatch(parseaddr(text)[1]) is not None
    return "" if fits else "must be an e-mail address, for example Agency <support@agency.example>"


def mail_addresses(text: str) -> str:
    """One e-mail address of a list, or a whole domain as @agency.example."""
    fits = ADDRESS.fullmatch(text) or DOMAIN.fullmatch(text)
    return "" if fits else "must be e-mail addresses, separated by commas"


def server_names(text: str) -> str:
    """One name of a list, as a mail server writes it."""
    fits = re.fullmatch(r"[^\s;=\"(),]{1,255}", text)
    return "" if fits else "must be names as in mx.agency.example, separated by commas"


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
