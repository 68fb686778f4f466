"""What can be read at the desk."""

from mainstay.desk.queries.clocks import ClockView, clocks, clocks_of, foremost
from mainstay.desk.queries.figures import Attainment, attainment, breaches
from mainstay.desk.queries.mail import parked, reviewed, unread
from mainstay.desk.queries.tickets import (
    UNDER_WAY,
    Filter,
    by_time_left,
    counts,
    lapsed,
    open_tickets,
    queue,
    story,
    ticket_of_outage,
    tickets,
    view_counts,
)

__all__ = [
    "UNDER_WAY",
    "Attainment",
    "ClockView",
    "Filter",
    "attainment",
    "breaches",
    "by_time_left",
    "clocks",
    "clocks_of",
    "counts",
    "foremost",
    "lapsed",
    "open_tickets",
    "parked",
    "queue",
    "reviewed",
    "story",
    "ticket_of_outage",
    "tickets",
    "unread",
    "view_counts",
]
