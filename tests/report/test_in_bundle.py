"""A report that was issued is held against the checks by the program in a bundle of evidence."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mainstay.common import files
from mainstay.config.cli import processes
from mainstay.config.cli.commands import app
from mainstay.report import actions, queries
from mainstay.report.models import Report
from mainstay.watch import actions as watch
from mainstay.watch.facts import Check, Finding
from mainstay.watch.models import Outage
from mainstay.watch.queries import bundle
from tests.cast import Cast
from tests.report.conftest import ISSUED_AT, MARCH, TESTS, Month
from tests.watch.bundles import bundle_of, change_manifest, manifest_of, sealed, wrong
from tests.watch.world import OK, PLACE, REFUSED, monitor_of, take

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
DOWN = (FEBRUARY + timedelta(days=9, hours=3), FEBRUARY + timedelta(days=9, hours=5))
EVERY = timedelta(minutes=30)
PERIOD = (date(2026, 2, 1), date(2026, 3, 1))
"""February is the first month of the cast's contract year."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path / "data")


@pytest.fixture
def watched(cast: Cast) -> Cast:
    """A website that was looked at all February, and down for two hours."""
    monitor = monitor_of(cast.a.websites.get(), at=FEBRUARY, interval_seconds=int(EVERY.total_seconds()))
    looks, at = [], FEBRUARY - 4 * EVERY
    while at < MARCH + timedelta(days=1):
        looks.append(Check(monitor.pk, PLACE, at, Finding(REFUSED if DOWN[0] <= at < DOWN[1] else OK, status=200)))
        at += EVERY
    for n in range(0, len(looks), 500):
        take(looks[n : n + 500])
    return cast


def issue(cast: Cast) -> bundle.Report:
    report = actions.issue(client=cast.a, month="2026-02", by=TESTS, at=ISSUED_AT)
    return bundle.Report(report.number, files.read(report.figures))


def test_an_honest_report_says_what_the_checks_make(watched: Cast, tmp_path: Path) -> None:
    """The month, and the contract year so far."""
    report = issue(watched)
    sealed()

    assert queries.figures(Report.objects.get()).websites[0].month.down_charged == 2 * 3600
    assert wrong(bundle_of(watched.a, tmp_path, *PERIOD, reports=[report])) == []


def test_a_report_that_says_otherwise_is_named_with_both_figures(watched: Cast, tmp_path: Path) -> None:
    outages = Outage.objects.filter(website__client=watched.a)
    outages.update(ended_at=DOWN[1] - timedelta(minutes=90), ended_after=DOWN[0])
    report = issue(watched)
    outages.update(ended_at=DOWN[1], ended_after=DOWN[1] - EVERY)
    sealed()

    told = wrong(bundle_of(watched.a, tmp_path, *PERIOD, reports=[report]))
    says = "says 0:30:00 down and charged, the checks make 2:00:00"
    assert [each for each in told if says in each and "report no. 1, of 2026-02," in each]
    assert [each for each in told if says in each and "report no. 1, of the contract year," in each]
    assert not [each for each in told if "Mainstay says" in each]


def test_what_was_put_right_after_a_report_is_told_with_the_difference(watched: Cast, tmp_path: Path) -> None:
    report, outage = issue(watched), Outage.objects.get(website__client=watched.a)
    watch.take_outage_back(outage=outage, reason="A test.", by=watched.helper, at=ISSUED_AT + timedelta(days=1))
    sealed()

    told = wrong(bundle_of(watched.a, tmp_path, *PERIOD, reports=[report]))
    says = "report no. 1, of 2026-02, says 2:00:00 down and charged, the checks make 0:00:00"
    (found,) = (each for each in told if says in each)
    assert found.endswith("(since it was issued, 1 entry has put the record right)")


ALTERED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "figures": (
        lambda path: path.write_text(path.read_text().replace('"down_charged":7200', '"down_charged":7000')),
        "report no. 1 is not the one that was issued: its figures were altered",
    ),
    "left out": (Path.unlink, "report no. 1 is missing here"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_report_that_was_altered_is_named(watched: Cast, tmp_path: Path, name: str) -> None:
    report = issue(watched)
    sealed()
    folder = bundle_of(watched.a, tmp_path, *PERIOD, reports=[report])
    alter, told = ALTERED[name]
    alter(folder / "reports" / "2026-02.json")

    assert told in wrong(folder)


def test_a_website_of_a_report_of_which_nothing_is_there_is_named(watched: Cast, tmp_path: Path) -> None:
    report = issue(watched)
    sealed()
    folder = bundle_of(watched.a, tmp_path, *PERIOD, reports=[report])
    change_manifest(folder, lambda m: m["websites"][0].update(name="Another", url="https://another.example"))

    assert any("and nothing of that website is here" in each for each in wrong(folder))


def test_a_month_that_the_bundle_does_not_hold_as_a_whole_is_left_out(watched: Cast, tmp_path: Path) -> None:
    report = issue(watched)
    sealed()
    folder = bundle_of(watched.a, tmp_path, date(2026, 2, 3), PERIOD[1], reports=[report])

    assert [each["report"] for each in manifest_of(folder)["accounts"]] == [None]
    assert not (folder / "reports").exists()


def test_what_another_monitor_saw_is_attested(february: Month, tmp_path: Path, capsys: Any) -> None:
    report = issue(february.cast)
    sealed()

    assert wrong(bundle_of(february.cast.a, tmp_path, *PERIOD, reports=[report])) == []
    assert "of it attested: what another monitor saw" in capsys.readouterr().out


def test_the_command_puts_the_months_reports_in(watched: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(watched)
    sealed()
    monkeypatch.setattr(processes, "set_up", lambda: None)
    target = tmp_path / "evidence.zip"
    words = [
        "evidence",
        "export",
        str(target),
        "--client",
        watched.a.slug,
        "--from",
        "2026-02-01",
        "--to",
        "2026-03-01",
    ]
    done = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.output
    assert "1 reports" in done.output
    with zipfile.ZipFile(target) as archive:
        assert archive.read("reports/2026-02.json") == files.read(Report.objects.get().figures)
