"""What the watch knows: ledgers, outages, how things stand now, and how fast websites answer.

Every function takes many websites, or one, with the same number of database queries.
"""

from mainstay.watch.queries.beats import BeatNow, beat_now
from mainstay.watch.queries.dependencies import (
    DependencyNow,
    SharedAddress,
    dependencies_now,
    dependency_now,
    failures,
    made_by,
    shared_addresses,
    suggested,
    websites_behind,
    websites_elsewhere,
)
from mainstay.watch.queries.history import History, histories
from mainstay.watch.queries.ledgers import Budget, budget, budgets, days, ledger
from mainstay.watch.queries.outages import corrected, open_outages, outages, outages_listed, taken_back
from mainstay.watch.queries.response import ResponseTime, histograms, response_times
from mainstay.watch.queries.standing import MonitorNow, doubt_of, doubts, doubts_now, monitors_now, probers, state_now
from mainstay.watch.queries.stories import Event, checks_around, story_of
from mainstay.watch.queries.unbelieved import Unbelieved, unbelieved

__all__ = [
    "BeatNow",
    "Budget",
    "DependencyNow",
    "Event",
    "History",
    "MonitorNow",
    "ResponseTime",
    "SharedAddress",
    "Unbelieved",
    "beat_now",
    "budget",
    "budgets",
    "checks_around",
    "corrected",
    "days",
    "dependencies_now",
    "dependency_now",
    "doubt_of",
    "doubts",
    "doubts_now",
    "failures",
    "histograms",
    "histories",
    "ledger",
    "made_by",
    "monitors_now",
    "open_outages",
    "outages",
    "outages_listed",
    "probers",
    "response_times",
    "shared_addresses",
    "state_now",
    "story_of",
    "suggested",
    "taken_back",
    "unbelieved",
    "websites_behind",
    "websites_elsewhere",
]
