"""`mainstay serve`, and the processes it keeps up: web, watch, work, mail."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer

from mainstay.common.listening import CannotListen, becomes_free
from mainstay.common.settings import load
from mainstay.config.cli.mistake import Mistake
from mainstay.config.lifeline import AlreadyRunning, only_one, watch_parent

ROLES = ("web", "watch", "work", "mail")
LISTENING = ("web_listen", "mail_listen")
PATIENCE_S = 20.0
ADDRESS_PATIENCE_S = 12.0


def serve() -> None:
    """Run everything on one machine: the site, the prober, the jobs, incoming mail."""
    set_up()
    from mainstay.watch.engine.trust import TrustFileWrong  # late: Django must be set up first
    from mainstay.watch.observe import ca_file

    try:
        ca_file()
    except TrustFileWrong as problem:
        raise Mistake(str(problem)) from problem
    run_everything(roles())


def roles() -> tuple[str, ...]:
    """What runs on this machine. With a message server the centre judges, and probes only where it is a prober too."""
    from django.conf import settings  # late: Django must be set up first

    if not settings.MAINSTAY.nats_url:
        return ROLES
    return ("web", "judge", "work", "mail", *(("watch",) if settings.MAINSTAY.watch_prober else ()))


def web() -> None:
    """Run the site: console, portal and API."""
    set_up()
    from mainstay.config import prepare  # late: Django must be set up first
    from mainstay.config.web import run_web

    refuse_unprepared()
    with held("web"):
        _await_addresses(["web_listen"])
        prepare.static_files()
        run_web()


def watch(
    *,
    place: Annotated[str, typer.Option(help="Where it stands, instead of MAINSTAY_WATCH_PLACE.")] = "",
    prober: Annotated[str, typer.Option(help="Its name, instead of MAINSTAY_WATCH_PROBER.")] = "",
) -> None:
    """Run the prober of this place. Where MAINSTAY_NATS_URL is set it needs no database."""
    for name, given in (("MAINSTAY_WATCH_PLACE", place), ("MAINSTAY_WATCH_PROBER", prober)):
        if given:
            os.environ[name] = given
    load()  # a name that cannot be is told before anything starts
    set_up()
    from django.conf import settings  # late: Django must be set up first

    from mainstay.watch.engine.trust import TrustFileWrong
    from mainstay.watch.main import run

    try:
        run_role("watch", run, needs_database=not settings.MAINSTAY.nats_url)
    except TrustFileWrong as problem:
        raise Mistake(str(problem)) from problem


def judge() -> None:
    """Take in what probers on other machines saw, and hand them their work. As many as you like may run."""
    set_up()
    from mainstay.watch.main import judge as run  # late: Django must be set up first

    run_role("judge", run, is_shared=True)


def work() -> None:
    """Run the jobs: timers, mail, notifications, reports."""
    set_up()
    run_role("work", _work)


def mail() -> None:
    """Take mail in: SMTP or LMTP listener and mailbox reading."""
    set_up()
    from mainstay.desk.main import run  # late: Django must be set up first

    def listen_and_read(stop_event: threading.Event) -> None:
        _await_addresses(["mail_listen"])
        run(stop_event)

    run_role("mail", listen_and_read)


def run_everything(roles: tuple[str, ...], *, started: Callable[[], None] = lambda: None) -> None:
    """Keep `roles` up until a signal ends this process; `started` runs beside them."""
    from mainstay.config import prepare  # late: Django must be set up first
    from mainstay.config.supervise import Supervisor

    refuse_unprepared()
    prepare.static_files()
    with held("serve"):
        _await_addresses()
        supervisor = Supervisor(roles)
        threading.Thread(target=started, name="started", daemon=True).start()
        supervisor.run()


def _await_addresses(names: Iterable[str] = LISTENING) -> None:
    """What an earlier run left listening is given a moment to end; anything else that listens there is a mistake."""
    from django.conf import settings  # late: Django must be set up first

    for name in names:
        address = getattr(settings.MAINSTAY, name)
        setting = f"MAINSTAY_{name.upper()}"
        try:
            if not address or becomes_free(address, ADDRESS_PATIENCE_S):
                continue
        except CannotListen as problem:
            raise Mistake(f"{setting}: {problem}") from problem
        raise Mistake(f"something else listens at {address} already: end it, or set {setting} to another address")


def _work(stop_event: threading.Event) -> None:
    from django.urls import reverse  # late: Django must be set up first

    from mainstay.common.jobs import run_forever

    reverse("health")  # loads all addresses now, so that the first alert does not wait for them
    run_forever(stop_event=stop_event)


def run_role(
    role: str, run: Callable[[threading.Event], None], *, needs_database: bool = True, is_shared: bool = False
) -> None:
    """Hold `role` and run until a signal ends this process. A shared one may run several times."""
    if needs_database:
        refuse_unprepared()
    stop_event = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop_event.set())
    with held(role, is_shared=is_shared):
        run(stop_event)


def refuse_unprepared() -> None:
    """End with a clear line where the database is empty or of an older version."""
    from mainstay.config import prepare  # late: Django must be set up first

    if not prepare.holds_agency():
        raise Mistake("this installation is empty: run `mainstay init` for an agency or `mainstay demo` to look around")
    if prepare.has_pending_migrations():
        raise Mistake("the database is of an older version: run `mainstay upgrade`")


@contextmanager
def held(role: str, *, patience_s: float = PATIENCE_S, is_shared: bool = False) -> Iterator[None]:
    """Hold `role` of this installation inside the block."""
    from django.conf import settings  # late: Django must be set up first

    try:
        with only_one(role, settings.MAINSTAY.data / "run", patience_s=patience_s, is_shared=is_shared):
            yield
    except AlreadyRunning as problem:
        raise Mistake(str(problem)) from problem


def set_up() -> None:
    """Tie this process to its supervisor, set Django up and let the log speak."""
    import django  # late: the command line starts without it
    from django.conf import settings

    from mainstay.common import logs

    watch_parent()
    django.setup()
    logs.configure(settings.MAINSTAY.log_format, stream=sys.stderr)
    structlog.get_logger().debug("ready")
