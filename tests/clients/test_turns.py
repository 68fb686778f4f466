"""Two people do the same at the same time: one is first, the other is told so; nothing fails, nothing is doubled."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from mainstay.clients import actions
from mainstay.clients.facts import Part
from mainstay.clients.models import Agreement, Assignment, Contact, Website

PEOPLE = 4

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(do: Callable[[], Any]) -> list[str]:
    """What became of `do`, done by several people at once: the name of the error, or nothing."""
    start, outcomes = threading.Barrier(PEOPLE), []

    def one() -> None:
        start.wait()
        try:
            do()
            outcomes.append("")
        except Exception as problem:  # noqa: BLE001 - each outcome is compared below
            outcomes.append(type(problem).__name__)
        finally:
            connection.close()

    people = [threading.Thread(target=one) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return sorted(outcomes)


def test_the_same_contact_is_added_once(cast, now) -> None:
    given = {"client": cast.a, "name": "Nell", "email": "nell@example.org", "invite": True, "by": cast.administrator}
    outcomes = at_once(lambda: actions.add_contact(**given, at=now))
    assert outcomes == ["", *["AlreadyContact"] * (PEOPLE - 1)]
    assert Contact.objects.get(email="nell@example.org").user.invitations.count() == 1


def test_one_account_manager_is_left(cast, now) -> None:
    given = {"client": cast.a, "user": cast.helper, "part": Part.MANAGER, "by": cast.administrator}
    outcomes = at_once(lambda: actions.name_account_manager(**given, at=now))
    assert outcomes == [""] * PEOPLE
    assert Assignment.objects.get(client=cast.a, part=Part.MANAGER, ends_at__isnull=True).user == cast.helper


def test_an_agreement_is_signed_once(cast, now) -> None:
    given = {"client": cast.a, "effective_from": date(2026, 4, 1), "by": cast.administrator}
    outcomes = at_once(lambda: actions.sign_agreement(**given, at=now))
    assert outcomes == ["", *["AgreementRefused"] * (PEOPLE - 1)]
    assert Agreement.objects.filter(client=cast.a).count() == 2


def test_websites_and_clients_of_one_name_get_addresses_of_their_own(cast, now) -> None:
    site = {"client": cast.a, "name": "Shop", "url": "https://shop.example.org/", "by": cast.administrator}
    assert at_once(lambda: actions.create_website(**site, at=now)) == [""] * PEOPLE
    assert len(set(Website.objects.filter(name="Shop").values_list("slug", flat=True))) == PEOPLE
    assert at_once(lambda: actions.create_client(name="Elm", by=cast.administrator, at=now)) == [""] * PEOPLE
