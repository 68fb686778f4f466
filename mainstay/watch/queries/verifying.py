"""Whether everything that was sealed is still what it was: files, checks, facts, outages, the log and its heads.

Each finding is one plain sentence that names what was altered. Nothing is repaired here.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.conf import settings

from mainstay.common import seals
from mainstay.common.facts import FactRecord
from mainstay.common.models import FactsSealed, Trace
from mainstay.common.scratch import scratch
from mainstay.common.seals import Entry, Leaf, TreeHead, merkle, stamps
from mainstay.common.seals.facts import entries_of, trail_of
from mainstay.common.trail import commitment_of
from mainstay.watch.evidence import columns, dayfiles
from mainstay.watch.evidence.stores import FileMissing
from mainstay.watch.facts import OutageClosed, OutageCorrected, OutageOpened, Source
from mainstay.watch.models import DayFile, Outage
from mainstay.watch.queries.evidence import kept, room, rows_of, values

OWN_SOURCES = (Source.PROBER.value, Source.LATE.value)
EDGES = ("started_at", "ended_at")


def verify() -> Iterator[str]:
    """Everything that is wrong, in plain sentences; nothing when all is as it was sealed.

    Raises:
        OSError: the storage of the day files cannot be reached.
        StampRefused: the file of time-stamping authorities cannot be read.
    """
    yield from log()
    yield from stamps.wrong(settings.MAINSTAY.timestamp_roots)
    yield from facts()
    yield from outages()
    yield from files()
    yield from kept_rows()


def log() -> Iterator[str]:
    """The leaves follow each other without holes, hash to what they say, and make up every head."""
    heads = {each.size: each for each in TreeHead.objects.all()}
    frontier, last_at = merkle.Frontier(), None
    for leaf in Leaf.objects.order_by("number").iterator():
        if leaf.number != frontier.size:
            yield f"The sealed log lacks its entries {frontier.size} to {leaf.number - 1}."
            return
        digest = merkle.leaf_hash(leaf.entry.encode())
        if digest.hex() != leaf.digest or f"subject {leaf.subject}\n" not in leaf.entry:
            yield f"Entry {leaf.number} of the sealed log ({leaf.subject}) was altered."
        if last_at is not None and leaf.sealed_at < last_at:
            yield f"Entry {leaf.number} of the sealed log says it was sealed before the one before it."
        last_at = leaf.sealed_at
        frontier = frontier.with_leaves([bytes.fromhex(leaf.digest)])
        head = heads.pop(frontier.size, None)
        if head is not None and head.root != frontier.root.hex():
            yield f"The head of {head.size} entries ({head.at:%Y-%m-%d}) does not fit the log: one of them was altered."
    for size in sorted(heads):
        yield f"The sealed log was cut: a head speaks of {size} entries, and there are {frontier.size}."
    if frontier.size and (latest := seals.head()) is not None and latest.size < frontier.size:
        yield f"The latest head speaks of {latest.size} entries, and there are {frontier.size}: entries were put in."


def kept_head(size: int, root: str) -> Iterator[str]:
    """Whether an older head that somebody kept is a beginning of the log as it is now."""
    leaves = seals.digests(size)
    if len(leaves) < size:
        yield f"The kept head speaks of {size} entries, and there are only {len(leaves)}: the log was cut."
    elif merkle.root_of(leaves).hex() != root:
        yield f"The first {size} entries of the log are not those of the kept head: the past was altered."


def facts() -> Iterator[str]:
    """The facts of each sealed day are those that were sealed, and so is where they came from."""
    yield from traces()
    for day in FactsSealed.objects.order_by("day").values_list("day", flat=True):
        yield from _compared([entry for entry, _ in entries_of(day)], ("facts/", f"/{day.isoformat()}"), _facts_told)


def traces() -> Iterator[str]:
    """What a trace says is what its commitment was made of, unless it was erased; and the commitments were sealed."""
    for found in Trace.objects.filter(erased_at__isnull=True).iterator():
        if commitment_of(found) != found.commitment:
            yield f"The trace of fact {found.fact_id} was altered: it is not what its commitment was made of."
    for day in FactsSealed.objects.order_by("day").values_list("day", flat=True):
        yield from _compared([entry for entry, _ in trail_of(day)], ("traces/", f"/{day.isoformat()}"), _traces_told)


def outages() -> Iterator[str]:
    """Each outage says what the facts about it say."""
    told = {each.body["outage_id"]: each for each in FactRecord.objects.filter(kind=OutageOpened.kind)}
    corrected = {each.body["corrected_id"]: each for each in FactRecord.objects.filter(kind=OutageCorrected.kind)}
    closed = {each.body["outage_id"]: each for each in FactRecord.objects.filter(kind=OutageClosed.kind)}
    for outage in Outage.objects.filter(source__in=OWN_SOURCES).order_by("pk").iterator():
        beginning = corrected.get(outage.pk) or told.get(outage.pk)
        if beginning is None:
            yield f"Outage {outage.pk} of {outage.website} stands in the database, and no fact says that it began."
        elif _instant(beginning.body["started_at"]) != outage.started_at:
            yield f"The start of outage {outage.pk} of {outage.website} was altered: {_edge(beginning, 'started_at')}."
        end = closed.get(outage.pk) or corrected.get(outage.pk)
        said = end.body.get("ended_at") if end is not None else None
        if said is not None and _instant(said) != outage.ended_at:
            yield f"The end of outage {outage.pk} of {outage.website} was altered: the facts say {said}."
        elif said is None and outage.ended_at is not None:
            yield f"Outage {outage.pk} of {outage.website} has an end that no fact tells of."
    there = set(Outage.objects.values_list("pk", flat=True))
    for outage_id in sorted((told.keys() | corrected.keys()) - there):
        yield f"Outage {outage_id} was deleted: the facts say that it began."


def files() -> Iterator[str]:
    """Each day file holds the rows that were sealed."""
    store, known = kept(), set()
    for file in DayFile.objects.order_by("day", "place", "part"):
        name = dayfiles.name_of(file.place, file.day, file.part)
        known.add(name)
        try:
            with store.reading(name) as path:
                found = [entry for _, entry in dayfiles.entries(path, file.place, file.day, file.part)]
        except (FileMissing, dayfiles.FileDamaged) as problem:
            yield f"The day file of {file.place} for {file.day}, part {file.part}, is damaged: {problem}."
            continue
        yield from _compared(found, _around_website(file), _checks_told)
    for name in sorted(set(store.names()) - known):
        yield f"The file {name} is none that Mainstay wrote: it was put there."


def kept_rows() -> Iterator[str]:
    """Where the database still holds all check rows of a day whose file is written, both say the same."""
    days = DayFile.objects.filter(part=0).order_by("day", "place")
    for file in days:
        parts = list(DayFile.objects.filter(place=file.place, day=file.day))
        rows = rows_of(file.place, file.day).count()
        if not rows or (rows < sum(each.rows for each in parts) and file.is_settled) or len(parts) > 1:
            continue
        yield from _rows_compared(file)


def _rows_compared(file: DayFile) -> Iterator[str]:
    with scratch(room(), ".verify-") as folder:
        path = folder / "rows.parquet"
        dayfiles.write(path, values(rows_of(file.place, file.day)))
        found = [entry for _, entry in dayfiles.entries(path, file.place, file.day, 0)]
    yield from _compared(found, _around_website(file), _rows_told)


def _around_website(file: DayFile) -> tuple[str, str]:
    """What stands before and after the website in the subjects of a file's leaves."""
    start, _, end = columns.subject(file.place, 0, file.day, file.part).partition("/0/")
    return f"{start}/", f"/{end}"


