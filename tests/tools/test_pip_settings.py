"""What is set for pip reaches uv."""

import pytest
from pip_settings import for_uv, parse

LISTING = """\
:env:.find-links='/wheels /more wheels'
global.cert='/etc/ca.pem'
global.extra-index-url='https://one.registry.example/simple\\nhttps://two.registry.example/simple'
global.index-url='https://registry.example/simple'
install.index-url='https://install.registry.example/simple'
download.index-url='https://download.registry.example/simple'
"""


def test_the_section_nearest_to_installing_wins():
    settings = parse(LISTING + "global.find-links='/from the file'\n")
    assert settings["index-url"] == "https://install.registry.example/simple"
    assert settings["find-links"] == "/wheels /more wheels"


def test_a_listing_that_says_nothing_gives_nothing():
    assert parse("") == {}
    assert for_uv({}, {}) == {}


def test_uv_hears_the_same():
    assert for_uv(parse(LISTING), {}) == {
        "UV_DEFAULT_INDEX": "https://install.registry.example/simple",
        "UV_INDEX": "https://one.registry.example/simple https://two.registry.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more,wheels",
        "SSL_CERT_FILE": "/etc/ca.pem",
    }


def test_what_is_set_for_uv_itself_wins():
    said = for_uv(parse(LISTING), {"UV_DEFAULT_INDEX": "https://own.registry.example/simple", "SSL_CERT_FILE": "/x"})
    assert {"UV_DEFAULT_INDEX", "SSL_CERT_FILE"}.isdisjoint(said)


@pytest.mark.parametrize(("word", "said"), [("true", {"UV_NO_INDEX": "1"}), ("1", {"UV_NO_INDEX": "1"}), ("false", {})])
def test_an_offline_folder_stays_offline(word, said):
    assert for_uv({"no-index": word}, {}) == said
