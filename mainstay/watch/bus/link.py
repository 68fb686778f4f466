"""One connection to the message server, for one thread that knows nothing of asyncio.

It does not reconnect by itself and keeps nothing to be sent later: whatever fails closes it, is told as `Away`, and
the next call connects anew. So what a call acknowledged is at the server, and what it did not is the caller's to keep.
"""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from mainstay.watch.bus.centre import Away
from mainstay.watch.bus.credential import Credential

log = structlog.get_logger()

CONNECT_S = 3
ANSWER_S = 5.0
PING_S = 3
CLOSE_S = 1.0
CALL_S = 20.0
"""No call takes longer, whatever the network does."""

T = TypeVar("T")


@dataclass(slots=True)
class Link:
    """Belongs to the thread that uses it; its loop runs in a thread of its own."""

    urls: tuple[str, ...]
    credential: Credential
    name: str
    ca_file: str = ""
    inbox: str = "_INBOX"
    _client: Client | None = None
    _reason: str = ""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    def call(self, ask: Callable[[JetStreamContext], Awaitable[T]]) -> T:
        """What `ask` makes of JetStream, connected before where that is needed.

        Raises:
            Away: there is no connection, no answer in time, or a refusal.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop.run_forever, name=f"nats-{self.name}", daemon=True)
            self._thread.start()
        future = asyncio.run_coroutine_threadsafe(self._asked(ask), self._loop)
        try:
            return future.result(CALL_S)
        except TooLate:
            future.cancel()
            self._drop()
            raise Away(f"no answer within {CALL_S:.0f} s") from None

    def close(self) -> None:
        """End the connection and its thread."""
        if self._thread is None:
            return
        self._drop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        self._loop.close()
        self._thread = None

    async def _asked(self, ask: Callable[[JetStreamContext], Awaitable[T]]) -> T:
        try:
            client = await self._connected()
            return await ask(client.jetstream(timeout=ANSWER_S))
        except (TimeoutError, NatsError, OSError) as problem:
            await self._close()
            reason = self._reason or str(problem) or type(problem).__name__
            raise Away(reason) from problem

    async def _connected(self) -> Client:
        if self._client is not None and self._client.is_connected:
            return self._client
        await self._close()
        self._reason, self._client = "", Client()
        await self._client.connect(
            list(self.urls),
            name=self.name,
            nkeys_seed_str=self.credential.seed,
            tls=self._tls(),
            inbox_prefix=self.inbox,
            connect_timeout=CONNECT_S,
            ping_interval=PING_S,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # of each server, while this one connection is made
            reconnect_time_wait=0,
            error_cb=self._note,
        )
        return self._client

    def _tls(self) -> ssl.SSLContext | None:
        """How the server proves who it is; None where no address asks for TLS."""
        if not self.ca_file and not any(url.startswith("tls://") for url in self.urls):
            return None
        return ssl.create_default_context(cafile=self.ca_file or None)

    async def _note(self, problem: Exception) -> None:
        """What the server said in passing, as that something is not allowed: the reason why no answer will come."""
        self._reason = str(problem)

    def _drop(self) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(ANSWER_S)
        except TooLate:
            self._client = None  # its socket goes with it

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await asyncio.wait_for(client.close(), CLOSE_S)
        except (TimeoutError, NatsError, OSError) as problem:
            log.info("a connection did not close in good order", problem=str(problem) or type(problem).__name__)
