"""The triggers by which the database itself notes that a website's past has changed (`PastChange`).

They are made anew after each migration, since SQLite forgets them when a table is made anew. What is younger than
`YOUNG` is noted nowhere: no book is closed over it (`actions.closing` keeps well away from that edge). Writing what
prober and judge write all day therefore costs one comparison a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

YOUNG = "24 hours"

OF_CLIENT = "SELECT id FROM clients_website WHERE client_id = {row}.client_id"
OF_MONITOR = (
    "SELECT e.website_id FROM watch_monitor m JOIN clients_environment e ON e.id = m.environment_id"
    " WHERE m.id = {row}.monitor_id"
)
OF_GAP = (
    "SELECT e.website_id FROM watch_monitor m JOIN clients_environment e ON e.id = m.environment_id"
    " WHERE m.id = {row}.monitor_id UNION SELECT id FROM clients_website WHERE {row}.monitor_id IS NULL"
)
OF_ENVIRONMENT = "SELECT website_id FROM clients_environment WHERE id = {row}.environment_id"
OF_SERIES = (
    "SELECT w.id FROM clients_website w JOIN clients_windowseries s ON s.client_id = w.client_id"
    " WHERE s.id = {row}.series_id"
)

NOTE = (
    "INSERT INTO watch_pastchange (website_id, written_in) SELECT w.id, {number} FROM clients_website w"
    " WHERE w.id IN ({websites}) AND NOT EXISTS"
    " (SELECT 1 FROM watch_pastchange p WHERE p.website_id = w.id AND p.written_in = {number});"
)
"""A transaction notes each website once. On SQLite there is one writer at a time, so that once is enough for all."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A table; which websites a row is about; and the instant from which on a change of it matters (none: always).

    `inserted` and `deleted` are of the row, `updated` of both: {o} as it was, {n} as it is. `columns` are those whose
    change matters; none: any.
    """

    table: str
    websites: str
    inserted: str = ""
    updated: str = ""
    columns: str = ""


_EXTENDED = (
    "CASE WHEN {o}.from_at = {n}.from_at{same} THEN {least}({o}.to_at, {n}.to_at)"
    " ELSE {least}({o}.from_at, {n}.from_at) END"
)

TABLES = (
    _Watched(
        "watch_spell",
        OF_MONITOR,
        "{n}.from_at",
        _EXTENDED.replace("{same}", " AND {o}.code = {n}.code AND {o}.monitor_id = {n}.monitor_id"),
        "from_at, to_at, code, checks, state, monitor_id, place",
    ),
    _Watched("watch_gap", OF_GAP, "{n}.from_at", _EXTENDED.replace("{same}", ""), "from_at, to_at, monitor_id, place"),
    _Watched(
        "watch_outage",
        "SELECT {row}.website_id",
        "COALESCE({n}.started_after, {n}.started_at)",
        "{least}(COALESCE({o}.started_after, {o}.started_at), COALESCE({n}.started_after, {n}.started_at))",
        "started_at, started_after, ended_at, ended_after, voided_at, source, website_id, environment_id",
    ),
    _Watched("watch_exclusion", "SELECT {row}.website_id"),
    _Watched(
        "watch_monitor", OF_ENVIRONMENT, columns="counts, watched_from, retired_at, environment_id, source, created_at"
    ),
    _Watched("clients_environment", "SELECT {row}.website_id", columns="availability_rule, quorum, kind, website_id"),
    _Watched("clients_website", "SELECT {row}.id", columns="created_at, client_id"),
    _Watched("clients_agreement", OF_CLIENT),
    _Watched("clients_maintenancewindow", OF_CLIENT),
    _Watched("clients_windowseries", OF_CLIENT),
    _Watched("clients_skippedwindow", OF_SERIES),
)


def install(using: str = "default", **_: Any) -> None:
    """Make all triggers, anew where they are there. For `post_migrate`; does nothing before the tables are there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if not {"watch_pastchange", *(each.table for each in TABLES)} <= there:
            return
        for each in TABLES:
            for statement in _statements(each, connection.vendor):
                cursor.execute(statement)


def names() -> set[str]:
    """The names of all triggers that there must be."""
    return {f"{each.table}_past_{event.lower()}" for each in TABLES for event in ("INSERT", "UPDATE", "DELETE")}


def _statements(of: _Watched, vendor: str) -> Iterator[str]:
    known = {row["name"] for row in _columns(of.table)}
    columns = ", ".join(each for each in of.columns.split(", ") if each in known)
    for event in ("INSERT", "UPDATE", "DELETE"):
        name = f"{of.table}_past_{event.lower()}"
        when = _when(of, event, vendor)
        on = f"UPDATE OF {columns}" if event == "UPDATE" and columns else event
        rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
        notes = " ".join(_note(of.websites.format(row=row), vendor) for row in rows)
        yield from _SQL[vendor](name, of.table, on, when, notes)


def _columns(table: str) -> list[dict[str, Any]]:
    from django.apps import apps  # late: models are there once migrations have run

    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    return [{"name": field.column} for field in model._meta.concrete_fields]


def _when(of: _Watched, event: str, vendor: str) -> str:
    """Whether what is written lies far enough in the past."""
    if not of.inserted:
        return ""
    given = {"o": "OLD", "n": "NEW", "least": "MIN" if vendor == "sqlite" else "LEAST"}
    instant = of.inserted if event != "UPDATE" else of.updated
    if event == "DELETE":
        given["n"] = "OLD"
    edge = f"datetime('now', '-{YOUNG}')" if vendor == "sqlite" else f"now() - interval '{YOUNG}'"
    return f"{instant.format(**given)} < {edge}"


def _note(websites: str, vendor: str) -> str:
    number = "0" if vendor == "sqlite" else "txid_current()"
    return NOTE.replace("{websites}", websites).replace("{number}", number)


def _of_sqlite(name: str, table: str, on: str, when: str, notes: str) -> Iterator[str]:
    condition = f" WHEN {when}" if when else ""
    yield f"DROP TRIGGER IF EXISTS {name}"
    yield f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW{condition} BEGIN {notes} END"


def _of_postgresql(name: str, table: str, on: str, when: str, notes: str) -> Iterator[str]:
    condition = f" WHEN ({when})" if when else ""
    body = f"BEGIN {notes} RETURN NULL; END"
    yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION {name}()"


_SQL = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}
