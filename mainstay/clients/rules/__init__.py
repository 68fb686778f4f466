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

__all__ = [
    "as_toml",
    "differences",
    "holiday_years",
    "month_later",
    "review_dates",
    "say_week",
    "unused_slug",
]
