"""Looking round a website that is not watched yet, against real servers on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest

from mainstay.common.addresses import AddressRefused
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.observe import look_round
from mainstay.watch.rules.suggesting import Found, Records, name_of, suggestions
from mainstay.watch.scouting import CertificateFacts, certificate_at, scout
from tests.watch.servers import NameServer, authority_file, page, serving, tls

SHOP = page(
    head="Content-Type: text/html; charset=utf-8\n",
    body="<title>Shop - buy things</title><h1>Fresh bread daily</h1><a href='/login'>Sign in</a>",
)
TLS_HANDSHAKE = b"\x16"


def speaks_http_alone(link: socket.socket) -> None:
    """Hangs up on whoever begins with TLS."""
    if link.recv(1, socket.MSG_PEEK) != TLS_HANDSHAKE:
        SHOP(link)


RECORDS = {
    ("site.test.", "A"): ("site.test. 3600 IN A 192.0.2.7",),
    ("site.test.", "SOA"): ("site.test. 60 IN SOA ns.site.test. admin.site.test. 1 60 60 60 60",),
    ("site.test.", "MX"): ("site.test. 60 IN MX 20 backup.test.", "site.test. 60 IN MX 10 mail.test."),
}


def zone(wire: bytes) -> bytes:
    """A name server that knows `RECORDS`, and of everything else that it does not exist."""
    asked = dns.message.from_wire(wire)
    question = asked.question[0]
    reply = dns.message.make_response(asked)
    for line in RECORDS.get((question.name.to_text(), question.rdtype.name), ()):
        name, ttl, kind, record, *rest = line.split(maxsplit=4)
        reply.answer.append(dns.rrset.from_text(name, int(ttl), kind, record, rest[0]))
    if not any(question.name.to_text() == name for name, _ in RECORDS):
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


@contextmanager
def looking(tmp_path: Path) -> Iterator[Engine]:
    """An engine for which site.test is this machine, and whose name server is `zone`."""
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test\n")
    with NameServer(zone) as server:
        engine = Engine(authority_file(tmp_path), servers=(server.address,), hosts=Hosts(hosts))
        try:
            yield engine
        finally:
            engine.close()


def test_a_website_is_found_with_its_name_certificate_and_records(tmp_path: Path) -> None:
    with serving(SHOP, tls(tmp_path)) as port, looking(tmp_path) as engine:
        found = scout(f"site.test:{port}", engine, allow_private=True)

    assert (found.problem, found.url) == ("", f"https://site.test:{port}/")
    assert (found.title, found.heading) == ("Shop - buy things", "Fresh bread daily")
    assert found.sign_in_url == f"https://site.test:{port}/login"
    assert found.addresses == Records(("192.0.2.7",), 3600)
    assert (found.zone, found.mail) == ("site.test", ("mail.test", "backup.test"))
    assert found.certificate.startswith("Its certificate by Test Authority ends on ")
    assert (found.domain, found.mail_answers, found.answers_over_6) == ("", "", False)


def test_an_address_without_a_scheme_is_tried_over_http_where_https_is_not_spoken(tmp_path: Path) -> None:
    with serving(speaks_http_alone) as port, looking(tmp_path) as engine:
        found = scout(f"site.test:{port}", engine, allow_private=True)

    assert (found.problem, found.url) == ("", f"http://site.test:{port}/")


def test_where_the_address_leads_is_what_is_found(tmp_path: Path) -> None:
    with serving(SHOP) as there, looking(tmp_path) as engine:
        sends_on = page("301 Moved Permanently", head=f"Location: http://site.test:{there}/\n")
        with serving(sends_on) as here:
            found = scout(f"http://site.test:{here}/", engine, allow_private=True)

    assert found.url == f"http://site.test:{there}/"
    assert f"leads here from http://site.test:{here}/" in suggestions(found)[0].reason


def test_a_name_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with looking(tmp_path) as engine:
        found = scout("http://nowhere.test/", engine)

    assert found.problem == "The name nowhere.test does not resolve."
    assert found.is_name_missing
    assert [each.kind for each in suggestions(found)] == ["http"]


@pytest.mark.parametrize(
    "written", ["http://127.0.0.1/", "127.1", "http://[::1]/", "http://2130706433/", "ftp://x.org/"]
)
def test_private_addresses_are_refused_before_anything_is_asked(written: str) -> None:
    with pytest.raises(AddressRefused):
        look_round(written)


def test_a_name_that_leads_inside_is_not_looked_at(tmp_path: Path) -> None:
    with serving(SHOP) as port, looking(tmp_path) as engine:
        found = scout(f"http://site.test:{port}/", engine)

    assert found.problem.startswith("The address is one that Mainstay may not look at")
    assert found.text == ""


def test_a_redirect_inside_is_not_followed(tmp_path: Path) -> None:
    with looking(tmp_path) as engine, serving(page("302 Found", head="Location: http://169.254.169.254/\n")) as port:
        found = scout(f"http://site.test:{port}/", engine)

    assert found.text == ""
    assert found.problem


def test_a_certificate_is_told_with_what_is_wrong_with_it(tmp_path: Path) -> None:
    facts = CertificateFacts()
    with serving(page(), tls(tmp_path, "other.test")) as port, looking(tmp_path) as engine:
        steps = certificate_at("site.test", port, facts, timeout_s=5.0, allow_private=True)
        engine.run(steps, 5.0)

    assert facts.names == ["other.test"]
    assert facts.wrong == ("certificate_wrong_name", "site.test")
    assert facts.protocol.startswith("TLSv1.")
    assert facts.key == "secp256r1"


def found(**fields) -> Found:
    return Found("https://www.example.org/", "https://www.example.org/", **fields)


def test_a_steady_record_is_ticked_and_a_moving_one_is_not() -> None:
    steady = suggestions(found(addresses=Records(("192.0.2.7",), 3600)))
    moving = suggestions(found(addresses=Records(("192.0.2.7",), 20)))

    assert [each.is_wise for each in steady if each.kind == "dns"] == [True]
    assert [each.is_wise for each in moving if each.kind == "dns"] == [False]
    assert steady[-1].settings == {"record": "A", "expects": ["192.0.2.7"]}


def test_words_that_html_writes_otherwise_are_not_watched_for() -> None:
    shown = found(heading="What's on & where", text="<h1>What&#x27;s on &amp; where</h1>")

    assert suggestions(shown)[0].settings == {"contains": "where"}
    assert suggestions(found(heading="Hi", text="<h1>Hi</h1>"))[0].settings == {}


def test_domain_mail_and_ipv6_are_suggested_as_far_as_they_answer() -> None:
    answering = found(
        zone="example.org",
        domain="The domain is registered.",
        mail=("mx.example.org",),
        mail_answers="The mail server answered as it should.",
        addresses_6=Records(("2001:db8::1",), 3600),
        answers_over_6=True,
    )
    silent = found(zone="example.org", mail=("mx.example.org",), addresses_6=Records(("2001:db8::1",), 3600))

    kinds = ["http", "tls", "domain", "http", "smtp"]
    assert [(each.kind, each.is_wise) for each in suggestions(answering)] == [(kind, True) for kind in kinds]
    assert [each.is_wise for each in suggestions(silent)] == [True, True, False, False, False]
    assert [each.counts for each in suggestions(answering)] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("title", "name"),
    [("Shop – buy things", "Shop"), ("  A  B | C", "A B"), ("", "www.example.org"), ("x" * 300, "x" * 100)],
)
def test_a_website_is_called_by_its_title(title: str, name: str) -> None:
    assert name_of(found(title=title)) == name
