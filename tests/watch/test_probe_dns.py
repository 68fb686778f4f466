"""Records of names: compared, followed through aliases, and their signatures checked up to an anchor."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.facts import Finding
from mainstay.watch.probes import SettingsWrong, spec_of, start

IN = dns.rdataclass.IN
TOP = """
@ 60 IN SOA ns.test. admin.test. 1 60 60 60 60
@ 60 IN NS ns.test.
ns 60 IN A 127.0.0.1
"""
ZONE = """
@ 60 IN SOA ns.museum.test. admin.museum.test. 1 60 60 60 60
@ 60 IN NS ns.museum.test.
@ 60 IN MX 10 mail.museum.test.
@ 60 IN MX 20 backup.museum.test.
@ 60 IN TXT "v=spf1 -all"
www 60 IN A 192.0.2.7
www 60 IN A 192.0.2.8
shop 60 IN CNAME www
round 60 IN CNAME about
about 60 IN CNAME round
long 60 IN TXT "{long}"
"""


@dataclass
class Zones:
    """Two zones, one below the other, signed; and a server that answers for both."""

    zones: dict[dns.name.Name, dns.zone.Zone] = field(default_factory=dict)
    anchor: str = ""
    rcode: int = 0

    def add(self, origin: str, text: str, key: Any) -> Any:
        zone = dns.zone.from_text(text, origin=origin, relativize=False)
        public = dns.dnssec.make_dnskey(key.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
        now = datetime.now(UTC)
        dns.dnssec.sign_zone(
            zone,
            keys=[(key, public)],
            inception=now - timedelta(hours=1),
            expiration=now + timedelta(hours=1),
            add_dnskey=True,
            dnskey_ttl=60,
        )
        self.zones[zone.origin] = zone
        return dns.dnssec.make_ds(zone.origin, public, dns.dnssec.DSDigest.SHA256)

    def answer(self, wire: bytes, *, is_stream: bool) -> bytes:
        asked = dns.message.from_wire(wire)
        name, kind = asked.question[0].name, asked.question[0].rdtype
        reply = dns.message.make_response(asked, recursion_available=True)
        reply.set_rcode(self.rcode)
        if not self.rcode:
            self._fill(reply, name, kind)
        made = reply.to_wire(max_size=65_535)
        if len(made) > 1232 and not is_stream:
            short = dns.message.make_response(asked)
            short.flags |= dns.flags.TC
            return short.to_wire()
        return made

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: int) -> None:
        met = set()
        while name not in met:
            met.add(name)
            node = self._node(name, kind)
            if node is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
                return
            alias = node.get_rdataset(IN, dns.rdatatype.CNAME)
            found = kind if node.get_rdataset(IN, kind) else dns.rdatatype.CNAME
            for rdtype, covers in ((found, 0), (dns.rdatatype.RRSIG, found)):
                rdataset = node.get_rdataset(IN, rdtype, covers)
                if rdataset is not None:
                    reply.answer.append(_rrset(name, rdataset))
            if found == kind or alias is None:
                return
            name = alias[0].target

    def _node(self, name: dns.name.Name, kind: int) -> dns.node.Node | None:
        """The node of the deepest zone that holds the name; a DS stands in the zone above."""
        for origin in sorted(self.zones, key=len, reverse=True):
            if name.is_subdomain(origin) and not (kind == dns.rdatatype.DS and name == origin):
                return self.zones[origin].get_node(name)
        return None


def _rrset(name: dns.name.Name, rdataset: Any) -> dns.rrset.RRset:
    found = dns.rrset.RRset(name, rdataset.rdclass, rdataset.rdtype, rdataset.covers)
    found.update(rdataset)
    found.ttl = 60
    return found


@pytest.fixture(scope="module")
def signed() -> Zones:
    found = Zones()
    below = found.add("museum.test.", ZONE.replace("{long}", '" "'.join(["x" * 200] * 10)), _key())
    top = found.add("test.", f"{TOP}\nmuseum.test. 60 IN DS {below.to_text()}\n", _key())
    found.anchor = f"test. DS {top.to_text()}"
    return found


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _at_one_port(datagram: Any, stream: Any) -> tuple[Any, Any]:
    """Servers for both at one port that is free for both."""
    while True:
        tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), stream)
        try:
            return socketserver.ThreadingUDPServer(("127.0.0.1", tcp.server_address[1]), datagram), tcp
        except OSError:
            tcp.server_close()


@pytest.fixture
def server(signed: Zones) -> Iterator[str]:
    """The address of a name server that answers datagrams and streams at one port."""

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, link = self.request
            link.sendto(signed.answer(data, is_stream=False), self.client_address)

    class Stream(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            size = int.from_bytes(self.rfile.read(2), "big")
            made = signed.answer(self.rfile.read(size), is_stream=True)
            self.wfile.write(len(made).to_bytes(2, "big") + made)

    udp, tcp = _at_one_port(Datagram, Stream)
    threads = [threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True) for each in (udp, tcp)]
    for thread in threads:
        thread.start()
    yield f"127.0.0.1:{udp.server_address[1]}"
    for each in (udp, tcp):
        each.shutdown()
        each.server_close()
    signed.rcode = 0


def look(server: str, name: str, **settings: Any) -> Finding:
    engine = Engine("", hosts=Hosts(Path("/nonexistent")))
    try:
        spec = spec_of("dns", name, 8.0, {"server": server, **settings}, allow_private=True)
        return engine.run(start(spec), 8.0)
    finally:
        engine.close()


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("www.museum.test", {}),
        ("www.museum.test", {"expects": ["192.0.2.8", "192.0.2.7"]}),
        ("www.museum.test", {"expects": ["192.0.2.8"], "match": "among"}),
        ("shop.museum.test", {"expects": ["192.0.2.8", "192.0.2.7"]}),
        ("shop.museum.test", {"record": "CNAME", "expects": ["www.museum.test."]}),
        ("museum.test", {"record": "MX", "expects": ["20 BACKUP.museum.test.", "10 mail.museum.test."]}),
        ("museum.test", {"record": "TXT", "expects": ['"v=spf1 -all"']}),
        ("long.museum.test", {"record": "TXT"}),
    ],
    ids=["any", "exactly", "among", "through an alias", "an alias", "in any case", "text", "too long for a datagram"],
)
def test_records_as_they_should_be(server: str, name: str, settings: dict[str, Any]) -> None:
    assert look(server, name, **settings).code is Code.OK


@pytest.mark.parametrize(
    ("name", "settings", "code", "words"),
    [
        (
            "www.museum.test",
            {"expects": ["192.0.2.9"]},
            Code.RECORD_WRONG,
            "The name's record is not as it should be: 192.0.2.9 is missing.",
        ),
        (
            "www.museum.test",
            {"expects": ["192.0.2.7"]},
            Code.RECORD_WRONG,
            "The name's record is not as it should be: 192.0.2.8 does not belong there.",
        ),
        ("www.museum.test", {"record": "AAAA"}, Code.RECORD_MISSING, "The name has no record of the kind AAAA."),
        ("none.museum.test", {}, Code.NAME_NOT_FOUND, "The name none.museum.test does not resolve."),
        ("round.museum.test", {}, Code.RECORD_MISSING, "The name has no record of the kind A."),
    ],
    ids=["missing", "one too many", "another kind", "no such name", "a circle of aliases"],
)
def test_records_as_they_should_not_be(
    server: str, name: str, settings: dict[str, Any], code: Code, words: str
) -> None:
    found = look(server, name, **settings)

    assert (found.code, found.state, told(found)) == (code, State.DOWN, words)


def test_a_server_that_fails_is_told(server: str, signed: Zones) -> None:
    signed.rcode = dns.rcode.SERVFAIL

    assert look(server, "www.museum.test").code is Code.NAME_FAILED


@pytest.mark.parametrize("name", ["www.museum.test", "shop.museum.test"])
def test_signatures_that_hold(server: str, signed: Zones, name: str) -> None:
    assert look(server, name, dnssec=True, anchors=[signed.anchor]).code is Code.OK


def test_another_anchor_does_not_hold(server: str, signed: Zones) -> None:
    other = dns.dnssec.make_ds(
        dns.name.from_text("test."),
        dns.dnssec.make_dnskey(_key().public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257),
        dns.dnssec.DSDigest.SHA256,
    )
    found = look(server, "www.museum.test", dnssec=True, anchors=[f"test. DS {other.to_text()}"])

    assert (found.code, found.state) == (Code.DNSSEC_BROKEN, State.DOWN)


def test_a_forged_record_does_not_hold(server: str, signed: Zones) -> None:
    zone = signed.zones[dns.name.from_text("museum.test.")]
    node = zone.get_node(dns.name.from_text("www.museum.test."))
    kept = node.get_rdataset(IN, dns.rdatatype.A)
    node.replace_rdataset(dns.rdataset.from_text(IN, "A", 60, "192.0.2.66"))
    try:
        found = look(server, "www.museum.test", dnssec=True, anchors=[signed.anchor])
    finally:
        node.replace_rdataset(kept)

    assert found.code is Code.DNSSEC_BROKEN
    assert told(found).endswith("A of www.museum.test.")


def test_records_without_signature(server: str, signed: Zones) -> None:
    node = signed.zones[dns.name.from_text("museum.test.")].get_node(dns.name.from_text("www.museum.test."))
    kept = node.get_rdataset(IN, dns.rdatatype.RRSIG, dns.rdatatype.A)
    node.delete_rdataset(IN, dns.rdatatype.RRSIG, dns.rdatatype.A)
    try:
        found = look(server, "www.museum.test", dnssec=True, anchors=[signed.anchor])
    finally:
        node.replace_rdataset(kept)

    assert (found.code, found.state) == (Code.DNSSEC_MISSING, State.DEGRADED)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"record": "A", "expects": ["not an address"]}, ""),
        ({"record": "ANY"}, "record"),
        ({"dnssec": True, "anchors": ["test. 1 2 3"]}, "anchors"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        spec_of("dns", "museum.test", 5.0, settings)

    assert caught.value.field == field
