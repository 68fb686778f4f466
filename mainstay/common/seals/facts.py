"""The facts of a day, sealed by client, and where they came from."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max

from mainstay.common.models import FactRecord, FactsSealed, Trace
from mainstay.common.seals.entry import Entry, escaped
from mainstay.common.seals.log import seal

CLOSES_AFTER = timedelta(hours=24)
"""How long after its end a day is closed."""

AGENCY = "agency"
DAYS_MAX = 400


def closed_until(at: datetime) -> date:
    """The first day that is not closed at `at`."""
    return (at.astimezone(UTC) - CLOSES_AFTER).date()


def seal_facts(*, at: datetime) -> int:
    """Seal the facts of the days that have closed, the oldest first. Returns how many days were sealed."""
    days = 0
    for day in _to_seal(at):
        _seal_day(day, at)
        days += 1
    return days


def entries_of(day: date) -> list[tuple[Entry, int | None]]:
    """What is sealed of a day that was: an entry for each client that has facts, and for the agency's own."""
    sealed = FactsSealed.objects.get(pk=day)
    return _entries(day, _upto_before(day), sealed.upto)


def trail_of(day: date) -> list[tuple[Entry, int | None]]:
    """What is sealed of where the facts of a day that was came from: one entry of commitments, whose ever they are."""
    sealed = FactsSealed.objects.get(pk=day)
    return _trail(day, _upto_before(day), sealed.upto)


def line_of(fact: FactRecord) -> str:
    """The canonical text of a fact: its fields in order, separated by bars; instants in microseconds since 1970."""
    body = json.dumps(fact.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    fields = (
        fact.pk,
        fact.kind,
        fact.subject,
        fact.client_id,
        _us(fact.at),
        _us(fact.recorded_at),
        fact.by_id,
        fact.process,
        fact.corrects_id,
        body,
    )
    return "|".join("" if each is None else escaped(str(each)) for each in fields)


def _seal_day(day: date, at: datetime) -> None:
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    before = _upto_before(day)
    with transaction.atomic():
        latest = FactRecord.objects.filter(pk__gt=before, recorded_at__lt=end).aggregate(latest=Max("pk"))["latest"]
        upto = latest or before
        seal([*_entries(day, before, upto), *_trail(day, before, upto)], at=at)
        FactsSealed.objects.create(day=day, upto=upto)


def _to_seal(at: datetime) -> Iterable[date]:
    """The closed days that are not sealed, from the day after the last sealed one, or from the first fact on."""
    last = FactsSealed.objects.order_by("-day").first()
    if last is not None:
        day = last.day + timedelta(days=1)
    else:
        first = FactRecord.objects.order_by("pk").values_list("recorded_at", flat=True).first()
        if first is None:
            return
        day = first.astimezone(UTC).date()
    for _ in range(DAYS_MAX):
        if day >= closed_until(at):
            return
        yield day
        day += timedelta(days=1)


def _entries(day: date, after: int, upto: int) -> list[tuple[Entry, int | None]]:
    lines: dict[int | None, list[str]] = defaultdict(list)
    for fact in FactRecord.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").iterator():
        lines[fact.client_id].append(line_of(fact))
    return [
        (Entry.of_lines(f"facts/{client_id or AGENCY}/{day.isoformat()}", each), client_id)
        for client_id, each in sorted(lines.items(), key=lambda item: item[0] or 0)
    ]


def _trail(day: date, after: int, upto: int) -> list[tuple[Entry, int | None]]:
    """Traces keep their commitment when their personal part is erased: what was sealed stays what it was."""
    rows = Trace.objects.filter(fact_id__gt=after, fact_id__lte=upto).order_by("fact_id")
    lines = [f"{fact_id}|{said}" for fact_id, said in rows.values_list("fact_id", "commitment").iterator()]
    return [(Entry.of_lines(f"traces/{AGENCY}/{day.isoformat()}", lines), None)] if lines else []


def _upto_before(day: date) -> int:
    found = FactsSealed.objects.filter(day__lt=day).order_by("-day").values_list("upto", flat=True).first()
    return found or 0


def _us(at: datetime) -> int:
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
