"""The watch process: a prober in this thread, its writer in another."""

import gc
import resource
import threading
from urllib.parse import quote

import structlog
from django.conf import settings

from mainstay.watch.engine.engine import Engine
from mainstay.watch.observe import ca_file
from mainstay.watch.prober.outbox import Outbox
from mainstay.watch.prober.prober import Prober
from mainstay.watch.prober.writer import Writer, keep_safe

log = structlog.get_logger()

LAST_WRITE_S = 8.0


def run(stop_event: threading.Event) -> None:
    """Watch until `stop_event` is set, then store what was seen and end.

    Raises:
        TrustFileWrong: the file of further certificate authorities cannot be used.
    """
    _allow_many_sockets()
    _collect_seldom()
    place = settings.MAINSTAY.watch_place
    engine, outbox = Engine(ca_file()), Outbox()
    prober = Prober(place, engine, outbox, settings.MAINSTAY.watch_canaries)
    writer = Writer(place, prober, outbox, settings.MAINSTAY.data / "spool" / f"place-{quote(place, safe='')}")
    ended = threading.Event()
    thread = threading.Thread(target=writer.run, args=(stop_event,), name="watch-writer", daemon=True)
    keeper = threading.Thread(target=keep_safe, args=(writer, ended), name="watch-spool", daemon=True)
    thread.start()
    keeper.start()
    log.info("watching", place=place)
    try:
        prober.run(stop_event)
    finally:
        stop_event.set()
        thread.join(LAST_WRITE_S)
        ended.set()
        keeper.join(LAST_WRITE_S)
        outbox.close()
        engine.close()
    if len(outbox):
        log.warning("ended before everything was stored", queued=len(outbox), on_disk=outbox.is_spooled)


def _collect_seldom() -> None:
    """Walk the thousands of monitors that a prober keeps less often: what it makes ends by itself, without circles."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _allow_many_sockets() -> None:
    """Each look needs a descriptor or two: take as many as the system gives."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
