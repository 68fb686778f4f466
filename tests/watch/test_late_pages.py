"""How the console shows outages that late checks put right."""

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.watch import actions, queries
from mainstay.watch.actions.rejudging import SETTLED_AFTER
from mainstay.watch.models import Outage
from tests.cast import Cast
from tests.watch.world import MINUTE, REFUSED, START, check, monitor_of, take

pytestmark = pytest.mark.django_db
LATER = START + 60 * MINUTE


def corrected(cast: Cast, *good: int) -> None:
    """One place makes an outage from minute 5 to 16; another tells late that it saw it well in the minutes `good`."""
    monitor = monitor_of(cast.a.websites.get())
    take([check(monitor, minute, place=place) for minute in (0, 1) for place in ("berlin", "london")])
    codes = [REFUSED if 5 <= minute < 16 else None for minute in range(2, 30)]
    take([check(monitor, 2 + n, *([code] if code else []), place="berlin") for n, code in enumerate(codes)])
    late = [check(monitor, minute, *([] if minute in good else [REFUSED]), place="london") for minute in range(2, 30)]
    actions.take_in(checks=late, at=LATER)
    actions.judge_late(at=LATER + SETTLED_AFTER)


@pytest.fixture
def staff(client: Client, cast: Cast) -> Client:
    client.force_login(cast.helper)
    return client


def shown(client: Client, outage: Outage) -> str:
    return client.get(reverse("console-outage", args=[outage.pk])).content.decode()


def test_one_that_was_taken_back_says_so_and_is_in_a_list_of_its_own(staff: Client, cast: Cast) -> None:
    corrected(cast, *range(2, 30))
    outage = Outage.objects.get()

    assert "They say that there was no such outage." in shown(staff, outage)
    listed = reverse("console-outage", args=[outage.pk])
    assert listed not in staff.get(reverse("console-outages")).content.decode()
    assert listed in staff.get(reverse("console-outages"), {"show": "taken back"}).content.decode()


def test_one_with_other_edges_leads_to_the_one_before_and_back(staff: Client, cast: Cast) -> None:
    corrected(cast, *range(2, 8), *range(11, 30))
    old, new = Outage.objects.order_by("pk")

    assert "Put right" in shown(staff, new)
    assert "lasted 11 min" in shown(staff, new)
    assert reverse("console-outage", args=[old.pk]) in shown(staff, new)
    assert reverse("console-outage", args=[new.pk]) in shown(staff, old)
    assert list(queries.open_outages(Outage.objects.valid())) == []


def test_what_was_taken_back_cannot_be_taken_on(staff: Client, cast: Cast) -> None:
    corrected(cast, *range(2, 30))
    outage = Outage.objects.get()

    staff.post(reverse("console-outage-acknowledgement", args=[outage.pk]), {"note": "On it."})

    outage.refresh_from_db()
    assert not outage.is_acknowledged
