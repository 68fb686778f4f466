"""The terms in force, printed in full: what every figure of the report was measured by."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from textwrap import wrap

from mainstay.clients.models import Agreement
from mainstay.common import seals
from mainstay.common.seals import stamps
from mainstay.policy.terms import Terms, lines, load
from mainstay.promises.collect import Bound
from mainstay.promises.rules.words import on
from mainstay.report.figures import shapes
from mainstay.report.figures.month import Frame

_INDEX = re.compile(r"\[(\d+)\]")
ACCOUNTING = (
    "Every second of the contract year is exactly one of up, degraded, down and charged, down and excluded, unknown, "
    "or outside the agreement. An outage begins at the first failed check and ends at the first good one; the bounds "
    "come from the checks on both sides of each edge. Unknown is never counted as up."
)
CLOCKS = (
    "A clock that was met counts in the month in which it stopped; one that was missed, in the month in which it fell "
    "due. Percentages are rounded down."
)

SEALED = "Sealed log"
SEALED_MEANS = (
    "The number of entries that were sealed when this month was judged, and the root of their Merkle tree (RFC 6962). "
    "Keep it: mainstay verify --head shows whether anything that was sealed by then has been altered since."
)
ROOT_IN_PARTS_OF = 16


def definitions(frame: Frame) -> Iterator[shapes.Definition]:
    """The method, then every term, one line a group of terms, and what held before where it changed in the month."""
    bound = frame.bound
    yield shapes.Definition(term="How time is accounted for", value=ACCOUNTING)
    yield shapes.Definition(term="How clocks are counted", value=CLOCKS)
    yield shapes.Definition(term="Holidays of the contract year", value=_holidays(bound))
    for before in versions_before(bound.agreement, frame.start):
        yield shapes.Definition(
            term=f"Version {before.version}, in force earlier in the month", value=_other(before, bound)
        )
    yield from _terms(bound.terms)
    head = seals.head(frame.judged_at)
    if head is not None:
        root = " ".join(wrap(head.root, ROOT_IN_PARTS_OF))
        yield shapes.Definition(term=SEALED, value=f"{head.size}:{root}. {SEALED_MEANS}{_stamped(frame)}")


def _stamped(frame: Frame) -> str:
    """Who says that the log stood so, where somebody was asked."""
    found = stamps.latest(frame.judged_at)
    if found is None:
        return ""
    at = found.at.astimezone(frame.zone)
    return f" {found.authority} stamped it with {found.head_id} entries at {at:%H:%M} on {on(at.date())} (RFC 3161)."


def versions_before(agreement: Agreement, start: datetime) -> list[Agreement]:
    """The versions that held at some time since `start` and no longer do, the latest first."""
    found = []
    until = agreement.effective_at
    for each in Agreement.objects.filter(client=agreement.client_id, effective_at__lt=until).order_by("-effective_at"):
        if until <= start:
            break
        found.append(each)
        until = each.effective_at
    return found


def _other(before: Agreement, bound: Bound) -> str:
    """The terms of an earlier version that differ from those in force."""
    now = dict(lines(bound.terms))
    differ = [f"{_words(key)}: {_words(said)}" for key, said in lines(load(before.terms)) if now.get(key) != said]
    return f"Calls logged while it held keep its times. It differed in: {'; '.join(differ) or 'nothing'}."


def _terms(terms: Terms) -> Iterator[shapes.Definition]:
    for group, found in groupby(lines(terms), key=lambda line: line[0].partition(".")[0]):
        value = "; ".join(f"{_words(key.partition('.')[2])}: {_words(said)}" for key, said in found)
        yield shapes.Definition(term=_words(group).capitalize(), value=f"{value}.")


def _words(key: str) -> str:
    """A key path or a value as people read it; the steps of a list count from 1."""
    if key[:1].isdigit():
        return key
    counted = _INDEX.sub(lambda found: f" {int(found[1]) + 1}", key)
    return counted.replace("_", " ").replace(".", " ")


def _holidays(bound: Bound) -> str:
    first, last = bound.year.start.date(), bound.year.end.date()
    days = [date.fromisoformat(day) for day in sorted(bound.agreement.holidays)]
    named = [on(day) for day in days if first <= day < last]
    return f"{', '.join(named)}." if named else "None."
