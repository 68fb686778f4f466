"""The guard for addresses given by people, as a table of inputs."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.common.addresses import AddressRefused, check_ip, parse
from mainstay.common.addresses.networks import METADATA, TABLE
from tests.common.address_corpus import CLOUD, LOOPBACK, NEVER, NO_ADDRESS, PRIVATE, PUBLIC, READ_AS, REFUSED


@pytest.mark.parametrize(("written", "read"), READ_AS.items())
def test_read_as(written, read):
    assert parse(written).url == read
    assert parse(read).url == read


@pytest.mark.parametrize("url", REFUSED)
def test_refused(url):
    with pytest.raises(AddressRefused) as refusal:
        parse(url)
    assert refusal.value.reason


@pytest.mark.parametrize("url", LOOPBACK)
def test_reaches_this_machine_and_is_refused(url):
    target = parse(url)
    assert target.is_ip
    with pytest.raises(AddressRefused):
        check_ip(target.host)


@pytest.mark.parametrize("ip", PUBLIC)
def test_public(ip):
    check_ip(ip)
    check_ip(ip, allow_private=True)


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_only_when_allowed(ip):
    with pytest.raises(AddressRefused):
        check_ip(ip)
    check_ip(ip, allow_private=True)


@pytest.mark.parametrize("ip", [*NEVER, *CLOUD, *sorted(map(str, METADATA))])
@pytest.mark.parametrize("allow_private", [False, True])
def test_never(ip, allow_private):
    with pytest.raises(AddressRefused):
        check_ip(ip, allow_private=allow_private)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_no_address(text):
    with pytest.raises(AddressRefused):
        check_ip(text, allow_private=True)


@pytest.mark.parametrize("denied", TABLE, ids=lambda denied: denied.network)
def test_first_and_last_address_of_each_network_are_refused(denied):
    network = ip_network(denied.network)
    for ip in (network.network_address, network.broadcast_address):
        with pytest.raises(AddressRefused):
            check_ip(str(ip))


def test_target_has_its_parts():
    target = parse("https://Example.org:8443/a?b#c")
    assert (target.scheme, target.host, target.port, target.path) == ("https", "example.org", 8443, "/a?b")
    assert (target.authority, target.is_ip) == ("example.org:8443", False)


@given(st.integers(0, 2**32 - 1))
def test_each_spelling_of_an_ipv4_address_is_read_as_the_same(number):
    dotted = str(ip_address(number))
    a, b, c, d = (int(part) for part in dotted.split("."))
    spellings = [
        dotted,
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{c << 8 | d}",
        f"{a:#x}.0{b:o}.{c}.{d:#x}",
        dotted.replace(".", "。"),
    ]
    assert {parse(f"http://{spelling}/").host for spelling in spellings} == {dotted}


@given(st.text(max_size=60))
def test_any_text_is_read_in_one_way_or_refused(text):
    try:
        target = parse(f"http://{text}")
    except AddressRefused:
        return
    assert parse(target.url) == target
    assert target.url.isascii()
