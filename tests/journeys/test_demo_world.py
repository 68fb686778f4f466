"""The demo world as a newcomer meets it: every page answers and can be read, and a broken website is found."""

import re
import time
import urllib.error
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.journeys.browsing import chromium
from tests.journeys.looking import AT_REST, troubles
from tests.real.installation import Installation, installed, until
from tests.real.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.timeout(1500)]

ACCOUNT = re.compile(r"^  (\S+@\S+)  +(.+?)  (.+)$", re.MULTILINE)
LINK = re.compile(r'<a [^>]*?href="([^"]+)"')
LEFTOVERS = re.compile(r"\{\{|\{%|<c-|>None<")
EACH_KIND_MAX = 4
"""Pages of one kind, like tickets, that are opened for each account."""
FOUND_WITHIN_S = 60
MADE_WITHIN_S = 1000
"""Fourteen months are lived through, beside other tests that keep the machine busy."""
NOT_PAGES = ("/accounts/logout/", "/files/", "/pictures/", "/console/desk/mail/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """`mainstay demo`, made once for all tests of this file, where a first attempt was cut off after its tables."""
    with installed(tmp_path_factory.mktemp("demo"), mail_url="") as installation:
        del installation.environ["MAINSTAY_MAIL_URL"]
        installation.ask("from mainstay.config import prepare\nprepare.database()\nanswer = 1")
        installation.start("demo", timeout_s=MADE_WITHIN_S)
        until("the accounts are printed", lambda: accounts(installation))
        yield installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as program:
        yield program


def accounts(demo: Installation) -> dict[str, str]:
    """The passwords of the accounts that the demo printed, by their addresses."""
    return {email: password for email, password, _ in ACCOUNT.findall(demo.log.read_text(errors="replace"))}


def test_what_was_cut_off_at_the_beginning_has_begun_again(demo: Installation) -> None:
    assert len(accounts(demo)) == 11
    assert demo.ask("from mainstay.config import prepare\nanswer = prepare.has_pending_migrations()") is False


def test_every_page_that_the_demo_accounts_reach_answers(demo: Installation) -> None:
    found = accounts(demo)
    opened: Counter[str] = Counter()
    for email, password in found.items():
        visitor = Visitor(demo.url)
        page = visitor.send("/accounts/login/", login=email, password=password)
        for path, text in crawl(visitor, "/", page, each_kind_max=1 if opened else EACH_KIND_MAX):
            opened[kind(path)] += 1
            assert "<title>" in text, path
            assert not LEFTOVERS.search(text), f"{path}: {LEFTOVERS.search(text)}"
    assert len(opened) >= 40, opened
    assert errors_in(demo) == []


@pytest.mark.one_database
def test_every_kind_of_page_can_be_read_by_everybody(demo: Installation, browser: Any) -> None:
    wrong: list[str] = []
    for email in ("ada@harbour.example", "grace@albion-theatre.example"):
        password = accounts(demo)[email]
        visitor = Visitor(demo.url)
        first = visitor.send("/accounts/login/", login=email, password=password)
        paths = {kind(path).partition("?")[0]: path for path, _ in crawl(visitor, "/", first, each_kind_max=1)}
        context = browser.new_context(base_url=demo.url, locale="en-GB", **AT_REST)
        sign_in(context, email, password)
        for path in paths.values():
            page = context.new_page()
            page.goto(path)
            wrong += troubles(page)
            page.close()
        context.close()
    assert not wrong, "\n".join(wrong)


def test_a_broken_website_is_found_ticketed_charged_and_healed(demo: Installation, browser: Any) -> None:
    context = browser.new_context(base_url=demo.url, locale="en-GB")
    page = sign_in(context, "ada@harbour.example", accounts(demo)["ada@harbour.example"])
    page.goto("/console/websites/?q=live")
    page.get_by_role("link", name="What's on (live demo)").first.click()
    now = page.locator("#website")
    now.locator(".state-good").first.wait_for(timeout=30_000)
    unused = now.locator(".budget-figures").inner_text()

    began = time.monotonic()
    press(page, "Down: nothing answers")
    now.locator(".state-bad").first.wait_for(timeout=FOUND_WITHIN_S * 1000)
    now.get_by_role("link", name=re.compile("is down")).wait_for(timeout=FOUND_WITHIN_S * 1000)
    assert time.monotonic() - began < FOUND_WITHIN_S
    until("the budget moves", lambda: used(now.locator(".budget-figures").inner_text()) > used(unused), timeout_s=30)

    press(page, "Working")
    now.locator(".state-good").first.wait_for(timeout=FOUND_WITHIN_S * 1000)
    now.get_by_role("link", name=re.compile("is down")).click()
    until("the ticket tells of it", lambda: page.reload() and "up again" in page.inner_text("main").lower())
    context.close()


def errors_in(demo: Installation) -> list[str]:
    """What the demo's own log holds of faults."""
    return [line for line in demo.log.read_text(errors="replace").splitlines() if '"level": "error"' in line]


def press(page: Any, name: str) -> None:
    """Reach a button by keyboard alone, and press it."""
    page.keyboard.press("Home")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    raise AssertionError(f"no button {name!r} is reached with the tab key")


def used(figures: str) -> int:
    """The seconds used, read from the words under the budget bar."""
    found = re.search(r"((?:\d+ (?:h|min|s) ?)+)used", figures)
    assert found, figures
    each_s = {"h": 3600, "min": 60, "s": 1}
    return sum(int(number) * each_s[unit] for number, unit in re.findall(r"(\d+) (h|min|s)", found[1]))


def sign_in(context: Any, email: str, password: str) -> Any:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("navigation").first.wait_for()
    return page


def crawl(visitor: Visitor, start: str, page: str, each_kind_max: int = EACH_KIND_MAX) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, breadth first, but only some of each kind, each with its text."""
    waiting, seen, opened = deque([(start, page)]), {start}, Counter[str]()
    while waiting:
        path, text = waiting.popleft()
        yield path, text
        for link in links(path, text):
            if link in seen or opened[kind(link)] >= each_kind_max:
                continue
            seen.add(link)
            opened[kind(link)] += 1
            answer = opened_page(visitor, link)
            if answer.lstrip().startswith("<!doctype html"):
                waiting.append((link, answer))


def opened_page(visitor: Visitor, link: str) -> str:
    try:
        return visitor.read(link)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{link} answers {error.code}") from error


def links(path: str, text: str) -> list[str]:
    """The pages of this site that a page leads to."""
    found = (urldefrag(urljoin(path, unescape(each)))[0] for each in LINK.findall(text))
    pages = [each for each in found if not urlsplit(each).scheme and each.startswith("/")]
    return [each for each in pages if not each.startswith(NOT_PAGES)]


def kind(path: str) -> str:
    """What sort of page a path is: numbers, references, names of clients and months are all alike."""
    parts = urlsplit(path)
    plain = re.sub(r"/(portal|clients|promises|preview)/[a-z0-9-]+/", r"/\1/CLIENT/", parts.path)
    plain = re.sub(r"/(MS-\d{4}-\d+|\d{4}-\d{2}|\d+|[ADMPS]\d)(?=[/.]|$)", "/N", plain)
    return plain + "?" + "&".join(sorted(each.partition("=")[0] for each in parts.query.split("&") if each))
