"""Where monitors that are brought in belong: at a website of the client, by the host name, or at a new one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from mainstay.watch.exchange.draft import Draft
from mainstay.watch.exchange.http_request import host_of
from mainstay.watch.probes import KINDS, Pointed

NOWHERE = ""
NEW = "new:"
AT = "at:"


@dataclass(frozen=True, slots=True)
class Spot:
    """An environment of the client: its number, the short name of its website, its kind, and its host."""

    environment_id: int
    website: str
    kind: str
    host: str

    @property
    def key(self) -> str:
        return f"{AT}{self.environment_id}"


def host(draft: Draft) -> str:
    """The name that a draft looks at, without `www.`; empty where it looks at nothing."""
    if KINDS[draft.kind].pointed is Pointed.NOTHING:
        return ""
    return bare(host_of(draft.url))


def places(drafts: Iterable[Draft], spots: Iterable[Spot], usual: str = NOWHERE) -> list[str]:
    """For each draft the key of its spot, or `new:` with the host of a website that there is not yet.

    A page belongs to the website of its own host. Anything else (a certificate, a mail server) may also belong to the
    nearest domain above, there or new in the same file. What looks at no host goes to `usual`.
    """
    drafts, spots = list(drafts), ordered(spots)
    named = {(each.website, each.kind): each.key for each in spots}
    there = {bare(each.host): each.key for each in reversed(spots) if each.host}
    new = {host(each) for each in drafts if KINDS[each.kind].pointed is Pointed.URL} - {""}
    known = {**{each: f"{NEW}{each}" for each in new}, **there}
    found = []
    for draft in drafts:
        own = named.get((draft.website, draft.environment)) if draft.website else None
        found.append(own or _place(draft, known, usual))
    return found


def _place(draft: Draft, known: dict[str, str], usual: str) -> str:
    name = host(draft)
    if not name:
        return usual
    above = name.split(".")
    nearest = [".".join(above[n:]) for n in range(len(above) - 1)] or [name]
    return next((known[each] for each in nearest if each in known), f"{NEW}{name}")


def ordered(spots: Iterable[Spot]) -> list[Spot]:
    """Live environments come before others."""
    return sorted(spots, key=lambda each: (each.kind != "live", each.environment_id))


def bare(name: str) -> str:
    """A host name in small letters, without `www.`."""
    return name.lower().rstrip(".").removeprefix("www.")
