"""Addresses to listen on: what they mean, whether they are free, and when something answers there."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mainstay.common.listening import CannotListen, answers_http, becomes_free, free_from, is_free, split_listen
from mainstay.common.settings import SettingWrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:25", ("::1", 25)), (":8000", ("0.0.0.0", 8000))],
)
def test_listen_addresses(text: str, expected: tuple[str, int]) -> None:
    assert split_listen(text) == expected


@pytest.mark.parametrize("text", ["8000", "localhost", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:http"])
def test_listen_addresses_that_are_none(text: str) -> None:
    with pytest.raises(SettingWrong, match="host:port"):
        split_listen(text)


def test_a_port_in_use_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(f"127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("text", ["host.invalid:8000", "192.0.2.1:8000"])
def test_an_address_of_another_machine_is_told_apart_from_one_in_use(text: str) -> None:
    with pytest.raises(CannotListen, match=f"nothing can listen at {text}"):
        is_free(text)


def test_an_address_in_use_gives_way_to_one_of_the_next_ports() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = free_from(f"127.0.0.1:{port}")

        assert is_free(found)
        assert port < split_listen(found)[1] < port + 20


def test_a_free_address_is_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

    assert free_from(address) == address


def test_an_address_is_waited_for_until_it_becomes_free() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{server.getsockname()[1]}"
    assert not becomes_free(address, 0.1)

    threading.Timer(0.3, server.close).start()

    assert becomes_free(address, 20)


class Answer(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(302)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_any_http_answer_counts() -> None:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()

        assert answers_http(f"127.0.0.1:{server.server_port}", 20)


def test_nobody_answers_at_an_address_without_a_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

    assert not answers_http(address, 0.3)
