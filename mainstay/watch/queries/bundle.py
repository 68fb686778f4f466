"""A bundle of evidence for one client: its own checks and facts, with proofs, and the program that checks them."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from mainstay.clients.models import Organisation, Website
from mainstay.common import seals
from mainstay.common.facts import FactRecord
from mainstay.common.models import FactsSealed
from mainstay.common.seals import Leaf, TreeHead, merkle
from mainstay.common.seals.facts import line_of
from mainstay.policy.durations import say
from mainstay.watch.codes import Code, state_of
from mainstay.watch.evidence import dayfiles, verify
from mainstay.watch.models import DayFile, Monitor, ProberDoubt
from mainstay.watch.probes import KINDS
from mainstay.watch.queries.evidence import folder, start_of
from mainstay.watch.rules.judge import vouch

DAYS_MAX = 800
README = """\
Evidence for {client}, {start} to {end}.

Run:  python3 verify.py

It needs Python 3.10 or newer and one of the packages duckdb and pyarrow, and nothing else. What it does is said at
its top; it says what is wrong, if anything is.

checks/    every single check of your websites, as Parquet
facts/     what was recorded about you, by day, as it was sealed
manifest.json   the sealed entries with their proofs, the monitors, and the head of the sealed log

Hold the head against the one in a service report or its letter.
"""


class BundleRefused(ValueError):
    """There is nothing to hand out; the text says why."""


@dataclass(frozen=True, slots=True)
class Since:
    """An older head that the client kept."""

    size: int
    root: str


def write_bundle(
    *, client: Organisation, start: date, end: date, target: Path, at: datetime, since: Since | None = None
) -> dict[str, int]:
    """Write the evidence of the days of [start, end), UTC, to the zip file `target`. Returns what is in it, counted.

    Raises:
        BundleRefused: nothing is sealed yet, or the time is empty or longer than `DAYS_MAX` days.
        dayfiles.FileDamaged: a day file cannot be read.
        OSError: `target` cannot be written.
    """
    head = seals.head()
    if head is None:
        raise BundleRefused("nothing is sealed yet: a day is sealed 24 hours after its end")
    if not 0 < (end - start).days <= DAYS_MAX:
        raise BundleRefused(f"the time must be from one day to {DAYS_MAX} days")
    if since is not None and since.size > head.size:
        raise BundleRefused(f"the log has {head.size} entries, fewer than the {since.size} of the kept head")
    with TemporaryDirectory(prefix=".bundle-", dir=target.parent) as name:
        room = Path(name)
        files = list(_files(client, start, end, room))
        facts = _facts(client, start, end, room)
        leaves = _leaves(client, start, end)
        manifest = _manifest(client, start, end, head, at) | {
            "files": files,
            "leaves": _proven(leaves, head),
            "since": _since(since, head),
        }
        (room / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        (room / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
        (room / "README.txt").write_text(README.format(client=client.name, start=start, end=end), encoding="utf-8")
        _zip(room, target)
    return {"files": len(files), "facts": facts, "entries": len(leaves)}


def _files(client: Organisation, start: date, end: date, room: Path) -> Iterator[dict[str, Any]]:
    """The client's rows of each day file, copied as they are kept."""
    ids = list(Website.objects.filter(client=client).values_list("pk", flat=True))
    for file in DayFile.objects.filter(day__gte=start, day__lt=end).order_by("day", "place", "part"):
        place = quote(file.place, safe="")
        path = dayfiles.path_of(folder(), file.place, file.day, file.part)
        name = f"checks/{place}/{file.day.isoformat()}-{file.part}.parquet"
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        rows = dayfiles.copy(path, room / name, ids)
        if rows:
            yield {"name": name, "place": place, "day": file.day.isoformat(), "part": file.part, "rows": rows}


def _facts(client: Organisation, start: date, end: date, room: Path) -> int:
    """The client's facts of each sealed day, as they were sealed."""
    count, before = 0, None
    for sealed in FactsSealed.objects.filter(day__gte=start - timedelta(days=1), day__lt=end).order_by("day"):
        if sealed.day >= start:
            after = before if before is not None else 0
            rows = FactRecord.objects.filter(client=client, pk__gt=after, pk__lte=sealed.upto).order_by("pk")
            lines = [line_of(each) for each in rows.iterator()]
            if lines:
                path = room / "facts" / str(client.pk) / f"{sealed.day.isoformat()}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
            count += len(lines)
        before = sealed.upto
    return count


def _leaves(client: Organisation, start: date, end: date) -> list[Leaf]:
    """The sealed entries of the client's checks and facts of those days."""
    days = {(start + timedelta(days=n)).isoformat() for n in range((end - start).days)}
    found = Leaf.objects.filter(client=client).order_by("number")
    return [each for each in found.iterator() if days & set(each.subject.split("/"))]


def _proven(leaves: list[Leaf], head: TreeHead) -> list[dict[str, Any]]:
    proofs = seals.proofs([each.number for each in leaves], head)
    return [
        {"number": leaf.number, "subject": leaf.subject, "entry": leaf.entry, "path": list(proof.path)}
        for leaf, proof in zip(leaves, proofs, strict=True)
    ]


def _since(since: Since | None, head: TreeHead) -> dict[str, Any] | None:
    if since is None:
        return None
    path = merkle.consistency(seals.digests(head.size), since.size)
    return {"size": since.size, "root": since.root, "path": [each.hex() for each in path]}


def _manifest(client: Organisation, start: date, end: date, head: TreeHead, at: datetime) -> dict[str, Any]:
    websites = Website.objects.filter(client=client).order_by("pk")
    monitors = Monitor.objects.filter(client=client, environment__kind="live").select_related("environment")
    doubts = ProberDoubt.objects.filter(from_at__lt=start_of(end)).exclude(to_at__lt=start_of(start))
    return {
        "form": "mainstay evidence 1",
        "client": client.name,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "from_at": start_of(start).isoformat(),
        "to_at": start_of(end).isoformat(),
        "made_at": at.astimezone(UTC).isoformat(),
        "head": {"size": head.size, "root": head.root, "at": head.at.astimezone(UTC).isoformat()},
        "states": {code.value: state_of(code).value for code in Code},
        "websites": [{"id": each.pk, "name": each.name, "url": each.url} for each in websites],
        "monitors": [_monitor(each) for each in monitors.order_by("pk")],
        "doubts": [
            {
                "place": quote(each.place, safe=""),
                "from": each.from_at.isoformat(),
                "to": each.to_at.isoformat() if each.to_at else None,
            }
            for each in doubts
        ],
    }


def _monitor(monitor: Monitor) -> dict[str, Any]:
    kind = KINDS[monitor.kind]
    return {
        "id": monitor.pk,
        "website": monitor.environment.website_id,
        "kind": monitor.kind,
        "url": monitor.url,
        "counts": monitor.counts,
        "every": say(monitor.interval_seconds),
        "vouches_s": vouch(monitor.interval_seconds).total_seconds(),
        "bad_needed": kind.bad_needed,
        "good_needed": kind.good_needed,
        "watched_from": monitor.watched_from.isoformat(),
        "retired_at": monitor.retired_at.isoformat() if monitor.retired_at else None,
    }


def _zip(room: Path, target: Path) -> None:
    """All of the folder, in order; the file appears only when it is whole."""
    partial = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(each for each in room.rglob("*") if each.is_file()):
                archive.write(path, path.relative_to(room))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
