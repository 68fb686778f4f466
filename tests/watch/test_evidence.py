"""Every check is kept in day files and sealed; whatever is altered afterwards is named."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from django.db import connection
from django.utils import timezone
from typer.testing import CliRunner

from mainstay.common import seals
from mainstay.common.seals import Entry, Leaf, SealsAreAppendOnly, TreeHead
from mainstay.config.cli import processes
from mainstay.config.cli.commands import app
from mainstay.watch import actions
from mainstay.watch.actions import latencies
from mainstay.watch.evidence import dayfiles
from mainstay.watch.evidence.columns import LINE
from mainstay.watch.models import CheckRow, DayFile, Monitor, Outage
from mainstay.watch.queries import evidence, verifying
from tests.cast import Cast
from tests.watch.world import OK, PLACE, REFUSED, START, check, minutes, monitor_of, take

DAY = START.date()
CLOSED = START + timedelta(days=3)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings) -> Path:
    """A data folder of its own for each test."""
    from dataclasses import replace

    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path)
    return tmp_path


@pytest.fixture
def monitors(cast: Cast) -> list[Monitor]:
    """Two websites of two clients, seen for an hour; one of them had an outage."""
    first, second = monitor_of(cast.website(cast.a)), monitor_of(cast.website(cast.b))
    looks = minutes(first, [OK] * 60) + minutes(second, [OK] * 20 + [REFUSED] * 9 + [OK] * 31)
    take(sorted(looks, key=lambda each: each.at))
    return [first, second]


@pytest.fixture
def sealed(monitors: list[Monitor]) -> list[Monitor]:
    """Their day has closed, and so has that of the facts."""
    while actions.write_evidence(at=CLOSED):
        pass
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    assert list(verifying.verify()) == []
    return monitors


def sql(statement: str, *values: object) -> None:
    """What somebody with the database in hand could do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def file_of(part: int = 0) -> Path:
    return evidence.room() / "evidence" / dayfiles.name_of(PLACE, DAY, part)


def rewritten(change: str) -> None:
    """The day file as somebody wrote it anew."""
    path = str(file_of())
    database = duckdb.connect()
    database.execute(f"CREATE TABLE packed AS SELECT * FROM '{path}'")
    database.execute(change)
    database.execute(f"COPY packed TO '{path}' (FORMAT parquet)")
    database.close()


def test_every_check_of_a_closed_day_is_in_its_file(monitors: list[Monitor]) -> None:
    assert actions.write_evidence(at=CLOSED)
    assert not actions.write_evidence(at=CLOSED)

    with dayfiles.reading(file_of()) as database:
        rows = database.execute(
            "SELECT monitor, at_us, code, status, first_byte_ms, duration_ms, address FROM rows"
        ).fetchall()
    kept = CheckRow.objects.order_by("monitor__environment__website", "monitor", "at")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert rows == [
        (
            each.monitor_id,
            (each.at - epoch) // timedelta(microseconds=1),
            each.code,
            each.status,
            each.first_byte_us // 1000,
            each.duration_us // 1000,
            each.address,
        )
        for each in kept
    ]
    assert DayFile.objects.get().rows == 120


