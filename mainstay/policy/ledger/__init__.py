"""The arithmetic of downtime: a period divided by state, and the budget that it leaves."""

from mainstay.policy.ledger.book import Day, Entry, Ledger
from mainstay.policy.ledger.budget import Budget, budget, burn_rate, burning, limit_for
from mainstay.policy.ledger.divide import Rules, divide
from mainstay.policy.ledger.packing import FORMAT, EntriesApart, pack, unpack
from mainstay.policy.ledger.states import (
    EndBeforeStart,
    Exclusion,
    Interval,
    Observation,
    Outage,
    Reason,
    Seen,
    State,
    Window,
    agreed,
)

__all__ = [
    "FORMAT",
    "Budget",
    "Day",
    "EndBeforeStart",
    "EntriesApart",
    "Entry",
    "Exclusion",
    "Interval",
    "Ledger",
    "Observation",
    "Outage",
    "Reason",
    "Rules",
    "Seen",
    "State",
    "Window",
    "agreed",
    "budget",
    "burn_rate",
    "burning",
    "divide",
    "limit_for",
    "pack",
    "unpack",
]
