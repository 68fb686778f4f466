"""Sessions in the database, each with whose it is, whatever a browser sends as their key."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils.dateparse import parse_datetime

from mainstay.access.models import BrowserSession

SIGN_IN = "sign_in"
"""Where a session keeps when, with what browser and from where it was signed in: `at`, `agent`, `address`."""

SEEN_EVERY = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    """Keeps beside a session's contents whose it is and when it was last used."""

    row: BrowserSession | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def _validate_session_key(self, key: Any) -> bool:
        """Knows that no key holds NUL, which a quoted cookie can, and which PostgreSQL refuses to look for."""
        return super()._validate_session_key(key) and "\x00" not in key

    def _get_session_from_db(self) -> BrowserSession | None:
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        row = super().create_model_instance(data)
        person, sign_in = data.get(SESSION_KEY), data.get(SIGN_IN)
        row.user_id = int(person) if person is not None else None
        if person is not None and sign_in:
            row.agent, row.address = sign_in["agent"], sign_in["address"]
            row.signed_in_at = parse_datetime(sign_in["at"])
            row.seen_at = row.signed_in_at
            if self.row is not None and self.row.user_id == row.user_id and self.row.seen_at:
                row.seen_at, row.address = max(self.row.seen_at, row.seen_at), self.row.address
        return row

    def note_seen(self, address: str, at: datetime) -> None:
        """Remember when and from where the session was last used, to a few minutes: it is not written at each page."""
        if self.row is None or self.row.seen_at is None or at - self.row.seen_at < SEEN_EVERY:
            return
        self.row.seen_at, self.row.address = at, address
        BrowserSession.objects.filter(pk=self.row.pk).update(seen_at=at, address=address)


def people_signed_in(at: datetime) -> set[int]:
    """The numbers of all who have a session that has not run out."""
    running = BrowserSession.objects.filter(user__isnull=False, expire_date__gt=at)
    return set(running.values_list("user", flat=True).distinct())


def end_sessions_of(person: int, at: datetime, *, but: str | None = None) -> int:
    """Delete the sessions of one person, but for the one with the key `but`; how many there were that still ran."""
    theirs = BrowserSession.objects.filter(user=person).exclude(session_key=but or "")
    running = theirs.filter(expire_date__gt=at).count()
    theirs.delete()
    return running


def forget_ended(at: datetime) -> int:
    """Delete sessions that have run out; how many there were."""
    return BrowserSession.objects.filter(expire_date__lte=at).delete()[0]
