"""What can be read at the desk."""

from mainstay.desk.queries.clocks import ClockView, clocks, clocks_of, foremost
from mainstay.desk.queries.figures import Attainment, attainment, breaches
from mainstay.desk.queries.lists import Wanted, capped, listed, page, view_counts
from mainstay.desk.queries.mail import parked, reviewed, unread
from mainstay.desk.queries.tickets import (
    by_time_left,
    counts,
    lapsed,
    open_tickets,
    story,
    ticket_of_outage,
    tickets,
)

__all__ = [
    "Attainment",
    "ClockView",
    "Wanted",
    "attainment",
    "breaches",
    "by_time_left",
    "capped",
    "clocks",
    "clocks_of",
    "counts",
    "foremost",
    "lapsed",
    "listed",
    "open_tickets",
    "page",
    "parked",
    "reviewed",
    "story",
    "ticket_of_outage",
    "tickets",
    "unread",
    "view_counts",
]