def test_the_canonical_text_is_that_of_the_documentation(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take([check(monitor, 0), check(monitor, 1, REFUSED)])
    CheckRow.objects.filter(code=REFUSED).update(detail="a|b\\c\nd", cert_sha256="ab" * 32)
    actions.write_evidence(at=CLOSED)

    at = 1_772_438_400_000_000
    expected = (
        f"{monitor.pk}|{at}||ok|200|0|0|0|120|0|120|192.0.2.7|||\n"
        f"{monitor.pk}|{at + 60_000_000}||connection_refused|200|0|0|0|120|0|120|192.0.2.7||{'ab' * 32}|"
        "a\\pb\\\\c\\nd\n"
    )
    with dayfiles.reading(file_of()) as database:
        assert database.execute(f"SELECT string_agg({LINE} || chr(10), '') FROM rows").fetchall() == [(expected,)]
    ((_, entry),) = dayfiles.entries(file_of(), PLACE, DAY, 0)
    assert entry.sha256 == sha256(expected.encode()).hexdigest()
    leaf = Leaf.objects.get()
    assert leaf.entry == (
        f"mainstay seal 1\nsubject checks/{PLACE}/{monitor.environment.website_id}/2026-03-02/0\n"
        f"rows 2\nsha256 {entry.sha256}\n"
    )
    assert leaf.digest == sha256(b"\x00" + leaf.entry.encode()).hexdigest()


def test_a_day_that_is_not_closed_is_left_alone(monitors: list[Monitor]) -> None:
    midnight = datetime.combine(DAY + timedelta(days=2), datetime.min.time(), UTC)

    assert not actions.write_evidence(at=midnight - timedelta(microseconds=1))
    assert actions.write_evidence(at=midnight)


def test_what_comes_late_is_a_part_of_its_own(sealed: list[Monitor]) -> None:
    before, later = seals.head(), timezone.now() + timedelta(days=4)
    actions.take_in(checks=[check(sealed[0], 200 + n) for n in range(4)], at=later)
    assert actions.write_evidence(at=later)
    after = seals.head()

    assert list(DayFile.objects.order_by("part").values_list("part", "rows")) == [(0, 120), (1, 4)]
    assert before is not None
    assert after is not None
    assert after.size == before.size + 1
    assert list(verifying.verify()) == []
    assert list(verifying.kept_head(before.size, before.root)) == []


def test_rows_go_only_once_they_are_kept(monitors: list[Monitor]) -> None:
    latencies.count_hour(at=CLOSED)
    later = CLOSED + timedelta(days=1)
    assert actions.prune_checks(at=later) == 0
    while actions.write_evidence(at=later):
        pass
    assert actions.prune_checks(at=later) == 120
    assert list(verifying.verify()) == []


def test_rows_stay_while_one_of_their_day_is_in_no_file(sealed: list[Monitor]) -> None:
    latencies.count_hour(at=CLOSED)
    row = CheckRow.objects.first()
    assert row is not None
    row.pk, row.at = None, row.at + timedelta(seconds=1)
    row.save(force_insert=True)  # as when it came in at the very moment in which the day closed
    assert actions.prune_checks(at=CLOSED + timedelta(days=1)) == 0
    assert actions.write_evidence(at=CLOSED + timedelta(days=1))
    assert actions.prune_checks(at=CLOSED + timedelta(days=1)) == 121


def test_old_files_go_and_what_was_sealed_stays(sealed: list[Monitor]) -> None:
    size = Leaf.objects.count()

    assert actions.prune_evidence(at=START + timedelta(days=731)) == 0
    assert actions.prune_evidence(at=START + timedelta(days=734)) == 1
    assert not file_of().exists()
    assert Leaf.objects.count() == size


def test_a_disk_that_is_full_loses_nothing(monitors: list[Monitor], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(dayfiles, "_pack", full)
        with pytest.raises(OSError, match="No space"):
            actions.write_evidence(at=CLOSED)
    assert not DayFile.objects.exists()
    assert not list((evidence.room() / "evidence").rglob("*.parquet"))
    assert actions.write_evidence(at=CLOSED)


def test_what_is_sealed_cannot_be_changed_by_the_program(sealed: list[Monitor]) -> None:
    with pytest.raises(SealsAreAppendOnly):
        Leaf.objects.update(digest="0" * 64)
    with pytest.raises(SealsAreAppendOnly):
        TreeHead.objects.all().delete()


def test_sealing_the_same_again_changes_nothing(sealed: list[Monitor]) -> None:
    leaf = Leaf.objects.first()

    assert seals.seal([(Entry(leaf.subject, 1, "0" * 64), None)], at=CLOSED) is None
    assert Leaf.objects.get(pk=leaf.pk).entry == leaf.entry


def test_each_leaf_can_be_proven(sealed: list[Monitor]) -> None:
    head = seals.head()
    assert head is not None
    for leaf, proof in zip(Leaf.objects.all(), seals.proofs(range(head.size), head), strict=True):
        path = [bytes.fromhex(each) for each in proof.path]
        root = bytes.fromhex(head.root)
        assert seals.merkle.is_included(bytes.fromhex(leaf.digest), leaf.number, head.size, path, root)


_DELETE_FACT = "DELETE FROM common_factrecord WHERE kind = 'watch.outage_closed'"


def _cut_file() -> None:
    file_of().write_bytes(file_of().read_bytes()[:-100])


def _fork() -> None:
    other = Entry("facts/agency/2020-01-01", 1, "a" * 64)
    size = Leaf.objects.count()
    digest = seals.merkle.leaf_hash(other.text.encode()).hex()
    sql(
        "UPDATE common_leaf SET subject = %s, entry = %s, digest = %s WHERE number = %s",
        other.subject,
        other.text,
        digest,
        size - 1,
    )


_EDIT_FACT = "UPDATE common_factrecord SET process = 'nobody' WHERE kind = 'watch.outage_opened'"


def _unfreeze_facts() -> None:
    """As somebody could who owns the database: it refuses to edit facts by itself."""
    sql(f"DROP TRIGGER common_factrecord_frozen{' ON common_factrecord' if connection.vendor == 'postgresql' else ''}")


TAMPERINGS: dict[str, tuple[Callable[[], None], str]] = {
    "a check is flipped in its file": (
        lambda: rewritten("UPDATE packed SET code = 'ok' WHERE code <> 'ok'"),
        "on 2026-03-02 from here were altered: their number, 60, is the same",
    ),
    "a check is deleted from its file": (
        lambda: rewritten("DELETE FROM packed WHERE minute = 5"),
        "were altered: there were 60, there are 59",
    ),
    "a check is put into its file": (
        lambda: rewritten("INSERT INTO packed SELECT * REPLACE (late_ms + 1 AS late_ms) FROM packed LIMIT 1"),
        "were altered: there were 60, there are 61",
    ),
    "two checks change places": (
        lambda: rewritten("UPDATE packed SET minute = CASE minute WHEN 20 THEN 3 ELSE 20 END WHERE minute IN (3, 20)"),
        "their number, 60, is the same",
    ),
    "a website's checks are left out": (
        lambda: rewritten("DELETE FROM packed WHERE website = (SELECT max(website) FROM packed)"),
        "are gone",
    ),
    "the file is cut": (_cut_file, "is damaged"),
    "the file is missing": (lambda: file_of().unlink(), "is missing"),
    "a file is put beside it": (
        lambda: (file_of(7).write_bytes(b""), None)[1],
        "is none that Mainstay wrote: it was put there",
    ),
    "a check row is edited": (
        lambda: sql("UPDATE watch_checkrow SET code = 'ok' WHERE code <> 'ok'"),
        "The check rows in the database of website",
    ),
    "a fact is edited": (
        lambda: (_unfreeze_facts(), sql(_EDIT_FACT))[1],
        "that were recorded on",
    ),
    "a fact is deleted": (
        lambda: (sql("DELETE FROM common_factdelivery"), sql(_DELETE_FACT))[0],
        "that were recorded on",
    ),
    "an outage's end is moved": (
        lambda: sql("UPDATE watch_outage SET ended_at = ended_after"),
        "The end of outage",
    ),
    "an outage's start is moved": (
        lambda: sql("UPDATE watch_outage SET started_at = ended_after, started_after = NULL"),
        "The start of outage",
    ),
    "the tail of the log is cut": (
        lambda: sql("DELETE FROM common_leaf WHERE number = (SELECT max(number) FROM common_leaf)"),
        "The sealed log was cut",
    ),
    "a leaf is taken out": (lambda: sql("DELETE FROM common_leaf WHERE number = 0"), "lacks its entries 0 to 0"),
    "the log is forked": (_fork, "does not fit the log"),
    "a leaf's text is altered": (
        lambda: sql("UPDATE common_leaf SET entry = entry || ' ' WHERE number = 1"),
        "Entry 1 of the sealed log",
    ),
    "the clock is set back": (
        lambda: sql("UPDATE common_leaf SET sealed_at = %s WHERE number = 1", START - timedelta(days=900)),
        "says it was sealed before the one before it",
    ),
    "a head is altered": (lambda: sql("UPDATE common_treehead SET root = %s", "b" * 64), "does not fit the log"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_altered_is_named(sealed: list[Monitor], name: str) -> None:
    tamper, told = TAMPERINGS[name]
    tamper()

    assert any(told in each for each in verifying.verify()), list(verifying.verify())


def test_a_log_made_anew_does_not_fit_a_head_that_somebody_kept(sealed: list[Monitor]) -> None:
    head = seals.head()
    assert head is not None
    kept = head.size, head.root
    sql("DELETE FROM common_treehead")
    sql("DELETE FROM common_leaf")
    sql("DELETE FROM common_factssealed")
    sql("DELETE FROM watch_dayfile")
    sql("UPDATE watch_checkrow SET code = 'ok', state = 'up'")
    while actions.write_evidence(at=CLOSED):
        pass
    seals.seal_facts(at=timezone.now() + timedelta(days=3))

    assert list(verifying.log()) == []
    assert any("the past was altered" in each for each in verifying.kept_head(*kept))


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "set_up", lambda: None)


def test_the_command_says_that_all_is_well_and_names_the_head(sealed: list[Monitor], inside: None) -> None:
    done = CliRunner().invoke(app, ["verify", "--json"])
    head = seals.head()

    assert head is not None
    assert done.exit_code == 0
    assert json.loads(done.output) == {"head": {"size": head.size, "root": head.root}, "findings": []}


def test_the_command_fails_with_what_was_altered(sealed: list[Monitor], inside: None) -> None:
    outage = Outage.objects.get()
    sql("UPDATE watch_outage SET ended_at = ended_after")
    done = CliRunner().invoke(app, ["verify"])

    assert done.exit_code == 1
    assert f"✕ The end of outage {outage.pk}" in done.output


def test_a_head_may_be_given_as_it_is_printed(sealed: list[Monitor], inside: None) -> None:
    head = seals.head()
    assert head is not None
    printed = f"{head.size}:{head.root[:16]} {head.root[16:]}"

    assert CliRunner().invoke(app, ["verify", "--head", printed]).exit_code == 0
    assert CliRunner().invoke(app, ["verify", "--head", printed.replace(":", "0:")]).exit_code == 1


@pytest.mark.parametrize("text", ["5", "x:00", "5:zz", f"5:{'0' * 63}", f"-1:{'0' * 64}"])
def test_a_head_of_the_wrong_form_is_refused(inside: None, text: str) -> None:
    done = CliRunner().invoke(app, ["verify", "--head", text])

    assert "SIZE:ROOT" in str(done.exception) or "SIZE:ROOT" in done.output


def test_a_place_may_have_any_name(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take([check(monitor, 0, place="São Paulo/2")])

    assert actions.write_evidence(at=CLOSED)
    assert list(verifying.verify()) == []
    assert DayFile.objects.get().day == date(2026, 3, 2)
