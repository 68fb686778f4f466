"""People who can sign in, and the mail that reached them."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.common.jobs import run_due
from tests.journeys.keyboard import enter
from tests.mailbox import Arrival, Mailbox

PASSWORD = "a lantern over calm water"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """Rate limits of earlier tests must not meet the people of this one."""
    cache.clear()


@pytest.fixture
def with_password() -> Callable[[User], User]:
    """Give somebody of the cast the password `PASSWORD`."""

    def give(user: User) -> User:
        user.set_password(PASSWORD)
        user.save()
        return user

    return give


@pytest.fixture
def mail_to(smtp_sink: Mailbox, settings: Any) -> Callable[[str], list[Arrival]]:
    """What really reached an address over SMTP, once all that is due has been done."""
    settings.MAINSTAY = replace(settings.MAINSTAY, mail_url=smtp_sink.url)

    def found(address: str) -> list[Arrival]:
        now = timezone.now()
        while facts.deliver_due(now):
            pass
        run_due(now, queue="mail")
        return [each for each in smtp_sink.arrivals if address in each.rcpt_to]

    return found


@pytest.fixture
def signed_in(open_page: Callable[..., Any], with_password: Callable[..., Any]) -> Callable[..., Any]:
    """Sign somebody of the cast in, in a browser of their own."""

    def enter_as(user: Any, path: str, **context: Any) -> Any:
        page = open_page("/accounts/login/", **context)
        page.get_by_label("E-mail").fill(with_password(user).email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        enter(page)
        page.goto(path)
        return page

    return enter_as


def link_in(letter: Arrival) -> str:
    """The path of the first link in a letter."""
    found = re.search(r"http://[^/\s]+(/\S+)", letter.text)
    assert found, letter.text
    return found[1]
