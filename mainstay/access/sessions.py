"""Sessions in the database, whatever a browser sends as their key."""

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Knows that no key holds NUL, which a quoted cookie can, and which PostgreSQL refuses to look for."""

    def _validate_session_key(self, key: Any) -> bool:
        return super()._validate_session_key(key) and "\x00" not in key
