"""Whether software is looked after still: endoflife.date's cycles, told ahead, unknown where nothing is known."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mainstay.policy.terms import default
from mainstay.upkeep import feeds
from mainstay.upkeep.rules.due import due_at, next_round_on
from mainstay.upkeep.rules.lifecycle import Cycle, Support, cycle_of, life_of
from mainstay.upkeep.rules.severity import Severity

PHP = (
    Cycle("8.1", date(2025, 12, 31), latest="8.1.30"),
    Cycle("8.10"),
    Cycle("8", date(2030, 1, 1)),
    Cycle("7", has_ended=True),
)


@pytest.mark.parametrize(
    ("version", "cycle"),
    [
        ("8.1.3", "8.1"),
        ("8.10.1", "8.10"),
        ("8.2", "8"),
        ("v8.1", "8.1"),
        ("7.4.33-1+deb11u5", "7"),
        ("9.0", None),
        ("", None),
    ],
)
def test_a_version_belongs_to_the_longest_cycle_it_begins_with(version: str, cycle: str | None) -> None:
    found = cycle_of(version, PHP)
    assert (found.name if found else None) == cycle


@pytest.mark.parametrize(
    ("version", "today", "support"),
    [
        ("8.1.3", date(2025, 6, 29), Support.SUPPORTED),
        ("8.1.3", date(2025, 6, 30), Support.ENDING),
        ("8.1.3", date(2025, 12, 31), Support.ENDING),
        ("8.1.3", date(2026, 1, 1), Support.ENDED),
        ("7.4", date(2025, 1, 1), Support.ENDED),
        ("8.10.1", date(2025, 1, 1), Support.UNKNOWN),
        ("9.0", date(2025, 1, 1), Support.UNKNOWN),
    ],
)
def test_the_end_is_told_ahead_and_what_is_not_known_is_unknown(version: str, today: date, support: Support) -> None:
    assert life_of(version, PHP, today=today, notice_months=6).support is support


def test_products_are_read_from_files(tmp_path: Path) -> None:
    said = [
        {"cycle": "8.1", "eol": "2025-12-31", "latest": "8.1.30"},
        {"cycle": 7, "eol": True},
        {"cycle": "6", "eol": "soon"},
    ]
    (tmp_path / "php.json").write_text(json.dumps(said))
    read = feeds.read_folder(tmp_path)
    assert read.cycles == {
        "php": (Cycle("8.1", date(2025, 12, 31), latest="8.1.30"), Cycle("7", has_ended=True), Cycle("6"))
    }
    assert read.problems == []


FIXED = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROUND = datetime(2026, 4, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "is_exploited", "due"),
    [
        (Severity.CRITICAL, False, FIXED + timedelta(days=3)),
        (Severity.LOW, True, FIXED + timedelta(days=3)),
        (Severity.HIGH, False, FIXED + timedelta(days=14)),
        (Severity.UNKNOWN, False, FIXED + timedelta(days=14)),
        (Severity.MEDIUM, False, FIXED + timedelta(days=30)),
        (Severity.LOW, False, ROUND),
        (Severity.NONE, False, ROUND),
    ],
)
def test_it_is_due_as_the_terms_say(severity: Severity, is_exploited: bool, due: datetime) -> None:
    updates = default().updates
    assert due_at(updates, severity, is_exploited=is_exploited, fixed_at=FIXED, next_round_at=ROUND) == due


@pytest.mark.parametrize(
    ("today", "every", "first", "expected"),
    [
        (date(2026, 3, 4), 1, date(2025, 1, 10), date(2026, 3, 10)),
        (date(2026, 3, 10), 1, date(2025, 1, 10), date(2026, 3, 10)),
        (date(2026, 3, 11), 1, date(2025, 1, 10), date(2026, 4, 10)),
        (date(2026, 2, 1), 1, date(2025, 1, 31), date(2026, 2, 28)),
        (date(2026, 2, 1), 3, date(2025, 1, 31), date(2026, 4, 30)),
        (date(2024, 6, 1), 1, date(2025, 1, 10), date(2025, 1, 10)),
    ],
)
def test_rounds_come_every_so_many_months(today: date, every: int, first: date, expected: date) -> None:
    assert next_round_on(today, every, first) == expected
