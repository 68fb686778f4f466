"""One look from the command line."""

import json

import pytest

from mainstay.common.addresses import AddressRefused
from mainstay.watch.codes import Code, sentence, state_of
from mainstay.watch.observe import describe, observe
from tests.watch.servers import page, serving


def test_an_observation_is_told_in_plain_values() -> None:
    with serving(page("503 Service Unavailable")) as port:
        told = describe(observe(f"http://127.0.0.1:{port}/", allow_private=True))

    assert json.loads(json.dumps(told)) == told
    assert (told["state"], told["code"], told["status"]) == ("down", "http_status", 503)
    assert told["sentence"] == "The website answered with an error (503)."
    assert told["total_ms"] >= told["connect_ms"] >= 0


def test_what_may_not_be_looked_at_is_an_error() -> None:
    with pytest.raises(AddressRefused):
        observe("file:///etc/passwd")


def test_loopback_is_refused_unless_it_is_allowed() -> None:
    assert observe("http://127.0.0.1:9/").finding.code is Code.ADDRESS_REFUSED


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_state_and_a_sentence_with_and_without_its_detail(code: Code) -> None:
    for words in (sentence(code), sentence(code, "something")):
        assert words.endswith(".")
        assert "{" not in words
    assert state_of(code)
