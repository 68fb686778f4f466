"""Does a name have the records that it should, and are they signed."""

from collections.abc import Generator
from typing import Annotated, Any, Literal, Self

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from pydantic import AfterValidator, Field, model_validator

from mainstay.watch.codes import Code
from mainstay.watch.engine.steps import Operation, Spec, Steps
from mainstay.watch.probes.asking import Asker, asker
from mainstay.watch.probes.kind import Kind, Pointed, ProbeSettings
from mainstay.watch.probes.reaching import Trail, ending, target
from mainstay.watch.probes.signatures import ROOT_ANCHORS, Chain, NotSigned, NotValid, anchors_of

IN = dns.rdataclass.IN
ALIASES_MAX = 8

RecordType = Literal["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "CAA", "SRV", "PTR", "DS", "TLSA", "HTTPS"]


def _checked_anchors(lines: tuple[str, ...]) -> tuple[str, ...]:
    anchors_of(lines)
    return lines


class Settings(ProbeSettings):
    """Which records, and what they should be."""

    record: Annotated[RecordType, Field(title="Record")] = "A"
    expects: Annotated[
        tuple[str, ...],
        Field(
            title="Expected values",
            description="One a line, as a zone file writes them. Empty: any, but there must be one.",
            max_length=50,
        ),
    ] = ()
    match: Annotated[
        Literal["exactly", "among"],
        Field(title="Match", description="Exactly these values, or these among others."),
    ] = "exactly"
    server: Annotated[
        str,
        Field(title="Name server", description="Whom to ask. Empty: whom this machine asks.", max_length=260),
    ] = ""
    dnssec: Annotated[bool, Field(title="Signed (DNSSEC)", description="The records must be signed validly.")] = False
    anchors: Annotated[
        tuple[str, ...],
        Field(title="Anchors", description="Trusted keys instead of the root's, as zone DS …", max_length=10),
        AfterValidator(_checked_anchors),
    ] = ()

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.wanted()
        return self

    def wanted(self) -> frozenset[dns.rdata.Rdata]:
        """The expected values, read."""
        return frozenset(_read(self.record, each) for each in self.expects)


def _read(record: str, text: str) -> dns.rdata.Rdata:
    try:
        return dns.rdata.from_text(IN, record, text.strip(), origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as problem:
        raise ValueError(f"{text!r} is no value of a record {record}: {problem}.") from problem


@ending
def probe(spec: Spec) -> Steps:
    """Ask, compare, and where wanted check the signatures."""
    trail, wanted = Trail(spec), spec.settings or Settings()
    name = dns.name.from_text(target(trail, f"http://{spec.url}").host)
    kind = dns.rdatatype.from_text(wanted.record)
    ask = yield from asker(trail, wanted.server)
    chain = Chain(ask, anchors_of(wanted.anchors or ROOT_ANCHORS)) if wanted.dnssec else None
    try:
        found = yield from _records(trail, ask, name, kind, chain)
    except NotSigned as problem:
        return trail.finding(Code.DNSSEC_MISSING, str(problem))
    except NotValid as problem:
        return trail.finding(Code.DNSSEC_BROKEN, str(problem))
    if not found:
        return trail.finding(Code.RECORD_MISSING, wanted.record)
    return _compared(trail, frozenset(found), wanted)


def _records(
    trail: Trail, ask: Asker, name: dns.name.Name, kind: dns.rdatatype.RdataType, chain: Chain | None
) -> Generator[Operation, Any, dns.rrset.RRset | None]:
    """The records of `name`, or of what it is an alias of; every step of the way signed where a chain is given."""
    for _ in range(ALIASES_MAX):
        answer = yield from ask.ask(name, kind, signed=chain is not None)
        if answer.rcode() == dns.rcode.NXDOMAIN and not answer.answer:
            trail.end(Code.NAME_NOT_FOUND, name.to_text(omit_final_dot=True))
        asked, met = name, set[dns.name.Name]()
        while name not in met and (here := _at(answer, name, kind)) is not None:
            met.add(name)
            if chain is not None:
                yield from chain.check(answer, here)
            if here.rdtype == kind:
                return here
            name = here[0].target
        if name == asked or name in met:
            return None
    return None


def _at(answer: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
    """What an answer holds of `name`: the records asked for, else the alias."""
    found = answer.get_rrset(answer.answer, name, IN, kind)
    return found or answer.get_rrset(answer.answer, name, IN, dns.rdatatype.CNAME)


def _compared(trail: Trail, found: frozenset[dns.rdata.Rdata], settings: Settings) -> Any:
    wanted = settings.wanted()
    absent = wanted - found
    if absent:
        return trail.finding(Code.RECORD_WRONG, f"{_text(absent)} is missing")
    if wanted and settings.match == "exactly" and found != wanted:
        return trail.finding(Code.RECORD_WRONG, f"{_text(found - wanted)} does not belong there")
    return trail.finding(Code.OK)


def _text(values: frozenset[dns.rdata.Rdata]) -> str:
    return ", ".join(sorted(each.to_text() for each in values))


KIND = Kind(
    key="dns",
    label="DNS records",
    explanation="Asks for the records of a name, compares them, and checks their signatures (DNSSEC).",
    pointed=Pointed.HOST,
    settings=Settings,
    probe=probe,
    counts=False,
    interval_s=300,
)
