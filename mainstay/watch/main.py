"""The watch process: a prober in this thread, its writer in another; and the judge, where there are many machines."""

import gc
import resource
import threading
from pathlib import Path
from urllib.parse import quote

import structlog
from django.conf import settings

from mainstay.common.setting_forms import short_name
from mainstay.common.settings import Settings, SettingWrong
from mainstay.watch.bus.centre import Centre
from mainstay.watch.bus.local import LocalCentre
from mainstay.watch.engine.engine import Engine
from mainstay.watch.facts import BEAT_PLACE
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
        SettingWrong: the settings do not say who this prober is.
    """
    _allow_many_sockets()
    _collect_seldom()
    place = settings.MAINSTAY.watch_place
    folder = settings.MAINSTAY.data / "spool" / f"place-{quote(place, safe='')}"
    centre = _centre(settings.MAINSTAY, folder)
    engine, outbox = Engine(ca_file()), Outbox()
    prober = Prober(place, engine, outbox, settings.MAINSTAY.watch_canaries)
    writer = Writer(centre, prober, outbox, folder)
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


def judge(stop_event: threading.Event) -> None:
    """Take in what probers on other machines saw, and hand them their work, until `stop_event` is set.

    Raises:
        SettingWrong: no message server is set, or the key for it cannot be used.
    """
    if not settings.MAINSTAY.nats_url:
        raise SettingWrong("MAINSTAY_NATS_URL must name the message server: a judge takes in what comes over it")
    from mainstay.watch.bus import access  # late: one machine needs no NATS
    from mainstay.watch.bus.handing import Hander
    from mainstay.watch.bus.peers import Peers
    from mainstay.watch.bus.taking import Taker

    credential, peers = access.credential_of(settings.MAINSTAY), Peers()
    hander = Hander(access.link_of(settings.MAINSTAY, credential, f"{peers.name}-work"), peers)
    taker = Taker(access.link_of(settings.MAINSTAY, credential, peers.name), peers)
    thread = threading.Thread(target=hander.run, args=(stop_event,), name="watch-hander", daemon=True)
    thread.start()
    try:
        taker.run(stop_event)
    finally:
        stop_event.set()
        thread.join(LAST_WRITE_S)


def _centre(found: Settings, folder: Path) -> Centre:
    """The centre that the settings lead to."""
    if found.watch_place == BEAT_PLACE:
        raise SettingWrong(f"MAINSTAY_WATCH_PLACE must not be {BEAT_PLACE!r}: heartbeats are kept under that name")
    if not found.nats_url:
        return LocalCentre(found.watch_place)
    if not found.watch_prober or not found.nats_credential:
        raise SettingWrong(
            "MAINSTAY_WATCH_PROBER and MAINSTAY_NATS_CREDENTIAL must be set where MAINSTAY_NATS_URL is:"
            " `mainstay probers add` at the centre prints them"
        )
    if problem := short_name(found.watch_place):
        raise SettingWrong(f"MAINSTAY_WATCH_PLACE {problem}")
    from mainstay.watch.bus import access, subjects  # late: one machine needs no NATS
    from mainstay.watch.bus.remote import RemoteCentre

    sender = subjects.Sender(found.watch_place, found.watch_prober)
    link = access.link_of(found, access.credential_of(found), str(sender), subjects.inbox(sender))
    return RemoteCentre(link, sender, folder / "delivered")


def _collect_seldom() -> None:
    """Walk the thousands of monitors that a prober keeps less often: what it makes ends by itself, without circles."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _allow_many_sockets() -> None:
    """Each look needs a descriptor or two: take as many as the system gives."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
