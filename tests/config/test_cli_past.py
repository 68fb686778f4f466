"""`mainstay history import` and `mainstay ledger` as people meet them."""

import json
import sqlite3
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mainstay.clients import actions as clients
from mainstay.clients.models import Website
from mainstay.common.facts import FactRecord
from mainstay.config.cli import processes
from mainstay.config.cli.commands import app
from mainstay.config.cli.mistake import Mistake
from mainstay.desk.models import Ticket
from mainstay.watch.models import Alert, Monitor, Outage, Spell
from tests.cast import Cast
from tests.watch.world import monitor_of

START = datetime(2025, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOLE, OUTAGE = 1200 * HOUR, 76 * HOUR + 49 * timedelta(minutes=1)
DOWN_AT = START + 200 * DAY + timedelta(minutes=7)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests are set up already."""
    monkeypatch.setattr(processes, "set_up", lambda: None)


@pytest.fixture
def website(cast: Cast) -> Website:
    """A website that was taken on only now, of a client whose agreement began with 2025, in UTC."""
    client = clients.create_client(
        name="Cedar Museum", slug="cedar", time_zone="UTC", starts_on=date(2025, 1, 1), by=cast.administrator, at=START
    )
    return clients.create_website(
        client=client, name="Museum", url="https://museum.example/", by=cast.administrator, at=START + 700 * DAY
    )


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def ledger(name: str = "Museum", start: str = "2025-01-01", end: str = "2026-01-01") -> dict:
    found: dict = json.loads(run("ledger", "--website", name, "--from", start, "--to", end, "--json"))
    assert sum(found["seconds"].values()) == found["length_s"]
    return found


def daily(path: Path) -> str:
    """A year of daily readings with a hole of 1,200 hours and an outage of 76 h 49 min, as JSON lines."""
    at, lines = START, []
    while at < START + 365 * DAY:
        if not START + 50 * DAY < at < START + 52 * DAY + HOLE and not DOWN_AT <= at < DOWN_AT + OUTAGE:
            lines.append({"time": at.isoformat(), "state": "up", "http_status": 200, "ms": 120})
        at += DAY
    lines += [{"time": (DOWN_AT + n * DAY).isoformat(), "state": "down", "http_status": 503, "ms": 0} for n in range(4)]
    lines.append({"time": (DOWN_AT + OUTAGE).isoformat(), "state": "up", "http_status": 200, "ms": 130})
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return str(path)


def test_a_year_of_daily_readings_comes_out_exactly(website: Website, tmp_path: Path) -> None:
    told = run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")
    found = ledger()

    assert "1 outages" in told
    assert "Usually 24 h apart: one reading speaks for at most 48 h after it" in told
    (outage,) = found["outages"]
    assert outage["from"] == "2025-07-20T00:07:00Z"
    assert outage["lasted_s"] == OUTAGE.total_seconds()
    assert outage["source"] == "import"
    hole = HOLE.total_seconds()
    allowance = 8 * 3600
    assert found["seconds"]["unknown"] == allowance
    assert found["charged"]["of_it_unknown_s"] == hole - allowance
    assert found["seconds"]["down_charged"] == hole - allowance + OUTAGE.total_seconds()
    assert found["seconds"]["up"] == 365 * 86_400 - hole - OUTAGE.total_seconds()
    assert found["used_up_at"] == "2025-02-24T00:00:00Z"
    assert found["charged"]["lower_s"] <= found["charged"]["s"] <= found["charged"]["upper_s"]


def test_the_hole_is_unknown_where_the_excess_is_not_charged(cast: Cast, website: Website, tmp_path: Path) -> None:
    clients.sign_agreement(
        client=website.client,
        effective_from=date(2025, 1, 2),
        terms={"downtime": {"unknown_excess": "shown"}},
        by=cast.administrator,
        at=START,
    )
    run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")
    found = ledger()

    assert found["seconds"]["unknown"] == HOLE.total_seconds()
    assert found["seconds"]["down_charged"] == OUTAGE.total_seconds()
    assert found["used_up_at"] == "2025-07-21T16:07:00Z"
    assert found["years"][0]["charged_s"] == OUTAGE.total_seconds()


def test_the_same_readings_again_change_nothing(website: Website, tmp_path: Path) -> None:
    file = daily(tmp_path / "feed.jsonl")
    run("history", "import", file, "--website", "Museum")
    before = (Monitor.objects.count(), Outage.objects.count(), Spell.objects.count(), FactRecord.objects.count())

    assert "nothing changed" in run("history", "import", file, "--website", "Museum")
    assert before == (
        Monitor.objects.count(),
        Outage.objects.count(),
        Spell.objects.count(),
        FactRecord.objects.count(),
    )


def test_other_readings_of_a_time_that_is_on_record_are_refused(website: Website, tmp_path: Path) -> None:
    run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")
    (tmp_path / "other.csv").write_text("2025-03-01T00:00:00Z,up,200,10\n")

    with pytest.raises(Mistake, match="on record already"):
        run("history", "import", str(tmp_path / "other.csv"), "--website", "Museum")


def test_a_dry_run_changes_nothing(website: Website, tmp_path: Path) -> None:
    told = run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum", "--dry-run")

    assert "this was a dry run" in told
    assert not Monitor.objects.filter(environment__website=website).exists()


def test_nobody_is_alerted_of_the_past(website: Website, tmp_path: Path) -> None:
    run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")

    assert Outage.objects.get().source == "import"
    assert not Ticket.objects.filter(client=website.client).exists()
    assert not Alert.objects.exists()


def test_what_cannot_be_taken_is_listed_with_its_line(website: Website, tmp_path: Path) -> None:
    file = tmp_path / "feed.csv"
    file.write_text(
        "time;state;http status;ms\n2025-02-01T00:00:00Z;up;200;12\nyesterday;up;200;12\n"
        "2025-02-01T00:01:00Z;sideways;200;12\n2025-02-01T00:02:00;up;200;12\n2025-02-01T00:03:00Z;DOWN;502;\n"
    )
    told = run("history", "import", str(file), "--website", "Museum")

    assert "2 readings" in told
    assert "3 entries cannot be taken" in told
    assert "line 3: 'yesterday' is no time" in told
    assert "line 4: the state 'sideways' is not known" in told
    assert "line 5: '2025-02-01T00:02:00' names no time zone" in told
    assert Outage.objects.get().detail == "502"


def test_times_without_a_zone_mean_the_one_that_is_given(website: Website, tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("2025-07-01 02:00:00,1,200,10\n2025-07-01 02:01:00,0,500,10\n")
    run("history", "import", str(tmp_path / "feed.csv"), "--website", "Museum", "--time-zone", "Europe/London")

    assert Outage.objects.get().started_at == datetime(2025, 7, 1, 1, 1, tzinfo=UTC)


def test_readings_from_when_mainstay_watches_itself_are_left_out(website: Website, tmp_path: Path) -> None:
    monitor_of(website, at=START + 101 * DAY)
    told = run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")

    assert "left out" in told
    brought = Monitor.objects.get(source="import")
    assert brought.retired_at is not None
    assert brought.retired_at <= START + 100 * DAY
    assert not Outage.objects.exists()


def kuma(path: Path) -> str:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE monitor (id INTEGER, name TEXT, url TEXT)")
        database.execute(
            "CREATE TABLE heartbeat"
            " (id INTEGER, monitor_id INTEGER, status SMALLINT, msg TEXT, time DATETIME, ping INTEGER)"
        )
        database.execute("CREATE TABLE stat_daily (id INTEGER, monitor_id INTEGER, up INTEGER)")
        database.executemany("INSERT INTO monitor VALUES (?, ?, ?)", [(1, "Museum", "https://m/"), (2, "Other", "")])
        beats = [(1, "200 - OK"), (2, "503 - Service Unavailable"), (0, "503 - Service Unavailable"), (1, "200 - OK")]
        database.executemany(
            "INSERT INTO heartbeat VALUES (?, 1, ?, ?, ?, 80)",
            [(n, status, msg, f"2025-05-01 10:0{n}:00.500") for n, (status, msg) in enumerate(beats)],
        )
        database.execute("INSERT INTO stat_daily VALUES (1, 1, 1400)")
    return str(path)


def test_the_database_of_uptime_kuma_is_taken(website: Website, tmp_path: Path) -> None:
    told = run("history", "import", kuma(tmp_path / "kuma.db"), "--website", "Museum", "--monitor", "Museum")

    assert "1 sums of days tell no instants" in told
    outage = Outage.objects.get()
    assert outage.started_at == datetime(2025, 5, 1, 10, 1, 0, 500_000, tzinfo=UTC)
    assert outage.ended_at == datetime(2025, 5, 1, 10, 3, 0, 500_000, tzinfo=UTC)
    assert outage.detail == "503"


def test_which_monitor_of_several_is_meant_has_to_be_said(website: Website, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"--monitor which one is meant: Museum \(1\), Other \(2\)"):
        run("history", "import", kuma(tmp_path / "kuma.db"), "--website", "Museum")


def test_the_versions_of_an_upptime_file_are_taken(website: Website, tmp_path: Path) -> None:
    folder = tmp_path / "upptime"
    (folder / "history").mkdir(parents=True)

    def git(*words: str) -> None:
        settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *settings, "-C", str(folder), *words], check=True, capture_output=True)

    git("init", "-q")
    for day, status, code in ((1, "up", 200), (2, "down", 500), (3, "up", 200)):
        (folder / "history" / "museum.yml").write_text(
            f"url: https://museum.example\nstatus: {status}\ncode: {code}\nresponseTime: 31{day}\n"
            f"lastUpdated: 2025-04-0{day}T10:00:00.000Z\nstartTime: 2024-01-01T00:00:00.000Z\ngenerator: Upptime\n"
        )
        git("add", "-A")
        git("commit", "-qm", f"day {day}")
    told = run("history", "import", str(folder), "--website", "Museum")

    assert "3 readings" in told
    outage = Outage.objects.get()
    assert (outage.started_at.day, outage.ended_at and outage.ended_at.day, outage.detail) == (2, 3, "500")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--website", "Nowhere", "--from", "2025-01-01", "--to", "2025-02-01"), "there is no website 'Nowhere'"),
        (("--website", "Museum", "--from", "soon", "--to", "2025-02-01"), "--from: 'soon' is no date"),
        (("--website", "Museum", "--from", "2025-02-01", "--to", "2025-01-01"), "--to must be later than --from"),
    ],
)
def test_mistakes_are_told_in_one_line(website: Website, words: tuple[str, ...], problem: str) -> None:
    with pytest.raises(Mistake, match=problem):
        run("ledger", *words)


@pytest.mark.parametrize(
    ("content", "problem"),
    [("", "it holds no readings"), ("hello\nworld\n", "it holds no readings"), ("{}\n", "it holds no readings")],
)
def test_a_file_without_readings_is_refused(website: Website, tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "feed").write_text(content)
    with pytest.raises(Mistake, match=problem):
        run("history", "import", str(tmp_path / "feed"), "--website", "Museum")


def test_the_ledger_for_people_says_the_same(website: Website, tmp_path: Path) -> None:
    run("history", "import", daily(tmp_path / "feed.jsonl"), "--website", "Museum")
    told = run("ledger", "--website", "museum", "--from", "2025-01-01", "--to", "2026-01-01")

    assert "31,536,000 s" in told
    assert "76 h 49 min" in told
    assert "used up on 2025-02-24T00:00:00Z" in told
