"""Whoever calls is found by what they say first."""

from typing import Any

import pytest

from mainstay.clients.gates import clients_for
from mainstay.clients.models import Contact, Organisation
from mainstay.clients.queries.callers import FOUND_MAX, callers
from tests.cast import Cast


def found(cast: Cast, typed: str) -> list[str]:
    return [each.name for each in callers(Organisation.objects.all(), typed)]


@pytest.mark.parametrize(
    ("phone", "typed", "is_found"),
    [
        ("+44 20 7946 0958", "020 7946 0958", True),
        ("+44 (0)20 7946-0958", "02079460958", True),
        ("020/7946 0958", "+44 20 7946 0958", True),
        ("020 7946 0958", "0044 20 79460958", True),
        ("+44 20 7946 0958", "7946", True),
        ("(030) 12 34 56", "+49 30 123456", True),
        ("+49 30 123456", "030-123456", True),
        ("030 123456", "+49 30 1234567", False),
        ("020 7946 0958", "020 7946 0959", False),
        ("", "020", False),
    ],
)
def test_a_number_in_any_spelling(cast: Cast, phone: str, typed: str, is_found: bool) -> None:
    cast.contact(cast.a, name="Paul Phone", phone=phone)
    assert found(cast, typed) == (["Paul Phone"] if is_found else [])


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("quen", True), ("QUENTIN quill", True), ("quill@", True), ("quentin alder", True), ("quentin shop-of", True),
        ("quentin birch", False), ("q", False), ("", False), ("  ", False), ("%", False), ("00", False),
    ],
)  # fmt: skip
def test_by_name_address_client_and_website(cast: Cast, typed: str, is_found: bool) -> None:
    cast.website(cast.a, name="The shop", url="https://shop-of-alder.example/")
    cast.contact(cast.a, name="Quentin Quill", email="quill@alder.example")
    assert found(cast, typed) == (["Quentin Quill"] if is_found else [])


def test_the_digits_follow_the_number(cast: Cast) -> None:
    contact = cast.contact(cast.a, phone="+44 (0)20 7946-0958")
    contact.refresh_from_db()
    assert contact.phone_digits == "442079460958"
    Contact.objects.filter(pk=contact.pk).update(phone="020.1")
    contact.refresh_from_db()
    assert contact.phone_digits == "0201"


def test_who_left_is_not_found_nor_whom_somebody_may_not_see(cast: Cast) -> None:
    cast.contact(cast.b, name="Quentin Quill")
    assert callers(clients_for(cast.a_administrator, "desk.open"), "quentin") == []  # type: ignore[arg-type]
    Contact.objects.filter(name="Quentin Quill").update(is_active=False)
    assert found(cast, "quentin") == []


def test_many_callers_cost_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(FOUND_MAX + 3):
        cast.contact(cast.a, name=f"Quentin {number:02}")
    with django_assert_num_queries(2):
        rows = callers(Organisation.objects.all(), "quentin")
        assert [len(each.client.websites.all()) for each in rows] == [1] * FOUND_MAX
