"""How fast a year of one-minute checks is worked out anew from day files, beside a bare window scan of the same files.

`python benches/verify.py [WEBSITES] [DAYS]`, or WEBSITES and DAYS in the environment; 100 websites and 365 days where
nothing is said. Files are made with DuckDB as Mainstay lays them out: a check a minute begun up to 100 ms late, one in
a thousand fails, and every website is down for ten minutes once in thirty days. What is timed is the program that
bundles hold, in a process of its own. The seals are hashed over some of the days, and their rate is told apart.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import local
from time import perf_counter

import duckdb

WEBSITES, DAYS = 100, 365
START = date(2025, 11, 1)
MEMORY_MB_MAX = 2_000
RATIO_WANTED = 3.0
"""60 seconds for what a bare scan reads in 20."""

SORTED_DAYS = 20
SEALED_DAYS = 3
GOOD = {"ok": "up", "slow": "degraded", "timeout": "down", "prober_fault": "unknown"}
AT = "(base_ms + minute::BIGINT * 60000 + late_ms) * 1000 + at_micro"
PHASES = {"name": (0, 3), "connect": (8, 3), "tls": (12, 5), "first_byte": (90, 60), "body": (0, 5), "rest": (0, 3)}

MADE = """
COPY (
    SELECT website::UINTEGER AS website, website::UINTEGER AS monitor, '' AS prober,
        {midnight_ms} + (website * 7919) % 59000 - 1000 AS base_ms, minute::UINTEGER AS minute,
        (1000 + random() * 99)::USMALLINT AS late_ms, (random() * 999)::USMALLINT AS at_micro,
        CASE WHEN random() < 0.001 OR (hash(website, {day}) % 30 = 0 AND minute BETWEEN 600 AND 609)
            THEN 'timeout' ELSE 'ok' END AS code,
        200::USMALLINT AS status, {phases}, '192.0.2.' || website % 250 AS address,
        NULL::BIGINT AS cert_not_after_s, '' AS cert_sha256, '' AS detail
    FROM (SELECT i // 1440 + 1 AS website, i % 1440 AS minute FROM range({rows}) AS numbers (i))
) TO '{path}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 500000)
"""

RECOMPUTE = """
import json, resource, runpy, sys
from pathlib import Path
from time import perf_counter, process_time
folder = Path(sys.argv[1])
program = runpy.run_path(str(folder / "verify.py"), run_name="program")
manifest = json.loads((folder / "manifest.json").read_text())
files, began, cpu = program["reader"](), perf_counter(), process_time()
problems = list(program["recomputed"](files, folder, manifest, {}, program["Counter"]()))
took, cpu = perf_counter() - began, process_time() - cpu
some = manifest | {"files": manifest["files"][:%(sealed)d]}
began = perf_counter()
sealed = sum(count for count, _ in program["digests"](files, folder, some).values())
seal_s = perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
told = {"took_s": took, "cpu_s": cpu, "peak_mb": peak, "problems": problems, "sealed_per_s": sealed / seal_s}
print(json.dumps(told), file=sys.stderr)
"""


def main(websites: int, days: int) -> None:
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-", dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        began = perf_counter()
        paths = make(folder, websites, days)
        size = sum(path.stat().st_size for path in paths)
        rows = websites * days * 1440
        print(f"{rows:,} checks in {days} files of {size / 1e9:.2f} GB, made in {perf_counter() - began:.0f} s")
        write_bundle(folder, paths, websites, days)
        bare_s = scan(paths, f"{AT} - lag({AT}) OVER ()")
        some = paths[:SORTED_DAYS]
        sorted_s = scan(some, f"{AT} - lag({AT}) OVER (PARTITION BY monitor ORDER BY {AT})") * days / len(some)
        told = recompute(folder)
        print(json.dumps({"bench": "verify", **figures(rows, websites, size, bare_s, sorted_s, told)}))


def make(folder: Path, websites: int, days: int) -> list[Path]:
    """The day files."""
    parts = ", ".join(
        f"{least}::INTEGER AS {part}_base, (random() * {over})::UINTEGER AS {part}_over"
        for part, (least, over) in PHASES.items()
    )
    paths = []
    with duckdb.connect(config={"threads": os.cpu_count() or 1, "memory_limit": "1GB"}) as database:
        database.execute("SELECT setseed(0.5)")
        for number in range(days):
            day = START + timedelta(days=number)
            midnight_ms = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
            paths.append(folder / f"{day.isoformat()}.parquet")
            words = {"midnight_ms": midnight_ms, "day": number, "rows": websites * 1440, "phases": parts}
            database.execute(MADE.format(**words, path=paths[-1]))
    return paths


def write_bundle(folder: Path, paths: list[Path], websites: int, days: int) -> None:
    """What a bundle holds besides the files: the program, and a manifest without seals and figures."""
    from mainstay.watch.evidence.verify.assemble import program  # late: the search path was set first

    before, start, end = (f"{START + timedelta(days=n)}T00:00:00+00:00" for n in (-1, 0, days))
    website = {"rule": "any", "quorum": None, "known_from": None, "looked_after_from": start, "open_at_start": None}
    website |= {"outages": [], "stated": [], "taken_back": []}
    monitor = {"source": "prober", "counts": True, "bad_needed": 3, "good_needed": 2, "retired_at": None, "let_go": []}
    monitor |= {"watched_from": before, "active": [[before, None]], "vouches_s": [[before, 120]], "spells": []}
    numbers = range(1, websites + 1)
    account = {"report": None, "from": start, "to": end, "at": end, "begins_at": start}
    account |= {"figures": {str(n): {} for n in numbers}}
    account |= {"years": [{"from": start, "to": end, "rules": 0, "unknown_before_us": {}}]}
    manifest = {
        "files": [{"name": each.name, "place": "local", "day": each.stem, "part": 0} for each in paths],
        "leaves": [],
        "covered": {"from": start, "to": end},
        "states": GOOD,
        "websites": [{"id": n, "name": f"Website {n}", "url": "", **website} for n in numbers],
        "monitors": [{"id": n, "website": n, **monitor} for n in numbers],
        "gaps": [],
        "open_at_start": [],
        "windows": {str(n): [] for n in numbers},
        "granted": {str(n): [] for n in numbers},
        "facts_until": end,
        "rules": [{"unknown_allowance_s": 28_800, "degraded_is_charged": False, "hours": None}],
        "terms": [{"from": start, "excluded": [], "planned_notice_s": 0, "emergency_notice_s": 0}],
        "accounts": [account],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "verify.py").write_text(program())


def scan(paths: list[Path], window: str) -> float:
    """How long a window over every row takes and nothing else, file by file on all processors."""
    kept = local()

    def one(path: Path) -> None:
        if not hasattr(kept, "database"):
            kept.database = duckdb.connect(config={"threads": 1, "memory_limit": "600MB"})
        kept.database.execute(f"SELECT sum(step) FROM (SELECT {window} AS step FROM '{path}')").fetchall()

    began = perf_counter()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(one, paths))
    return perf_counter() - began


def recompute(folder: Path) -> dict[str, float]:
    """Run the program of the bundle in a process of its own."""
    command = [sys.executable, "-I", "-c", RECOMPUTE % {"sealed": SEALED_DAYS}, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    told: dict[str, float] = json.loads(done.stderr)
    return told


def figures(
    rows: int, websites: int, size: int, bare_s: float, sorted_s: float, told: dict[str, float]
) -> dict[str, float]:
    took_s, ratio = told["took_s"], told["took_s"] / bare_s
    is_kept = ratio <= RATIO_WANTED and told["peak_mb"] <= MEMORY_MB_MAX
    print(f"bare window scan in the files' order {bare_s:.1f} s ({rows / bare_s / 1e6:.1f} million a second)")
    print(f"bare window scan, sorted             {sorted_s:.1f} s ({rows / sorted_s / 1e6:.1f} million a second)")
    print(f"worked out anew                      {took_s:.1f} s ({rows / took_s / 1e6:.1f} million a second)")
    missed = f" (MISSED: at most {RATIO_WANTED:g} and {MEMORY_MB_MAX} MB wanted)"
    print(f"ratio {ratio:.2f}, at most {told['peak_mb']:.0f} MB", "" if is_kept else missed)
    print(f"the seals are hashed at {told['sealed_per_s'] / 1e6:.2f} million checks a second")
    found = {
        "websites": websites,
        "checks": rows,
        "bytes_a_check": size / rows,
        "bare_per_s": rows / bare_s,
        "sorted_per_s": rows / sorted_s,
        "recomputed_per_s": rows / took_s,
        "took_s": took_s,
        "cpu_s": told["cpu_s"],
        "ratio": ratio,
        "peak_mb": told["peak_mb"],
        "sealed_per_s": told["sealed_per_s"],
    }
    return {name: round(each, 3) for name, each in found.items()}


def asked(name: str, position: int, usual: int) -> int:
    """A number from the command line, or the environment."""
    return int(sys.argv[position] if len(sys.argv) > position else os.environ.get(name, usual))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main(asked("WEBSITES", 1, WEBSITES), asked("DAYS", 2, DAYS))
