"""A bundle of evidence for one client: its own checks and facts, with proofs, and the program that checks them."""

import json
import zipfile
from collections.abc import Iterable, Iterator
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
from mainstay.common.seals import Leaf, TreeHead, merkle, stamps
from mainstay.common.seals.facts import line_of
from mainstay.watch.codes import Code, state_of
from mainstay.watch.evidence import dayfiles
from mainstay.watch.evidence.verify.assemble import program
from mainstay.watch.models import DayFile
from mainstay.watch.queries.agreed import agreed_with
from mainstay.watch.queries.bundle_terms import Counting, Issued, said_granted, said_terms, said_windows
from mainstay.watch.queries.bundle_watched import said_of_websites
from mainstay.watch.queries.evidence import filed_until, kept, start_of
from mainstay.watch.rules.pace import PASSING

DAY = timedelta(days=1)
SETTLES = timedelta(hours=1)

DAYS_MAX = 800
README = """\
Evidence for {client}, {start} to {end}.

Run:  python3 verify.py

It needs Python 3.10 or newer and one of the packages duckdb and pyarrow, and nothing else. What it does is said at
its top; it says what is wrong, if anything is.

checks/    every single check of your websites, as Parquet
facts/     what was recorded about you, by day, as it was sealed
stamps/    what a time-stamping authority (RFC 3161) says of heads of the sealed log, where one was asked
reports/   the figures of the service reports that were issued
manifest.json   the sealed entries with their proofs, the head of the sealed log, your websites and their monitors,
           and the terms by which time is counted

Hold the head against the one in a service report or its letter.
"""


class BundleRefused(ValueError):
    """There is nothing to hand out; the text says why."""


@dataclass(frozen=True, slots=True)
class Since:
    """An older head that the client kept."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Report:
    """An issued report: its number, and its figures as they were frozen."""

    number: int
    figures: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """The days (UTC) from `first` up to `last` whose checks are in a bundle; facts are in it from `first` on."""

    first: date
    last: date

    @property
    def settled(self) -> datetime:
        """Up to when the checks tell all: what the last ones of a day say is confirmed by those of the next one."""
        return start_of(self.last) - SETTLES

    def holds(self, subject: str) -> bool:
        """Whether a sealed entry is of what is in the bundle."""
        kind, *rest = subject.split("/")
        day = date.fromisoformat(rest[1] if kind == "facts" else rest[2])
        return self.first <= day and (kind == "facts" or day < self.last)


def write_bundle(
    *,
    client: Organisation,
    start: date,
    end: date,
    target: Path,
    at: datetime,
    since: Since | None = None,
    reports: Iterable[Report] = (),
) -> dict[str, int]:
    """Write the evidence of the days of [start, end) to the zip file `target`. Returns what is in it, counted.

    Days are meant in the agreement's zone: the checks of the UTC days on both sides are in it as well. `reports` are
    those issued reports that it is to be compared with, where it holds all checks of their month.

    Raises:
        BundleRefused: nothing is sealed or in files yet, or the time is empty or longer than `DAYS_MAX` days.
        FileMissing, dayfiles.FileDamaged: a day file is not there, or cannot be read.
        OSError: `target` cannot be written, or the storage of the day files cannot be reached.
    """
    head = seals.head()
    if head is None:
        raise BundleRefused("nothing is sealed yet: a day is sealed 24 hours after its end")
    if not 0 < (end - start).days <= DAYS_MAX:
        raise BundleRefused(f"the time must be from one day to {DAYS_MAX} days")
    if since is not None and since.size > head.size:
        raise BundleRefused(f"the log has {head.size} entries, fewer than the {since.size} of the kept head")
    held = Held(start - DAY, min(end + DAY, filed_until(at)))
    if held.last < held.first:
        raise BundleRefused(
            f"the checks from {held.last} on are in no file yet: that is done a day after each day's end"
        )
    with TemporaryDirectory(prefix=".bundle-", dir=target.parent) as name:
        room = Path(name)
        files = list(_files(client, held, room))
        facts = _facts(client, held, room)
        leaves = _leaves(client, held)
        issued = _issued(reports, held, room)
        manifest = {
            "form": "mainstay evidence 2",
            "client": client.name,
            "from": start.isoformat(),
            "to": end.isoformat(),
            "covered": {"from": start_of(held.first).isoformat(), "to": start_of(held.last).isoformat()},
            "facts_until": _facts_until(held).isoformat(),
            "made_at": at.astimezone(UTC).isoformat(),
            "head": {"size": head.size, "root": head.root, "at": head.at.astimezone(UTC).isoformat()},
            "states": {code.value: state_of(code).value for code in Code},
            "passing": sorted(code.value for code in PASSING),
            **said_of_websites(client, start_of(held.first), start_of(held.last)),
            **_counting(client, (start, end), held, issued),
            "files": files,
            "leaves": _proven(leaves, head),
            "since": _since(since, head),
            "stamps": _stamps(leaves, head, room),
        }
        (room / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        (room / "verify.py").write_text(program(), encoding="utf-8")
        (room / "README.txt").write_text(README.format(client=client.name, start=start, end=end), encoding="utf-8")
        _zip(room, target)
    return {"files": len(files), "facts": facts, "entries": len(leaves), "reports": len(issued)}


def _counting(client: Organisation, days: tuple[date, date], held: Held, issued: list[Issued]) -> dict[str, Any]:
    """How time is counted, what is not charged, and the figures to compare."""
    websites = list(Website.objects.filter(client=client).select_related("client").order_by("pk"))
    agreed = agreed_with([client.pk], held.settled)[client.pk]
    found = Counting(client=client, websites=websites, start=start_of(held.first))
    found.add_period(*days, held.settled)
    for each in issued:
        found.add_report(each)
    return {
        "rules": found.rules,
        "terms": said_terms(agreed),
        "windows": {str(each.pk): said_windows(agreed, each.pk) for each in websites},
        "granted": {str(each.pk): said_granted(agreed, each.pk) for each in websites},
        "accounts": found.accounts,
    }


def _issued(reports: Iterable[Report], held: Held, room: Path) -> list[Issued]:
    """Put the figures of reports into the bundle, where it holds all checks of their month."""
    found = []
    for each in reports:
        figures = json.loads(each.figures)
        period, name = figures["period"], f"reports/{figures['period']['month']}.json"
        instants = (period["starts_at"], period["ends_at"], period["judged_at"], figures["parties"]["year_starts_at"])
        start, end, judged_at, year_start = map(datetime.fromisoformat, instants)
        if start < start_of(held.first) or judged_at > held.settled:
            continue
        (room / name).parent.mkdir(exist_ok=True)
        (room / name).write_bytes(each.figures)
        found.append(
            Issued(number=each.number, file=name, start=start, end=end, judged_at=judged_at, year_start=year_start)
        )
    return found


def _files(client: Organisation, held: Held, room: Path) -> Iterator[dict[str, Any]]:
    """The client's rows of each day file, copied as they are kept."""
    ids = list(Website.objects.filter(client=client).values_list("pk", flat=True))
    store = kept()
    for file in DayFile.objects.filter(day__gte=held.first, day__lt=held.last).order_by("day", "place", "part"):
        place = quote(file.place, safe="")
        name = f"checks/{place}/{file.day.isoformat()}-{file.part}.parquet"
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        with store.reading(dayfiles.name_of(file.place, file.day, file.part)) as path:
            rows = dayfiles.copy(path, room / name, ids)
        if rows:
            yield {"name": name, "place": place, "day": file.day.isoformat(), "part": file.part, "rows": rows}


