"""What every test may use: a fixed instant, a browser, a mailbox; and what holds for all of them."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.cast import cast
from tests.journeys.browsing import chromium
from tests.mailbox import Mailbox
from tests.network import loopback_only

__all__ = ["cast"]

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""A Wednesday in London's office hours, far from a change of the clocks."""

ON_ONE_DATABASE = {"browser", "one_database"}
"""What a person sees and a browser does is the same on both; what databases do differently is tested below them."""

hypothesis_settings.register_profile(
    "mainstay",
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile(
    "soak", hypothesis_settings.get_profile("mainstay"), derandomize=False, max_examples=3_000
)
hypothesis_settings.load_profile(os.environ.get("MAINSTAY_TEST_PROFILE", "mainstay"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only tests whose outcome depends on the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that start whole installations first: they take longest, and none should be waited for at the end.

    With --database-only, leave out the tests that touch no database: they cannot differ on another one.
    """
    items.sort(key=lambda item: item.get_closest_marker("real") is None)
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
    items[:] = kept


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name a failure when it happens: a run that is ended from outside never comes to its summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        said = getattr(getattr(report.longrepr, "reprcrash", None), "message", "") or str(report.longrepr)
        print(f"\nFAILED in {report.when} {report.nodeid}: {said.strip().splitlines()[0][:300]}", flush=True)


def _touches_database(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    fixtures = set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None)
    return not marks & ON_ONE_DATABASE and bool(
        marks & {"real", "django_db"}
        or fixtures & {"db", "transactional_db", "live_server", "django_db_setup"}
        or (case is not None and issubclass(case, TransactionTestCase))
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; what a page in a browser was still asking for at the end must not keep it from going."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Sockets reach loopback alone; what was tried fails the test even when the code swallowed the error."""
    with pytest.MonkeyPatch.context() as patch, loopback_only(patch) as tried:
        yield
    assert not tried, f"tests reach no network but loopback: {tried}"


@pytest.fixture
def now() -> datetime:
    """The instant at which a test takes place unless it says otherwise."""
    return NOW


@pytest.fixture
def smtp_sink() -> Iterator[Mailbox]:
    """A mail server on loopback that keeps what it is given."""
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def live_browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Chromium, as a Playwright `Browser`: `live_browser.new_page(base_url=live_server.url)`."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    with chromium() as browser:
        yield browser


@pytest.fixture
def open_page(live_browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open a page of the live server: `open_page("/", color_scheme="dark")`.

    A script that fails, or anything that the content security policy forbids, fails the test.
    """
    troubles: list[str] = []
    contexts: list[Any] = []

    def note(message: Any) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def open_(path: str = "/", **context: Any) -> Any:
        contexts.append(live_browser.new_context(**{"base_url": live_server.url, "locale": "en-GB", **context}))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", note)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not troubles
