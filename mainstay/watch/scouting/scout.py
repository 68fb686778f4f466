"""Looks round a website: its page first, then everything that its name leads to, all at once and within set times."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import dns.message
import dns.name
import dns.rdatatype
from selectolax.lexbor import LexborHTMLParser

from mainstay.watch.codes import Code, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.steps import Family, Operation, Spec, Steps
from mainstay.watch.facts import Finding
from mainstay.watch.probes import fetching, spec_of, start
from mainstay.watch.probes.asking import asker
from mainstay.watch.probes.http import page_text
from mainstay.watch.probes.reaching import Trail, day, ending
from mainstay.watch.rules.suggesting import Found, Records, is_address
from mainstay.watch.scouting.certificates import CertificateFacts, certificate_at

PAGE_S, REST_S = 10.0, 8.0
"""How long the page may take, and then all the rest together."""

SIGN_IN = frozenset({"log in", "login", "sign in", "anmelden", "einloggen", "se connecter", "iniciar sesión"})
NOT_THERE = frozenset(
    {
        Code.CONNECTION_REFUSED,
        Code.CONNECTION_FAILED,
        Code.TLS_FAILED,
        Code.TIMEOUT,
        Code.BAD_ANSWER,
        Code.CONNECTION_LOST,
    }
)
"""What lets an address that was entered without a scheme be tried over http, when https gave it."""

REGISTERED = frozenset({Code.OK, Code.DOMAIN_ENDS_SOON, Code.DOMAIN_ENDED})
"""What tells that the zone is a registered domain, and no part of one."""


def scout(written: str, engine: Engine, *, allow_private: bool = False) -> Found:
    """What stands at `written`, an address with or without scheme. It takes 20 seconds at most, 30 without a scheme."""
    has_scheme = "://" in written
    url = written if has_scheme else f"https://{written}"
    found, finding = _page(url, engine, allow_private)
    if not has_scheme and finding.code in NOT_THERE:
        plain, again = _page(f"http://{written}", engine, allow_private)
        if again.code is Code.OK:
            found, finding = plain, again
    if finding.code is not Code.OK:
        told = sentence(finding.code, finding.detail)
        return replace(found, problem=told, is_name_missing=finding.code is Code.NAME_NOT_FOUND)
    return _rest(found, engine, allow_private)


def _page(url: str, engine: Engine, allow_private: bool) -> tuple[Found, Finding]:
    held = _Held(Found(url, url))
    finding = engine.run(_open(Spec("http", url, PAGE_S, allow_private), held), PAGE_S)
    return held.found, finding


@dataclass(slots=True)
class _Held:
    """Where the steps put what they find."""

    found: Found

    def note(self, **news: Any) -> None:
        self.found = replace(self.found, **news)


@ending
def _open(spec: Spec, held: _Held) -> Steps:
    """The page, wherever the address leads."""
    trail = Trail(spec)
    answer = yield from fetching.follow(trail, fetching.Request(spec.url, keeps_body=True))
    held.note(url=answer.url, **_read(answer))
    status = answer.fetched.status
    if not 200 <= status <= 399:
        return trail.finding(Code.HTTP_STATUS, str(status), status)
    return trail.finding(Code.OK, status=status)


def _read(answer: fetching.Answer) -> dict[str, str]:
    text = page_text(answer)
    page = LexborHTMLParser(text)
    return {
        "text": text,
        "title": _text_of(page, "title"),
        "heading": _text_of(page, "h1"),
        "sign_in_url": _sign_in(page, answer.url),
    }


def _text_of(page: LexborHTMLParser, tag: str) -> str:
    node = page.css_first(tag)
    return " ".join(node.text().split()) if node is not None else ""


def _sign_in(page: LexborHTMLParser, url: str) -> str:
    """Where a link to a sign-in leads, on the same host."""
    for link in page.css("a[href]"):
        there = urljoin(url, link.attributes.get("href") or "")
        is_here = urlsplit(there).netloc == urlsplit(url).netloc
        if is_here and " ".join(link.text().split()).casefold() in SIGN_IN:
            return there
    return ""


def _rest(found: Found, engine: Engine, allow_private: bool) -> Found:
    """What stands behind the page, all of it looked at together."""
    held, facts = _Held(found), CertificateFacts()
    parts = urlsplit(found.url)
    host = parts.hostname or ""
    wanted: list[Steps] = []
    if parts.scheme == "https":
        port = parts.port or 443
        wanted.append(certificate_at(host, port, facts, timeout_s=REST_S, allow_private=allow_private))
    if not is_address(host):
        wanted += [_names(Spec("dns", host, REST_S, allow_private), held), _over_6(found.url, held, allow_private)]
    _together(engine, wanted)
    if facts.to_at is not None:
        held.note(
            certificate=f"Its certificate by {facts.issuer or 'an unnamed authority'} ends on {day(facts.to_at)}."
        )
    return held.found


def _together(engine: Engine, wanted: list[Steps]) -> None:
    done: list[Finding] = []
    for each in wanted:
        engine.start(each, REST_S, done.append)
    engine.loop.run(lambda: len(done) == len(wanted))


def _over_6(url: str, held: _Held, allow_private: bool) -> Steps:
    spec = spec_of("http", url, REST_S, {"family": Family.IPV6.value}, allow_private=allow_private)
    finding = yield from start(spec)
    held.note(answers_over_6=finding.code is Code.OK)
    return finding


@ending
def _names(spec: Spec, held: _Held) -> Steps:
    """Records of the name, the zone that it lies in, and what follows from it: its registry and its mail servers."""
    trail = Trail(spec)
    asking = yield from asker(trail, "")
    name = dns.name.from_text(spec.url)
    for field, kind in (("addresses", dns.rdatatype.A), ("addresses_6", dns.rdatatype.AAAA)):
        answer = yield from asking.ask(name, kind)
        held.note(**{field: _records(answer, kind)})
    answer = yield from asking.ask(name, dns.rdatatype.SOA)
    zone = _zone(answer)
    if not zone:
        return trail.finding(Code.OK)
    held.note(zone=zone)
    mail = yield from asking.ask(dns.name.from_text(zone), dns.rdatatype.MX)
    servers = _servers(mail)
    held.note(mail=servers)
    yield from _ask_registry(zone, held)
    if servers:
        yield from _ask_mail(servers[0], held, spec.allow_private)
    return trail.finding(Code.OK)


def _ask_registry(zone: str, held: _Held) -> Generator[Operation, Any, None]:
    finding = yield from start(spec_of("domain", zone, REST_S, {}))
    if finding.code in REGISTERED:
        held.note(domain=sentence(finding.code, finding.detail, "domain"))


def _ask_mail(server: str, held: _Held, allow_private: bool) -> Generator[Operation, Any, None]:
    finding = yield from start(spec_of("smtp", f"{server}:25", REST_S, {}, allow_private=allow_private))
    if finding.code is Code.OK:
        held.note(mail_answers=sentence(finding.code, "", "smtp"))


def _records(answer: dns.message.Message, kind: dns.rdatatype.RdataType) -> Records:
    found = [each for each in answer.answer if each.rdtype == kind]
    values = sorted(each.to_text() for rrset in found for each in rrset)
    return Records(tuple(values), min((rrset.ttl for rrset in found), default=0))


def _zone(answer: dns.message.Message) -> str:
    """The top of the zone, as the SOA record names it, in the answer or beside it."""
    owners = [each.name for each in (*answer.answer, *answer.authority) if each.rdtype == dns.rdatatype.SOA]
    top = owners[0].to_text(omit_final_dot=True) if owners else ""
    return top if "." in top else ""


def _servers(answer: dns.message.Message) -> tuple[str, ...]:
    """The mail servers, the preferred first; a null record (RFC 7505) names none."""
    found = [record for each in answer.answer if each.rdtype == dns.rdatatype.MX for record in each]
    ordered = sorted(found, key=lambda each: each.preference)
    return tuple(name for each in ordered if (name := each.exchange.to_text(omit_final_dot=True)) not in ("", "."))
