"""When it is looked at again who has access. Pure."""

from datetime import date

from mainstay.clients.rules.agreements import month_later


def review_due_on(began_on: date, last_on: date | None, every_months: int) -> date:
    """The day by which everybody is to be looked at: so many months after the last time, or after the beginning."""
    return month_later(max(began_on, last_on) if last_on else began_on, every_months)
