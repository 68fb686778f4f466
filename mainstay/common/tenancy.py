"""For whom a transaction works: on PostgreSQL each one carries the clients whose rows it may touch.

The setting `mainstay.clients` holds their ids ("3,7"), `*` for all, or nothing for none: row-level security
(`common.walls`) stands behind the gates. Mainstay's connections begin with `*`, for jobs and commands; a request
narrows its transaction. SQLite knows no such thing and is left alone: reading takes no lock there.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

ALL = "*"
SETTING = "mainstay.clients"
FAILED = "_view_failed"

Visible = Iterable[int] | str
_sees: Callable[[HttpRequest], Visible] | None = None


def register(function: Callable[[HttpRequest], Visible]) -> Callable[[HttpRequest], Visible]:
    """Let `function` say for which client ids a request works (or `ALL`). Without one a request sees none."""
    global _sees
    _sees = function
    return function


@contextmanager
def scope(clients: Visible) -> Iterator[None]:
    """Work for `clients` inside the block, and for those of before after it."""
    if connection.vendor != "postgresql":
        yield
        return
    before = _current()
    _set(_written(clients))
    try:
        yield
    finally:
        if not connection.needs_rollback:  # else the rollback puts it back
            _set(before)


def everything() -> Any:
    """Work for all clients inside the block, as jobs do."""
    return scope(ALL)


class ClientScopeMiddleware:
    """On PostgreSQL, runs each request in one transaction that works for the clients its person may see.

    An error rolls the transaction back; an answer commits it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if connection.vendor != "postgresql":
            return self._get_response(request)
        visible = _listed(_sees(request) if _sees else ())
        with transaction.atomic(), scope(visible):
            answer = self._get_response(request)
            if getattr(request, FAILED, False):
                transaction.set_rollback(True)
        if answer.streaming and not getattr(answer, "is_async", False):
            answer.streaming_content = _streamed(answer.streaming_content, visible)
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django turns a view's exception into an answer before it gets here: the transaction must still fail.

        Not yet, though: others may read the database to find their answer to the exception.
        """
        setattr(request, FAILED, True)


def _streamed(parts: Iterator[bytes], visible: Visible) -> Iterator[bytes]:
    """What is sent bit by bit is read after the request's transaction, and works for the same clients."""
    with transaction.atomic(), scope(visible):
        yield from parts


def _listed(clients: Visible) -> Visible:
    return clients if isinstance(clients, str) else tuple(clients)


def _written(clients: Visible) -> str:
    return clients if isinstance(clients, str) else ",".join(str(int(each)) for each in sorted(clients))


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
        return str(cursor.fetchone()[0])


def _set(value: str) -> None:
    """Inside a transaction the value ends with it; outside, it stays with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, %s)", [SETTING, value, connection.in_atomic_block])
