"""Giving out references without gap and without doubles."""

from datetime import datetime

from mainstay.clients.models import Organisation
from mainstay.desk import rules
from mainstay.desk.models import ReferenceCounter


def lock_counter(agency: Organisation, at: datetime) -> ReferenceCounter:
    """The counter of the agency's year that `at` lies in, locked until the caller's transaction ends."""
    year = at.astimezone(agency.zone).year
    counters = ReferenceCounter.objects.select_for_update().filter(year=year)
    if (found := counters.first()) is not None:
        return found
    ReferenceCounter.objects.get_or_create(year=year)
    return counters.get()


def take(counter: ReferenceCounter) -> str:
    """The next reference. A rolled back transaction gives its number back, since the counter is part of it."""
    counter.last += 1
    counter.save(update_fields=["last"])
    return rules.reference(counter.year, counter.last)
