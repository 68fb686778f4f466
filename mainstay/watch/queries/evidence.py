"""What evidence is made of: the check rows of a place and day, as a day file takes them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from mainstay.common import seals
from mainstay.watch.evidence.stores import Bucket, Folder, Store
from mainstay.watch.models import CheckRow, DayFile

CHUNK = 10_000
DAY = timedelta(days=1)

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


def kept() -> Store:
    """Where the day files are: the bucket that the settings name, else the installation's own folder."""
    return bucket() if settings.MAINSTAY.evidence_bucket else own_folder()


def own_folder() -> Folder:
    """The day files in the data folder."""
    return Folder(Path(settings.MAINSTAY.data) / "evidence")


def bucket() -> Bucket:
    """The day files in the bucket that the settings name."""
    said = settings.MAINSTAY
    access = {
        "endpoint": said.evidence_endpoint,
        "region": said.evidence_region,
        "access_key_id": said.evidence_key,
        "secret_access_key": said.evidence_secret,
    }
    return Bucket(said.evidence_bucket, room(), **{name: value for name, value in access.items() if value})


def room() -> Path:
    """A folder on this machine for files while they are made, copied or compared."""
    return Path(settings.MAINSTAY.data)


def start_of(day: date) -> datetime:
    """The beginning of a day of UTC."""
    return datetime.combine(day, time(), UTC)


def rows_of(place: str, day: date) -> QuerySet[CheckRow]:
    """The check rows of a place and day that the database holds."""
    return CheckRow.objects.filter(place=place, at__gte=start_of(day), at__lt=start_of(day + timedelta(days=1)))


def unfiled(at: datetime) -> Iterator[tuple[str, date]]:
    """Of each place whose checks wait for a file of their day, the oldest such day that has closed at `at`."""
    closed = start_of(seals.closed_until(at))
    for place in sorted(CheckRow.objects.order_by().values_list("place", flat=True).distinct()):
        rows = CheckRow.objects.filter(place=place, at__lt=closed).order_by("at")
        written = set(DayFile.objects.filter(place=place, part=0).values_list("day", flat=True))
        first = rows.values_list("at", flat=True).first()
        while first is not None and (day := first.astimezone(UTC).date()) in written:
            first = rows.filter(at__gte=start_of(day + DAY)).values_list("at", flat=True).first()
        if first is not None:
            yield place, first.astimezone(UTC).date()


def filed_until(at: datetime) -> date:
    """The first day whose checks are not all in files at `at`: those of the days before are, as far as they came in."""
    return min((day for _, day in unfiled(at)), default=seals.closed_until(at))


def values(rows: QuerySet[CheckRow]) -> Iterator[Sequence[Any]]:
    """Check rows as `evidence.columns.RAW` wants them."""
    for row in rows.order_by().values_list(*FIELDS).iterator(chunk_size=CHUNK):
        fields = list(row)
        fields[AT] = _utc(fields[AT])
        fields[ENDS] = _utc(fields[ENDS]) if fields[ENDS] else ""
        yield fields


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
