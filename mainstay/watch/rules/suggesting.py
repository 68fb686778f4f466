"""What to watch on a website, from what was found there; each suggestion with its reason. Pure."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

KEYWORD_MIN, KEYWORD_MAX = 4, 80
ENTITIES = re.compile(r"[&<>\"'\xa0]")
STEADY_TTL_S = 300
"""Records that may change within five minutes are moved about by their host, and are no news when they do."""
CERTIFICATE_S, RECORDS_S, DOMAIN_S, MAIL_S = 3600, 300, 21_600, 300


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one kind of a name: their values as a zone file writes them, and for how long they hold."""

    values: tuple[str, ...] = ()
    ttl_s: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a look round a website found. `asked` is the address that was entered, `url` where it led in the end.

    `problem` says in a sentence why the page could not be had; the rest is then as empty as it stands here.
    """

    asked: str
    url: str
    problem: str = ""
    is_name_missing: bool = False
    title: str = ""
    heading: str = ""
    text: str = ""
    sign_in_url: str = ""
    zone: str = ""
    addresses: Records = field(default_factory=Records)
    addresses_6: Records = field(default_factory=Records)
    answers_over_6: bool = False
    mail: tuple[str, ...] = ()
    mail_answers: str = ""
    certificate: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A monitor worth having, and why; `is_wise` says whether it is ticked beforehand."""

    kind: str
    url: str
    reason: str
    name: str = ""
    is_wise: bool = True
    counts: bool = False
    interval_seconds: int = 60
    settings: dict[str, Any] = field(default_factory=dict)


def name_of(found: Found) -> str:
    """What to call the website: the first part of its title, else its host."""
    title = "".join(each for each in found.title if each.isprintable())
    for mark in (" | ", " – ", " — ", " - ", " · "):
        title = title.split(mark)[0]
    return " ".join(title.split())[:100] or (urlsplit(found.url).hostname or found.url)


def suggestions(found: Found) -> list[Suggestion]:
    """What to watch, the page itself first."""
    first = [_page(found)]
    if found.problem:
        return first
    parts = urlsplit(found.url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        first.append(_certificate(found, host, parts.port))
    if found.sign_in_url:
        first.append(_sign_in(found))
    return first if is_address(host) else [*first, *_of_name(found, host)]


def is_address(host: str) -> bool:
    """Whether `host` is an address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _page(found: Found) -> Suggestion:
    words = _keyword(found)
    settings = {"contains": words} if words else {}
    if found.problem:
        return Suggestion("http", found.url, f"It could not be seen now: {found.problem}", counts=True)
    moved = "" if is_same(found) else f" The address entered leads here from {found.asked}."
    held = f" The page holds “{words}”: its absence is noticed too." if words else ""
    return Suggestion("http", found.url, f"The page answers.{moved}{held}", counts=True, settings=settings)


def is_same(found: Found) -> bool:
    """Whether the address that was entered is the one where the page is."""
    return found.asked.rstrip("/") == found.url.rstrip("/")


def _keyword(found: Found) -> str:
    """Words that stand on the page as it comes: its heading, else its title."""
    for words in (found.heading, found.title):
        plain = max((each.strip() for each in ENTITIES.split(words)), key=len)  # what HTML never writes otherwise
        if KEYWORD_MIN <= len(plain) <= KEYWORD_MAX and plain.isprintable() and plain in found.text:
            return plain
    return ""


def _certificate(found: Found, host: str, port: int | None) -> Suggestion:
    where = f"[{host}]" if ":" in host else host
    url = f"{where}:{port}" if port else where
    reason = found.certificate or "It speaks https."
    return Suggestion("tls", url, f"{reason} You hear of its end before visitors do.", interval_seconds=CERTIFICATE_S)


def _sign_in(found: Found) -> Suggestion:
    reason = "The page leads to a sign-in. This watches that it opens; a visit that signs in needs a test account."
    return Suggestion("http", found.sign_in_url, reason, name="Sign-in page", is_wise=False)


def _of_name(found: Found, host: str) -> list[Suggestion]:
    news = []
    if found.zone:
        told = found.domain or "Its registry could not be asked now."
        news.append(Suggestion("domain", found.zone, told, is_wise=bool(found.domain), interval_seconds=DOMAIN_S))
    if found.addresses.values:
        news.append(_records(host, "A", found.addresses))
    if found.addresses_6.values:
        news.append(_over_6(found, host))
    return [*news, *_mail(found)]


def _records(host: str, kind: str, records: Records) -> Suggestion:
    is_steady = records.ttl_s >= STEADY_TTL_S
    why = "" if is_steady else f" They may change within {records.ttl_s} seconds, so this could cry wolf."
    return Suggestion(
        "dns",
        host,
        f"The name leads to {', '.join(records.values)} now; a change is noticed.{why}",
        is_wise=is_steady,
        interval_seconds=RECORDS_S,
        settings={"record": kind, "expects": list(records.values)},
    )


def _over_6(found: Found, host: str) -> Suggestion:
    is_wise = found.answers_over_6
    told = "and it answers." if is_wise else "which does not answer from here: it may be broken, or we have no IPv6."
    reason = f"The name has an IPv6 address, {told}"
    return Suggestion("http", found.url, reason, name=f"{host} over IPv6", is_wise=is_wise, settings={"family": "ipv6"})


def _mail(found: Found) -> list[Suggestion]:
    if not found.mail:
        return []
    told = found.mail_answers or "It does not answer from here; many networks let no mail out."
    reason = f"Mail for {found.zone} goes to {found.mail[0]}. {told}"
    is_wise = bool(found.mail_answers)
    return [Suggestion("smtp", f"{found.mail[0]}:25", reason, is_wise=is_wise, interval_seconds=MAIL_S)]
