"""Decisions about clients, pure."""

from mainstay.clients.rules.agreements import (
    as_toml,
    differences,
    holiday_years,
    month_later,
    review_dates,
    say_week,
    unused_slug,
)
from mainstay.clients.rules.signing import changed_fields, refusal_of_date, same_name

__all__ = [
    "as_toml",
    "changed_fields",
    "differences",
    "holiday_years",
    "month_later",
    "refusal_of_date",
    "review_dates",
    "same_name",
    "say_week",
    "unused_slug",
]
