"""Traces are written with facts, and lose their personal part when their time is over."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from mainstay.common.models.fact import FactRecord
from mainstay.common.models.trace import Trace
from mainstay.common.trail.origin import Origin, origin

ERASED_AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True)
class RowsChanged:
    """Rows were changed by a page whose action records no fact of its own; the trace says which."""

    kind: ClassVar[str] = "common.rows_changed"
    page: str
    rows: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"page:{self.page}"


def rows_changed(here: Origin) -> RowsChanged:
    """The fact for changes that no fact of an action took along."""
    return RowsChanged(page=here.page or "unknown", rows=tuple(sorted({each.row for each in here.changes})))


def trace(*recorded: FactRecord) -> None:
    """Write down where facts come from; nothing outside a request. What was saved since the last goes to the first."""
    here = origin()
    if here is None:
        return
    changes = [each.as_dict() for each in here.changes]
    here.changes.clear()
    Trace.objects.bulk_create(
        [_trace(fact, here, [] if number else changes) for number, fact in enumerate(recorded)], batch_size=500
    )


def _trace(fact: FactRecord, here: Origin, changes: list[dict[str, str]]) -> Trace:
    found = Trace(
        fact=fact,
        client_id=fact.client_id,
        recorded_at=fact.recorded_at,
        door=here.door,
        page=here.page,
        address=here.address,
        session=here.session,
        token_id=here.token_id,
        changes=changes,
        salt=secrets.token_hex(32),
    )
    found.commitment = commitment_of(found)
    return found


def commitment_of(found: Trace) -> str:
    """The SHA-256 of the salt and of what the trace says, in hex."""
    said = [found.fact_id, found.door, found.page, found.address, found.session, found.token_id, found.changes]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{found.salt}\n{text}".encode()).hexdigest()


def erase_older(than: datetime, *, at: datetime) -> int:
    """Delete the personal part of traces from before `than`, a bounded number. Returns how many."""
    old = Trace.objects.filter(recorded_at__lt=than, erased_at__isnull=True).order_by("recorded_at")
    some = list(old.values_list("pk", flat=True)[:ERASED_AT_ONCE])
    return Trace.objects.filter(pk__in=some, erased_at__isnull=True).update(
        address="", session="", token_id=None, changes=[], salt="", erased_at=at
    )
