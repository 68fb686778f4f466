"""A doubted prober is told where people look: in the console, and by the doctor."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients.models import Website
from mainstay.config.doctor.running import prober_trust
from mainstay.watch import actions
from mainstay.watch.facts import CanaryLook, Check, Finding
from mainstay.watch.models import Outage
from tests.cast import Cast
from tests.watch.world import PLACE, REFUSED, monitor_of

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def doubted_website(cast: Cast) -> Website:
    """A website whose failures are not believed, since the only canary failed first."""
    website = cast.website(cast.a)
    monitor, at = monitor_of(website, at=timezone.now()), timezone.now() - timedelta(minutes=2)
    looks = [CanaryLook(PLACE, "https://canary.example/", at + each * SECOND, False, REFUSED) for each in (0, 2, 4)]
    bad = [Check(monitor.pk, PLACE, at + each * SECOND, Finding(REFUSED)) for each in (5, 10, 15)]
    actions.take_in(checks=bad, canaries=looks, at=at)
    return website


@pytest.mark.parametrize("name", ["console-home", "console-monitors", "console-outages", "console-website"])
def test_a_doubted_prober_is_told_in_plain_words(client: Client, cast: Cast, name: str) -> None:
    website = doubted_website(cast)
    client.force_login(cast.administrator)

    address = reverse(name, args=[] if name in ("console-home", "console-outages") else [website.pk])
    page = html.unescape(client.get(address).content.decode())

    assert "doubted" in page
    assert "The only canary does not answer: https://canary.example/." in page
    assert not Outage.objects.exists()


def test_doctor_says_that_a_prober_is_doubted(cast: Cast) -> None:
    assert prober_trust().verdict == "ok"
    doubted_website(cast)

    found = prober_trust()

    assert found.verdict == "fail"
    assert "The only canary does not answer" in found.sentence
