"""What a person may have meant by the words they asked for access with. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

HOST = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+$")


@dataclass(frozen=True)
class Meant:
    """`hosts` under which a website may stand, and the `name` that an organisation may have."""

    hosts: tuple[str, ...]
    name: str


def meant(wanted: str) -> Meant:
    """What to look for: `https://www.museum.example/visit`, `museum.example`, or `The Museum`."""
    words = " ".join(wanted.split())
    host = host_of(words)
    if not host:
        return Meant((), words)
    bare = host.removeprefix("www.")
    return Meant((bare, f"www.{bare}"), words)


def host_of(words: str) -> str:
    """The host name that `words` are the address of; empty when they are none."""
    text = words.lower()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host if HOST.match(host) else ""


def domain_of(email: str) -> str:
    """The part of a mail address behind its last @, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def is_domain(name: str) -> bool:
    """Whether `name` can be the domain of mail addresses, in letters of the name service."""
    return len(name) <= 240 and bool(HOST.match(name)) and not name.rpartition(".")[2].isdigit()
