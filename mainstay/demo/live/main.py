"""Runs the live demo websites and follows the modes that people give them."""

import threading

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from mainstay.demo.facts import Mode
from mainstay.demo.live.certificates import certificates
from mainstay.demo.live.server import LiveServer
from mainstay.demo.models import LiveSite
from mainstay.demo.queries import house_port

log = structlog.get_logger()

LOOK_EVERY_S = 0.25


def run(stop_event: threading.Event) -> None:
    """Serve every live demo website until `stop_event` is set."""
    found = certificates(settings.MAINSTAY.data / "demo", timezone.now())
    servers: dict[int, LiveServer] = {}
    house = LiveServer(title="A client's website", scheme="http", port=house_port(), certificates=found)
    house.become(Mode.WORKING)
    try:
        while not stop_event.is_set():
            close_old_connections()
            try:
                _follow(servers, list(LiveSite.objects.all()), found)
            except (DatabaseError, OSError) as problem:
                log.warning("a live demo website could not follow", problem=str(problem))
            stop_event.wait(LOOK_EVERY_S)
    finally:
        for server in [house, *servers.values()]:
            server.close()


def _follow(servers: dict[int, LiveServer], sites: list[LiveSite], found) -> None:  # type: ignore[no-untyped-def]
    for site in sites:
        if site.pk not in servers:
            servers[site.pk] = LiveServer(title=site.title, scheme=site.scheme, port=site.port, certificates=found)
        servers[site.pk].become(Mode(site.mode))
