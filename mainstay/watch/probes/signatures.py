"""Checking the signatures of records up to an anchor that is trusted (DNSSEC, RFC 4035)."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.DS
import dns.rrset

from mainstay.watch.engine.steps import Operation
from mainstay.watch.probes.asking import Asker

ROOT_ANCHORS = (
    ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
)
"""The keys of the root zone, as published by IANA (2017 and 2024)."""

ZONES_MAX = 12
DS, DNSKEY, RRSIG, IN = dns.rdatatype.DS, dns.rdatatype.DNSKEY, dns.rdatatype.RRSIG, dns.rdataclass.IN

Anchors = dict[dns.name.Name, dns.rrset.RRset]


class NotSigned(Exception):
    """Somewhere on the way up there is no signature. The text names the zone."""


class NotValid(Exception):
    """A signature does not hold. The text says of what."""


def anchors_of(lines: tuple[str, ...]) -> Anchors:
    """Trusted anchors, each written as `zone DS tag algorithm digest-type digest`.

    Raises:
        ValueError: a line is none.
    """
    found: Anchors = {}
    for line in lines:
        zone, _, rest = line.strip().partition(" ")
        word, _, data = rest.strip().partition(" ")
        if word.upper() != "DS":
            raise ValueError(f"{line!r} is no anchor: write zone DS tag algorithm digest-type digest.")
        try:
            name = dns.name.from_text(zone)
            record = dns.rrset.from_text(name, 0, IN, DS, data)
        except dns.exception.DNSException as problem:
            raise ValueError(f"{line!r} is no anchor: {problem}.") from problem
        found[name] = record if name not in found else _joined(found[name], record)
    return found


@dataclass(slots=True)
class Chain:
    """The keys of the zones that were trusted so far in one check."""

    asker: Asker
    anchors: Anchors
    _keys: dict[dns.name.Name, dns.rrset.RRset] = field(default_factory=dict)

    def check(self, answer: dns.message.Message, records: dns.rrset.RRset) -> Generator[Operation, Any, None]:
        """See that `records` of `answer` are signed by their zone, and that by the one above, up to an anchor.

        Raises:
            NotSigned: there is no signature.
            NotValid: one does not hold.
        """
        signatures = answer.get_rrset(answer.answer, records.name, IN, RRSIG, records.rdtype)
        if signatures is None:
            raise NotSigned(records.name.to_text(omit_final_dot=True))
        signer = signatures[0].signer
        if not records.name.is_subdomain(signer):
            raise NotValid(f"{signer} signs what is not its own")
        keys = yield from self._keys_of(signer)
        _validate(records, signatures, {signer: keys})

    def _keys_of(self, zone: dns.name.Name) -> Generator[Operation, Any, dns.rrset.RRset]:
        if zone in self._keys:
            return self._keys[zone]
        if len(self._keys) > ZONES_MAX:
            raise NotValid("the chain has no end")
        trusted = self.anchors.get(zone)
        if trusted is None:
            trusted = yield from self._delegation(zone)
        answer = yield from self.asker.ask(zone, DNSKEY, signed=True)
        keys = answer.get_rrset(answer.answer, zone, IN, DNSKEY)
        signatures = answer.get_rrset(answer.answer, zone, IN, RRSIG, DNSKEY)
        if keys is None or signatures is None:
            raise NotSigned(zone.to_text())
        entry = [key for key in keys if _is_trusted(zone, key, trusted)]
        if not entry:
            raise NotValid(f"no key of {zone} is the one that is trusted")
        _validate(keys, signatures, {zone: dns.rrset.from_rdata_list(zone, keys.ttl, entry)})
        self._keys[zone] = keys
        return keys

    def _delegation(self, zone: dns.name.Name) -> Generator[Operation, Any, dns.rrset.RRset]:
        """What the zone above says of the keys of `zone`."""
        if zone == dns.name.root:
            raise NotValid("no anchor is trusted")
        answer = yield from self.asker.ask(zone, DS, signed=True)
        found = answer.get_rrset(answer.answer, zone, IN, DS)
        if found is None:
            raise NotSigned(zone.to_text(omit_final_dot=True))
        yield from self.check(answer, found)
        return found


def _validate(
    records: dns.rrset.RRset, signatures: dns.rrset.RRset, keys: dict[dns.name.Name, dns.rrset.RRset]
) -> None:
    try:
        dns.dnssec.validate(records, signatures, {name: each.to_rdataset() for name, each in keys.items()})
    except (dns.exception.DNSException, ValueError) as problem:
        what = f"{dns.rdatatype.to_text(records.rdtype)} of {records.name.to_text(omit_final_dot=True) or 'the root'}"
        raise NotValid(what) from problem


def _is_trusted(zone: dns.name.Name, key: Any, trusted: dns.rrset.RRset) -> bool:
    for each in trusted:
        try:
            made = dns.dnssec.make_ds(zone, key, each.digest_type, validating=True)
        except (dns.exception.DNSException, ValueError):
            continue
        if made == each:
            return True
    return False


def _joined(one: dns.rrset.RRset, other: dns.rrset.RRset) -> dns.rrset.RRset:
    one.update(other)
    return one
