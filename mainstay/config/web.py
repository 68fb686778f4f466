"""The site's server: granian, embedded. It forks the processes that serve."""

from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from mainstay.common.listening import split_listen
from mainstay.config.lifeline import end_with_parent

KILL_TIMEOUT_S = 10
BACKLOG = 1024


def run_web() -> None:
    """Serve the site until a signal ends the process."""
    mine = settings.MAINSTAY
    host, port = split_listen(mine.web_listen)
    Granian(
        f"{__name__}:serving",
        factory=True,
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


def serving() -> Any:
    """The application, in a process that was forked to serve it and that ends with the one that forked it."""
    end_with_parent()
    from mainstay.config.wsgi import application  # late: the process that forks needs none

    return application
