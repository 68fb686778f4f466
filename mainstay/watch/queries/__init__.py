"""What the watch knows: ledgers, outages, how things stand now, and how fast websites answer.

Every function takes many websites, or one, with the same number of database queries.
"""

from mainstay.watch.queries.accounts import Account, account, zone_of
from mainstay.watch.queries.beats import BeatNow, beat_now
from mainstay.watch.queries.bulk import bulk_counts, bulk_left, bulk_lines
from mainstay.watch.queries.charging import (
    ChargeOf,
    causes_of,
    charge_of,
    correction_of,
    corrections,
    exclusions_decided,
    exclusions_listed,
    exclusions_waiting,
)
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
from mainstay.watch.queries.fleet import counts_by_state, fleet, listed
from mainstay.watch.queries.history import History, histories, seen_by
from mainstay.watch.queries.ledgers import Budget, budget, budgets, days, ledger, year_ledgers
from mainstay.watch.queries.outages import (
    corrected,
    open_outages,
    outages,
    outages_listed,
    standing_for,
    taken_back,
)
from mainstay.watch.queries.probers import Presence, ProberNow, Underway, probers_now, set_aside_since, underway
from mainstay.watch.queries.response import PhaseTime, ResponseTime, histograms, phase_times, response_times
from mainstay.watch.queries.standing import (
    MonitorNow,
    as_seen,
    doubt_of,
    doubts,
    doubts_now,
    monitors_now,
    state_now,
)
from mainstay.watch.queries.stories import Event, checks_around, seen_during, story_of
from mainstay.watch.queries.unbelieved import Unbelieved, unbelieved

__all__ = [
    "Account",
    "BeatNow",
    "Budget",
    "ChargeOf",
    "DependencyNow",
    "Event",
    "History",
    "MonitorNow",
    "PhaseTime",
    "Presence",
    "ProberNow",
    "ResponseTime",
    "SharedAddress",
    "Unbelieved",
    "Underway",
    "account",
    "as_seen",
    "beat_now",
    "budget",
    "budgets",
    "bulk_counts",
    "bulk_left",
    "bulk_lines",
    "causes_of",
    "charge_of",
    "checks_around",
    "corrected",
    "correction_of",
    "corrections",
    "counts_by_state",
    "days",
    "dependencies_now",
    "dependency_now",
    "doubt_of",
    "doubts",
    "doubts_now",
    "exclusions_decided",
    "exclusions_listed",
    "exclusions_waiting",
    "failures",
    "fleet",
    "histograms",
    "histories",
    "ledger",
    "listed",
    "made_by",
    "monitors_now",
    "open_outages",
    "outages",
    "outages_listed",
    "phase_times",
    "probers_now",
    "response_times",
    "seen_by",
    "seen_during",
    "set_aside_since",
    "shared_addresses",
    "standing_for",
    "state_now",
    "story_of",
    "suggested",
    "taken_back",
    "unbelieved",
    "underway",
    "websites_behind",
    "websites_elsewhere",
    "year_ledgers",
    "zone_of",
]
