"""The site's server: granian, embedded."""

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from mainstay.common.listening import split_listen

KILL_TIMEOUT_S = 10
BACKLOG = 1024


def run_web() -> None:
    """Serve the site until a signal ends the process."""
    mine = settings.MAINSTAY
    host, port = split_listen(mine.web_listen)
    Granian(
        "mainstay.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=mine.web_workers,
        blocking_threads=mine.web_threads,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(keep_alive=True),
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_TIMEOUT_S,
        log_access=False,
    ).serve()
