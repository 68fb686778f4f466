"""Half a billion checks are not judged one by one: what is left of them makes the same outages, with either library."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mainstay.common.seals.entry import Entry
from mainstay.watch.evidence import dayfiles
from mainstay.watch.evidence.verify.instants import instant, moment
from mainstay.watch.evidence.verify.rows import Run, days_of
from mainstay.watch.evidence.verify.seen import Seen, gathered, reader
from mainstay.watch.evidence.verify.settling import judged
from mainstay.watch.evidence.verify.with_arrow import WithArrow
from mainstay.watch.evidence.verify.with_duckdb import WithDuckDB
from mainstay.watch.probes import KINDS
from tests.watch.test_verify_judging import RULES, STATES, monitor, timed, website
from tests.watch.world import START

DAY = date(2026, 3, 2)
READERS = [WithDuckDB, WithArrow]
Looks = list[tuple[Any, int, str, Any]]


def raw(at: datetime, number: int, code: str, *, detail: str = "", prober: str = "") -> tuple[Any, ...]:
    """A check as the database gives it to a day file."""
    said = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    phases = (1000, 20_000, 30_000, 90_000, 2000)
    return (1, number, prober, said, code, 200, *phases, 150_000, "192.0.2.7", "2027-01-01 00:00:00", "", detail)


def written(folder: Path, ordered: Looks, part: int = 0) -> dict[str, Any]:
    """The files of some checks, as Mainstay writes them, and the manifest that names them."""
    files = []
    for place in sorted({each[2] for each in ordered}):
        for day in sorted({each[0].date() for each in ordered if each[2] == place}):
            name = f"{place}-{day}-{part}.parquet"
            rows = [raw(at, number, code) for at, number, where, code in ordered if where == place and at.date() == day]
            dayfiles.write(folder / name, rows)
            files.append({"name": name, "place": place, "day": day.isoformat(), "part": part})
    return {"files": files}


def all_of(ordered: Looks) -> Seen:
    """What is seen where every check is looked at."""
    found = Seen(STATES)
    for at, number, place, code in ordered:
        us = instant(at.isoformat())
        found.runs[number][place].append(Run(str(code), us, us))
    return found


def compared(folder: Path, ordered: Looks, manifest: dict[str, Any], rule: Any, kind: Any, **more: Any) -> None:
    site = website(rule, [monitor(number, **more) for number in (1, 2, 3)])
    few, every = gathered(kind(), list(days_of(folder, manifest)), [site], STATES), all_of(ordered)
    found, wanted = ([repr(each) for each in judged(site, list(seen.looks(site)))] for seen in (few, every))

    assert found == wanted
    few_seen, all_seen = few.stretches(site), every.stretches(site)
    for number in (1, 2, 3):
        assert merged(few_seen[number]) == merged(all_seen[number])


def merged(stretches: list[Any]) -> list[Any]:
    """Stretches that touch and are alike, made one; those of one state alone lie in order."""
    found = []
    for state in ("up", "degraded", "down", "unknown"):
        some = sorted(each for each in stretches if each[2] == state)
        for low, high, _ in some:
            if found and found[-1][2] == state and low <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], high), state)
            else:
                found.append((low, high, state))
    return found


MANY = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 30, 60, 60, 60, 200, 40_000]),
        st.integers(1, 3),
        st.sampled_from("ab"),
        st.sampled_from(["ok"] * 9 + ["timeout"] * 3 + ["slow", "prober_fault"]),
    ),
    max_size=120,
)


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=MANY, rule=RULES)
def test_what_is_left_of_the_checks_makes_the_same_outages(
    tmp_path: Path, kind: Any, looks: list[Any], rule: tuple[str, int | None]
) -> None:
    ordered = timed(looks)
    compared(tmp_path, ordered, written(tmp_path, ordered), rule, kind)


def steady(minutes: int, failing: range, place: str, lag_s: int = 0) -> Looks:
    """A check a minute of one monitor, failing in some minutes."""
    at = START + timedelta(seconds=lag_s)
    return [(at + timedelta(minutes=n), 1, place, "timeout" if n in failing else "ok") for n in range(minutes)]


@pytest.mark.parametrize("kind", READERS)
def test_few_are_left_of_many_and_places_are_looked_at_where_they_must_agree(tmp_path: Path, kind: Any) -> None:
    ordered = sorted(
        steady(600, range(100, 110), "a") + steady(600, range(102, 112), "b", 20), key=lambda each: each[0]
    )
    manifest = written(tmp_path, ordered)
    site = website(("any", None), [monitor(1)])
    few = gathered(kind(), list(days_of(tmp_path, manifest)), [site], STATES)

    (outage,) = judged(site, list(few.looks(site)))
    assert (moment(outage.start), moment(outage.end)) == (
        START + timedelta(minutes=102, seconds=20),
        START + timedelta(minutes=110),
    )
    assert len(list(few.looks(site))) < 120
    compared(tmp_path, ordered, manifest, ("any", None), kind)


@pytest.mark.parametrize("kind", READERS)
def test_a_pause_in_the_midst_of_good_checks_is_found(tmp_path: Path, kind: Any) -> None:
    paused, resumed = (START + timedelta(minutes=30, seconds=s) for s in (10, 20))
    active = [[START.isoformat(), paused.isoformat()], [resumed.isoformat(), None]]
    ordered = steady(60, range(0), "a")
    site = website(("any", None), [monitor(1, active=active)])
    few = gathered(kind(), list(days_of(tmp_path, written(tmp_path, ordered))), [site], STATES)

    assert [(moment(low), moment(high), state) for low, high, state in few.stretches(site)[1]] == [
        (START, paused, "up"),
        (START + timedelta(minutes=31), START + timedelta(minutes=61), "up"),
    ]


@pytest.mark.parametrize("kind", READERS)
def test_what_came_late_is_put_in_its_place(tmp_path: Path, kind: Any) -> None:
    ordered = steady(30, range(10, 15), "a")
    early, late = ordered[:8] + ordered[20:], ordered[8:20]
    manifest = {"files": written(tmp_path, early)["files"] + written(tmp_path, late, part=1)["files"]}

    compared(tmp_path, ordered, manifest, ("any", None), kind)


@pytest.mark.parametrize("kind", READERS)
def test_rows_that_somebody_wrote_in_another_order_are_sorted(tmp_path: Path, kind: Any) -> None:
    ordered = steady(30, range(10, 15), "a")
    manifest = written(tmp_path, ordered)
    path = tmp_path / manifest["files"][0]["name"]
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE packed AS SELECT * FROM '{path}' ORDER BY hash(minute)")
        database.execute(f"COPY packed TO '{path}' (FORMAT parquet)")

    compared(tmp_path, ordered, manifest, ("any", None), kind)


@pytest.mark.parametrize("kind", READERS)
def test_monitors_that_look_at_other_rates_are_told_apart(tmp_path: Path, kind: Any) -> None:
    """One looks every second, one every ten minutes: a hole of a minute is one for the first alone."""
    quick = [(START + timedelta(seconds=n if n < 60 else n + 60), 1, "a", "ok") for n in range(120)]
    slow = [(START + timedelta(minutes=10 * n), 2, "a", "ok") for n in range(6)]
    vouches = {1: 2, 2: 1200}
    site = website(("any", None), [monitor(n, vouches_s=[[START.isoformat(), vouches[n]]]) for n in (1, 2)])
    days = list(days_of(tmp_path, written(tmp_path, quick + slow)))
    found = gathered(kind(), days, [site], STATES)

    assert [len(found.runs[number]["a"]) for number in (1, 2)] == [2, 1]


@pytest.mark.parametrize("kind", READERS)
def test_the_digests_are_those_that_were_sealed(tmp_path: Path, kind: Any) -> None:
    rows = [raw(START + timedelta(minutes=n), 1, "ok", detail=f"a|b\\c\nd\r {n} é", prober="p") for n in range(20)]
    dayfiles.write(tmp_path / "day.parquet", rows)
    ((_, entry),) = dayfiles.entries(tmp_path / "day.parquet", "here", DAY, 0)
    manifest = {"files": [{"name": "day.parquet", "place": "here", "day": DAY.isoformat(), "part": 0}]}

    (day,) = days_of(tmp_path, manifest)
    ((subject, (count, digest)),) = kind().digests(day).items()
    assert Entry(subject, count, digest) == entry


def test_no_kind_of_check_needs_more_than_a_run_shows() -> None:
    assert max(each.good_needed for each in KINDS.values()) <= 2


def test_duckdb_is_taken_where_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(reader(), WithDuckDB)
    for missing, wanted in (("duckdb",), WithArrow), (("duckdb", "pyarrow"), None):
        for name in missing:
            monkeypatch.setitem(__import__("sys").modules, name, None)
        if wanted is None:
            with pytest.raises(SystemExit, match="One of the packages duckdb and pyarrow is needed"):
                reader()
        else:
            assert isinstance(reader(), wanted)


def test_no_files_hold_nothing(tmp_path: Path) -> None:
    site = website(("any", None), [monitor(1)])

    assert list(days_of(tmp_path, {"files": []})) == []
    assert list(gathered(WithDuckDB(), [], [site], STATES).looks(site)) == []
