"""Days and instants in the language of the page."""

from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language


def day(on: date) -> str:
    """A day: `3 March 2026`."""
    return _said(on, "DATE_FORMAT")


def day_without_year(on: date) -> str:
    """A day of a year that is known: `3 March`."""
    return _said(on, "MONTH_DAY_FORMAT")


def weekday(on: date) -> str:
    """A day with its name: `Tuesday 3 March 2026`."""
    return f"{_said(on, 'l')} {day(on)}"


def instant(at: datetime) -> str:
    """An instant with its day: `Tuesday 3 March 2026, 10:42`."""
    return f"{weekday(at)}, {at:%H:%M}"


def _said(on: date, pattern: str) -> str:
    return _in_words(on.toordinal(), pattern, get_language() or "")


@lru_cache(maxsize=4_096)  # a list says the same few days again and again
def _in_words(ordinal: int, pattern: str, language: str) -> str:
    return date_format(date.fromordinal(ordinal), pattern)
