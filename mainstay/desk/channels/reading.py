"""Reading the mailboxes, each in a thread of its own: what fails at one holds up no other."""

import threading
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connections
from django.utils import timezone

from mainstay.common.backoff import Backoff
from mainstay.desk.actions import mailboxes
from mainstay.desk.channels import imap, places
from mainstay.desk.channels.places import Place

BACKOFF = Backoff(first=timedelta(seconds=5), longest=timedelta(minutes=5))
"""How long a mailbox that failed is left alone."""
NEWS_S = 240.0
"""A server that tells of news is asked all the same, after so long: some forget to tell, some connections die."""
END_S = 5.0

log = structlog.get_logger()


class Reader(threading.Thread):
    """Reads one mailbox until it is told to stop."""

    def __init__(self, place: Place) -> None:
        super().__init__(name=f"mailbox {place.key}", daemon=True)
        self.place, self._stop_event = place, threading.Event()

    def stop(self) -> None:
        """Let it end; what it is taking in it takes in."""
        self._stop_event.set()

    def run(self) -> None:
        failures = 0
        while not self._stop_event.is_set():
            failures = 0 if self._look() else failures + 1
            pause = BACKOFF.after(failures).total_seconds() if failures else settings.MAINSTAY.imap_interval
            self._stop_event.wait(pause)

    def _look(self) -> bool:
        """Read the mailbox for as long as it can be; whether it went well."""
        try:
            self._session()
        except Exception as problem:
            if not isinstance(problem, imap.NotOpened):
                log.exception("mailbox not read", mailbox=self.place.key)
            note_failure(self.place.key, str(problem) or type(problem).__name__)
            return False
        finally:
            connections.close_all()
        return True

    def _session(self) -> None:
        with imap.opened(places.renewed(self.place)) as box:
            while not self._stop_event.is_set():
                limit = settings.MAINSTAY.mail_size_limit
                if imap.take_new(box, self.place, at=timezone.now(), size_limit=limit):
                    continue
                if not imap.tells_of_news(box):
                    return
                connections.close_all()  # hours may pass
                imap.wait_for_news(box, self._stop_event, NEWS_S)


class Readers:
    """A reader for each mailbox that is to be read now."""

    def __init__(self) -> None:
        self._running: dict[str, Reader] = {}
        self._unreadable: dict[str, str] = {}

    def settle(self) -> None:
        """Begin to read what was added, end what is gone, and begin anew with what was changed or has ended."""
        try:
            wanted = places.wanted()
        except Exception:
            log.exception("mailboxes not known")
            return
        finally:
            connections.close_all()
        for key, reader in list(self._running.items()):
            if reader.place != wanted.get(key) or not reader.is_alive():
                reader.stop()
                del self._running[key]
        for key, place in wanted.items():
            if key not in self._running and isinstance(place, Place):
                self._running[key] = Reader(place)
                self._running[key].start()
            elif isinstance(place, str) and self._unreadable.get(key) != place:
                note_failure(key, place)
        self._unreadable = {key: each for key, each in wanted.items() if isinstance(each, str)}

    def end(self) -> None:
        """Tell all of them to stop, and wait a little."""
        for reader in self._running.values():
            reader.stop()
        for reader in self._running.values():
            reader.join(END_S)


def note_failure(key: str, error: str) -> None:
    """Keep why a mailbox could not be read, where that can be kept."""
    log.warning("mailbox not read", mailbox=key, error=error)
    try:
        mailboxes.note_failure(key=key, error=error, at=timezone.now())
    except Exception:
        log.exception("failure of a mailbox not noted", mailbox=key)
    finally:
        connections.close_all()
