"""The database of Uptime Kuma 2 (`kuma.db`): SQLite, written by somebody else.

It is opened as `foreign` says; only columns known here are selected, and time, rows and lengths are bounded.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mainstay.watch.exchange import foreign, kuma
from mainstay.watch.exchange.draft import MONITORS_MAX, FileRefused, Gathering, Reading

PRODUCT = "Uptime Kuma 2 (database)"
MAGIC = b"SQLite format 3\0"
BYTES_MAX = 256_000_000
SECONDS_MAX = 10.0
WAL = b"\2\2"

COLUMNS = {
    "id": "id",
    "name": "name",
    "active": "active",
    "interval": "interval",
    "url": "url",
    "type": "type",
    "hostname": "hostname",
    "port": "port",
    "keyword": "keyword",
    "invert_keyword": "invertKeyword",
    "maxretries": "maxretries",
    "retry_interval": "retryInterval",
    "resend_interval": "resendInterval",
    "ignore_tls": "ignoreTls",
    "upside_down": "upsideDown",
    "maxredirects": "maxredirects",
    "accepted_statuscodes_json": "accepted_statuscodes",
    "dns_resolve_type": "dns_resolve_type",
    "dns_resolve_server": "dns_resolve_server",
    "method": "method",
    "body": "body",
    "headers": "headers",
    "http_body_encoding": "httpBodyEncoding",
    "auth_method": "authMethod",
    "basic_auth_user": "basic_auth_user",
    "basic_auth_pass": "basic_auth_pass",  # nosec B105 # names of columns
    "bearer_token": "bearer_token",  # nosec B105 # names of columns
    "proxy_id": "proxyId",
    "expiry_notification": "expiryNotification",
    "domain_expiry_notification": "domainExpiryNotification",
    "packet_size": "packetSize",
    "ping_count": "ping_count",
    "ping_per_request_timeout": "ping_per_request_timeout",
    "description": "description",
    "parent": "parent",
    "timeout": "timeout",
    "json_path": "jsonPath",
    "json_path_operator": "jsonPathOperator",
    "expected_value": "expectedValue",
    "conditions": "conditions",
    "smtp_security": "smtpSecurity",
    "expected_tls_alert": "expectedTlsAlert",
    "ip_family": "ipFamily",
    "cache_bust": "cacheBust",
}
"""Its columns, and what they are called in its backups."""

NEEDED = frozenset({"id", "name", "type", "url", "hostname", "interval"})
UNREADABLE = "unreadable"
AS_JSON = frozenset({"accepted_statuscodes", "conditions"})
BESIDE = {
    "notification": ("notifications", "alerts follow the rules of the client here"),
    "proxy": ("proxies", "here websites are looked at directly"),
    "maintenance": ("maintenance windows", "they belong to a client here: enter them there"),
    "status_page": ("status pages", "each client has its portal here"),
}
LINKS = {
    "monitor_notification": ("monitor_id", "notification_id"),
    "monitor_tag": ("monitor_id", "tag_id"),
    "tag": ("id", "name"),
}
READABLE = frozenset({"monitor", *BESIDE, *LINKS})


def read(data: bytes) -> Reading:
    """The monitors of a database.

    Raises:
        FileRefused: it is none, it is damaged, or it is not one of Uptime Kuma.
    """
    if not data.startswith(MAGIC):
        raise FileRefused("It is no SQLite database.")
    if len(data) > BYTES_MAX:
        raise FileRefused(f"It is larger than {BYTES_MAX // 1_000_000} MB. Clear the statistics in Uptime Kuma first.")
    gathering = Gathering(PRODUCT)
    if data[18:20] == WAL:
        gathering.remark("what is in kuma.db-wal", "only this file is read: stop Uptime Kuma before you copy it")
    try:
        with _opened(data) as database:
            entries = _entries(database)
            for table, (what, why) in BESIDE.items():
                if count := _count(database, table):
                    gathering.remark(f"{count} {what}", why)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError, ValueError) as problem:
        if isinstance(problem, FileRefused):
            raise
        raise FileRefused("The database is damaged, or not one of Uptime Kuma.") from problem
    kuma.gather(gathering, entries)
    return gathering.reading()


@contextmanager
def _opened(data: bytes) -> Iterator[sqlite3.Connection]:
    with tempfile.NamedTemporaryFile(prefix="mainstay-kuma-", suffix=".db") as file:
        file.write(data)
        file.flush()
        with foreign.opened(Path(file.name), READABLE, SECONDS_MAX) as database:
            yield database


def _entries(database: sqlite3.Connection) -> list[dict[str, Any]]:
    there = foreign.columns(database, "monitor")
    if not there >= NEEDED:
        raise FileRefused("It is no database of Uptime Kuma: it has no table of monitors.")
    names = [each for each in COLUMNS if each in there]
    rows = _select(database, "monitor", names)
    entries = [_entry(names, row) for row in rows]
    links, tags = _linked(database, "monitor_notification"), _linked(database, "monitor_tag")
    words = dict(_select_links(database, "tag"))
    for entry in entries:
        entry["notificationIDList"] = {str(other): True for other in links.get(entry.get("id"), ())}
        entry["tags"] = [{"name": words.get(other)} for other in tags.get(entry.get("id"), ())]
    return entries


def _linked(database: sqlite3.Connection, table: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for one, other in _select_links(database, table):
        found.setdefault(one, []).append(other)
    return found


def _select(database: sqlite3.Connection, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    """Rows of a table known here, columns known here; their names are quoted all the same."""
    quoted = ", ".join(f'"{each}"' for each in names)
    rows = database.execute(f'SELECT {quoted} FROM "{table}" LIMIT {MONITORS_MAX * 4 + 1}')  # nosec B608 # noqa: S608 - own names
    found = rows.fetchall()
    if len(found) > MONITORS_MAX * 4:
        raise FileRefused(f"Its table {table} is longer than one of monitors can be.")
    return found


def _select_links(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    names = LINKS[table]
    return _select(database, table, list(names)) if foreign.columns(database, table) >= set(names) else []


def _count(database: sqlite3.Connection, table: str) -> int:
    return len(_select(database, table, ["id"])) if "id" in foreign.columns(database, table) else 0


def _entry(names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    entry = {COLUMNS[name]: _text(value) for name, value in zip(names, row, strict=True)}
    for key in AS_JSON & entry.keys():
        try:
            entry[key] = json.loads(entry[key]) if isinstance(entry[key], str) and entry[key] else None
        except (ValueError, RecursionError):
            entry[key] = UNREADABLE
    return entry


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