def _compared(found: list[Entry], around: tuple[str, str], told: Callable[[str, str], str]) -> Iterator[str]:
    """`found` beside what was sealed under subjects that begin and end so."""
    rows = Leaf.objects.filter(subject__startswith=around[0], subject__endswith=around[1])
    sealed = {each.subject: each.entry for each in rows}
    for entry in found:
        was = sealed.pop(entry.subject, None)
        if was is None:
            yield told(entry.subject, "were never sealed: they were put in afterwards")
        elif was != entry.text:
            before, now = _count(was), entry.count
            how = f"there were {before}, there are {now}" if before != now else f"their number, {now}, is the same"
            yield told(entry.subject, f"were altered: {how}")
    for subject in sorted(sealed):
        yield told(subject, "are gone")


def _checks_told(subject: str, what: str) -> str:
    _, place, website, day, _part = subject.split("/")
    return f"The checks of website {website} on {day} from {place} {what}."


def _rows_told(subject: str, what: str) -> str:
    _, place, website, day, _part = subject.split("/")
    return f"The check rows in the database of website {website} on {day} from {place} {what}."


def _facts_told(subject: str, what: str) -> str:
    _, client, day = subject.split("/")
    whose = "of the agency" if client == "agency" else f"of client {client}"
    return f"The facts {whose} that were recorded on {day} {what}."


def _traces_told(subject: str, what: str) -> str:
    return f"The traces of facts that were recorded on {subject.rsplit('/', 1)[1]} {what}."


def _count(entry: str) -> int:
    return int(entry.split("rows ", 1)[1].split("\n", 1)[0])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _edge(fact: FactRecord, field: str) -> str:
    return f"the facts say {fact.body[field]}"
