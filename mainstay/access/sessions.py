"""Sessions in the database, whatever a browser sends as their key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

CHUNK = 500


class SessionStore(db.SessionStore):
    """Knows that no key holds NUL, which a quoted cookie can, and which PostgreSQL refuses to look for."""

    def _validate_session_key(self, key: Any) -> bool:
        return super()._validate_session_key(key) and "\x00" not in key


def people_signed_in(at: datetime) -> set[int]:
    """The numbers of all who have a session that has not run out; it reads every one of them."""
    return {person for _, person in _of_people(at)}


def end_sessions_of(person: int, at: datetime) -> int:
    """Delete the sessions of one person; how many there were. It reads every session."""
    keys = [key for key, each in _of_people(at) if each == person]
    return Session.objects.filter(pk__in=keys).delete()[0] if keys else 0


def _of_people(at: datetime) -> Iterator[tuple[str, int]]:
    for session in Session.objects.filter(expire_date__gt=at).iterator(chunk_size=CHUNK):
        person = session.get_decoded().get(SESSION_KEY)
        if person is not None:
            yield session.pk, int(person)
