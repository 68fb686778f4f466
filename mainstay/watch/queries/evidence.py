"""What evidence is made of: the check rows of a place and day, as a day file takes them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from mainstay.watch.models import CheckRow

CHUNK = 10_000

FIELDS = (
    "monitor__environment__website",
    "monitor",
    "prober",
    "at",
    "code",
    "status",
    "name_us",
    "connect_us",
    "tls_us",
    "first_byte_us",
    "body_us",
    "duration_us",
    "address",
    "cert_not_after",
    "cert_sha256",
    "detail",
)
"""The columns of a check row in the order of `columns.RAW`."""

AT, ENDS = FIELDS.index("at"), FIELDS.index("cert_not_after")


def folder() -> Path:
    """Where the day files are."""
    return Path(settings.MAINSTAY.data) / "evidence"


def start_of(day: date) -> datetime:
    """The beginning of a day of UTC."""
    return datetime.combine(day, time(), UTC)


def rows_of(place: str, day: date) -> QuerySet[CheckRow]:
    """The check rows of a place and day that the database holds."""
    return CheckRow.objects.filter(place=place, at__gte=start_of(day), at__lt=start_of(day + timedelta(days=1)))


def values(rows: QuerySet[CheckRow]) -> Iterator[Sequence[Any]]:
    """Check rows as `evidence.columns.RAW` wants them."""
    for row in rows.order_by().values_list(*FIELDS).iterator(chunk_size=CHUNK):
        fields = list(row)
        fields[AT] = _utc(fields[AT])
        fields[ENDS] = _utc(fields[ENDS]) if fields[ENDS] else ""
        yield fields


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
