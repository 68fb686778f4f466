"""Instants are whole microseconds since 1970, in UTC, and lengths are whole microseconds."""

from datetime import datetime, timedelta, timezone

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Python 3.10 has no datetime.UTC


def instant(text):
    """An instant from ISO 8601; None of nothing."""
    if not text:
        return None
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // timedelta(microseconds=1)


def moment(at):
    """An instant as a datetime in UTC."""
    return EPOCH + timedelta(microseconds=at)


def said(at):
    """An instant in words, to the second; to the microsecond where it has any."""
    return "(it goes on)" if at is None else moment(at).isoformat(sep=" ").replace("+00:00", " UTC")


def lasting(amount):
    """A length in words: days, hours, minutes and whole seconds."""
    return str(timedelta(seconds=round(amount / SECOND)))
