"""What a day file holds, and the canonical text of its rows: what is hashed is the rows, never the file's bytes. Pure.

A file holds the checks of one place and one UTC day, in the order of website, monitor and time. So that a year fits, a
number that is much the same for all checks of a monitor is kept in two parts: its least of the day (`…_base`, the same
in all its rows) and what is above that (`…_over`). An instant is three numbers, and exact: `minute`, counted
from `base_ms`, `late_ms` (the rest of the minute) and `at_micro` (microseconds below the millisecond).
Durations are whole milliseconds; `rest` is what the phases leave of the whole check. `DECODED` puts all together again.
"""

from datetime import date
from urllib.parse import quote

MINUTE_MS = 60_000
LEAD_MS = 1_000
"""How far before a monitor's first check `base_ms` lies, so that ordinary lateness never wraps round."""

RAW = (
    ("website", "UINTEGER"),
    ("monitor", "UINTEGER"),
    ("prober", "VARCHAR"),
    ("at_utc", "VARCHAR"),
    ("code", "VARCHAR"),
    ("status", "USMALLINT"),
    ("name_us", "UINTEGER"),
    ("connect_us", "UINTEGER"),
    ("tls_us", "UINTEGER"),
    ("first_byte_us", "UINTEGER"),
    ("body_us", "UINTEGER"),
    ("duration_us", "UINTEGER"),
    ("address", "VARCHAR"),
    ("cert_not_after_utc", "VARCHAR"),
    ("cert_sha256", "VARCHAR"),
    ("detail", "VARCHAR"),
)
"""Columns as they come from the database: instants as text in UTC."""

PHASES = ("name", "connect", "tls", "first_byte", "body")
IN_PARTS = (*PHASES, "rest")

_MS = ", ".join(f"({phase}_us // 1000)::BIGINT AS {phase}" for phase in PHASES)
_SUM = " + ".join(f"{phase}_us // 1000" for phase in PHASES)
_BASES = ", ".join(f"min({part}) OVER (PARTITION BY monitor) AS {part}_base" for part in IN_PARTS)
_PARTS = ", ".join(
    f"{part}_base::INTEGER AS {part}_base, ({part} - {part}_base)::UINTEGER AS {part}_over" for part in IN_PARTS
)

PACKED = f"""
WITH timed AS (
    SELECT *, epoch_us(replace(at_utc, '+00:00', '')::TIMESTAMP) AS us, {_MS},
        (duration_us // 1000)::BIGINT - ({_SUM})::BIGINT AS rest
    FROM raw
), based AS (
    SELECT *, us // 1000 AS ms, min(us // 1000) OVER (PARTITION BY monitor) - {LEAD_MS} AS base_ms, {_BASES} FROM timed
)
SELECT
    website, monitor, coalesce(prober, '') AS prober, base_ms,
    ((ms - base_ms) // {MINUTE_MS})::UINTEGER AS minute,
    ((ms - base_ms) % {MINUTE_MS})::USMALLINT AS late_ms,
    (us % 1000)::USMALLINT AS at_micro,
    code, status, {_PARTS}, coalesce(address, '') AS address,
    CASE WHEN cert_not_after_utc IS NULL OR cert_not_after_utc = '' THEN NULL
         ELSE epoch_us(replace(cert_not_after_utc, '+00:00', '')::TIMESTAMP) // 1000000 END AS cert_not_after_s,
    coalesce(cert_sha256, '') AS cert_sha256, coalesce(detail, '') AS detail
FROM based ORDER BY website, monitor, us, prober
"""  # nosec B608 # noqa: S608 - made of this file's own names
"""Of `raw`, the rows as a file keeps them, in the file's order."""

_WHOLE = ", ".join(f"({part}_base + {part}_over)::BIGINT AS {part}_ms" for part in PHASES)
_DURATION = " + ".join(f"({part}_base + {part}_over)" for part in IN_PARTS)

DECODED = f"""
SELECT website, monitor, prober,
    (base_ms + minute::BIGINT * {MINUTE_MS} + late_ms) * 1000 + at_micro AS at_us,
    code, status, {_WHOLE}, ({_DURATION})::BIGINT AS duration_ms,
    address, cert_not_after_s, cert_sha256, detail
FROM packed
"""  # nosec B608 # noqa: S608 - made of this file's own names
"""Of `packed`, the rows with their instants (microseconds since 1970) and durations (milliseconds)."""

_DETAIL = r"replace(replace(replace(replace(detail, '\', '\\'), '|', '\p'), chr(10), '\n'), chr(13), '\r')"
_PHASES_MS = tuple(f"{phase}_ms" for phase in PHASES)
_FIELDS = ("monitor", "at_us", "prober", "code", "status", *_PHASES_MS, "duration_ms", "address")
LINE = f"concat_ws('|', {', '.join(_FIELDS)}, coalesce(cert_not_after_s::VARCHAR, ''), cert_sha256, {_DETAIL})"
"""The canonical text of a decoded row: its fields in order, separated by bars."""

IN_ORDER = "monitor, at_us, prober"
"""The order of a website's rows within a leaf."""


def subject(place: str, website_id: int, day: date, part: int) -> str:
    """What a leaf over a website's checks of a day at a place is called. Parts after 0 hold what came late."""
    return f"checks/{quote(place, safe='')}/{website_id}/{day.isoformat()}/{part}"
