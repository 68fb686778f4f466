"""What happens at another client changes nothing of what one sees: lists, counts, search, suggestions, files, mails.

The matrix of permissions asks at each address for an object; here a client's person looks at everything that gathers.
"""

import re
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail
from tests.cast import CANARY, OBJECTS, Cast
from tests.desk.words import article_of

GATHERED = (
    "/",
    "/portal/alder/",
    "/portal/alder/tickets/",
    "/portal/alder/tickets/?q=canary",
    "/portal/alder/answers/?q=canary",
    "/portal/alder/answers/suggestions/?typed=canary+birch",
    "/portal/alder/websites/",
    "/portal/alder/reports/",
    "/portal/alder/promises/",
    "/portal/alder/exclusions/",
    "/portal/alder/agreements/",
    "/portal/alder/people/",
    "/portal/alder/people/record/",
    "/portal/alder/people/record/?form=csv",
    "/portal/alder/people/record/?form=jsonl",
    "/account/",
    "/account/data/",
    "/account/elsewhere/",
    "/access/",
)
FILES = {"desk-attachment": "attachment_id", "desk-picture": "picture_id", "desk-message-layout": "laid_out_id"}
MADE = ("reference", "attachment_id", "report_id", "outage_id", "exclusion_id", "offer_id", "window_id", "request_id")
PEOPLE = "/portal/alder/people"
RECORD = "/portal/alder/people/record"
"""It grows by looking at it: who takes a file of it is on record."""

EACH_TIME_ANOTHER = re.compile(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"')


def of_b(cast: Cast, name: str) -> Any:
    return OBJECTS[name](replace(cast, a=cast.b))


def seen(browser: Client, addresses: list[str]) -> dict[str, str]:
    """What each page says, without what is another at each look."""
    pages = {each: browser.get(each, follow=True) for each in addresses}
    assert {each: page.status_code for each, page in pages.items() if page.status_code != 200} == {}
    return {each: EACH_TIME_ANOTHER.sub("", page.content.decode()) for each, page in pages.items()}


@pytest.mark.parametrize("role", ["a_administrator", "a_viewer"])
def test_nothing_is_listed_counted_or_suggested(role: str, cast: Cast, client: Client, now: Any) -> None:
    addresses = [each for each in GATHERED if role == "a_administrator" or not each.startswith(PEOPLE)]
    with time_machine.travel(now, tick=False):
        client.force_login(cast.person(role))
        before = seen(client, addresses)
        for name in MADE:
            of_b(cast, name)
        article_of(cast.b, cast.helper, title=f"Birch {CANARY}")
        after = seen(client, addresses)
    assert [each for each, text in after.items() if CANARY in text] == []
    assert [each for each, text in after.items() if text != before[each] and not each.startswith(RECORD)] == []


@pytest.mark.parametrize(("name", "argument"), FILES.items())
def test_no_file_is_handed_out(name: str, argument: str, cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    theirs, nobodys = (client.get(reverse(name, args=[pk])) for pk in (of_b(cast, argument), 2**31 - 1))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert CANARY not in theirs.content.decode()


def test_no_mail_tells_of_it(cast: Cast, now: Any) -> None:
    cast.ticket(cast.a), cast.ticket(cast.b), cast.offer(cast.a), cast.offer(cast.b)
    cast.report(cast.a), cast.report(cast.b)
    run_due(now, queue="mail")
    ours = set(cast.a.contacts.values_list("email", flat=True))
    sent = list(OutgoingMail.objects.all())
    to_a = [each for each in sent if each.recipient in ours]
    assert to_a and len(sent) > len(to_a)
    assert [each.subject for each in to_a if CANARY in f"{each.subject} {each.text} {each.html}"] == []
