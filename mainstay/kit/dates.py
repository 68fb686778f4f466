"""Days and instants in the language of the page."""

from datetime import date, datetime

from django.utils.formats import date_format


def day(on: date) -> str:
    """A day: `3 March 2026`."""
    return date_format(on, "DATE_FORMAT")


def day_without_year(on: date) -> str:
    """A day of a year that is known: `3 March`."""
    return date_format(on, "MONTH_DAY_FORMAT")


def weekday(on: date) -> str:
    """A day with its name: `Tuesday 3 March 2026`."""
    return f"{date_format(on, 'l')} {day(on)}"


def instant(at: datetime) -> str:
    """An instant with its day: `Tuesday 3 March 2026, 10:42`."""
    return f"{weekday(at)}, {at:%H:%M}"