def _facts_until(held: Held) -> datetime:
    """Up to when the facts are in the bundle: the end of the last day of which they are sealed."""
    last = FactsSealed.objects.order_by("-day").first()
    return start_of(last.day + DAY) if last is not None else start_of(held.first)


def _facts(client: Organisation, held: Held, room: Path) -> int:
    """The client's facts of each day sealed since the first one, as they were sealed: later corrections as well."""
    count, before = 0, None
    for sealed in FactsSealed.objects.filter(day__gte=held.first - DAY).order_by("day"):
        if sealed.day >= held.first:
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


def _leaves(client: Organisation, held: Held) -> list[Leaf]:
    """The sealed entries of the checks and facts that are in the bundle."""
    found = Leaf.objects.filter(client=client).order_by("number")
    return [each for each in found.iterator() if held.holds(each.subject)]


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


def _stamps(leaves: list[Leaf], head: TreeHead, room: Path) -> list[dict[str, Any]]:
    """The stamps that say when what is in the bundle was there, each with the proof that the log went on from it."""
    found = stamps.covering(leaves[-1].number + 1 if leaves else head.size)
    digests = seals.digests(head.size) if found else []
    if found:
        (room / "stamps").mkdir()
    for each in found:
        (room / f"stamps/{each.head_id}.txt").write_bytes(stamps.text_of(each.head_id, each.head.root))
        (room / f"stamps/{each.head_id}.tsr").write_bytes(bytes(each.response))
    return [
        {
            "size": each.head_id,
            "root": each.head.root,
            "at": each.at.astimezone(UTC).isoformat(),
            "authority": each.authority,
            "path": [node.hex() for node in merkle.consistency(digests, each.head_id)],
        }
        for each in found
        if each.head_id <= head.size
    ]


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
