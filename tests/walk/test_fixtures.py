"""What the tests stand on works: the network guard, the mailbox and the browser."""

import smtplib
import socket
from email.message import EmailMessage

import pytest

from tests.mailbox import Mailbox, free_port
from tests.network import NetworkForbidden, is_loopback, is_number, loopback_only


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", None, b"localhost"])
def test_loopback_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "agency.example", "0x7f000001"])
def test_everything_else_is_elsewhere(host):
    assert not is_loopback(host)


def test_a_number_asks_nobody():
    assert is_number("192.0.2.1")
    assert is_number("2001:db8::1")
    assert not is_number("agency.example")


def test_a_connection_beyond_loopback_is_refused():
    with pytest.MonkeyPatch.context() as patch, loopback_only(patch) as tried, socket.socket() as out:
        with pytest.raises(NetworkForbidden, match=r"connect .*192\.0\.2\.1"):
            out.connect(("192.0.2.1", 80))
        with pytest.raises(NetworkForbidden, match=r"look-up of 'agency\.example'"):
            socket.create_connection(("agency.example", 80))
    assert len(tried) == 2


def test_a_connection_to_loopback_goes_through():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_the_guard_is_on_without_asking_for_it():
    assert "loopback_only" in socket.socket.connect.__qualname__
    assert "loopback_only" in socket.getaddrinfo.__qualname__


def test_the_mailbox_keeps_what_it_is_given(smtp_sink: Mailbox):
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message["From"], message["To"] = "a@client.example", "b@agency.example"
    message.set_content("Hello\n")
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.send_message(message)
    (arrival,) = smtp_sink.wait_for(1)
    assert (arrival.mail_from, arrival.rcpt_to) == ("a@client.example", ("b@agency.example",))
    assert (arrival.subject, arrival.text.strip()) == ("Grüße", "Hello")


def test_the_mailbox_can_refuse(smtp_sink: Mailbox):
    smtp_sink.refuse_with = "451 try later"
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client, pytest.raises(smtplib.SMTPDataError, match="try later"):
        client.sendmail("a@client.example", ["b@agency.example"], b"Subject: x\r\n\r\nx\r\n")
    assert smtp_sink.arrivals == []


def test_a_free_port_can_be_bound():
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))


@pytest.mark.browser
def test_the_browser_opens_a_page(live_browser):
    page = live_browser.new_page()
    page.set_content("<title>Hello</title><h1>There</h1>")
    assert page.title() == "Hello"
