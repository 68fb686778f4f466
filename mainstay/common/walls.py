"""Row-level security on PostgreSQL: the database itself hides other clients' rows from a transaction.

It is the second wall, behind the gates: a query that forgot its filter finds nothing of others. Every table that
carries a client has it, raised after each migration, so that no new table is forgotten. `common.tenancy` says for whom
a transaction works; a connection that says nothing sees no client's row. SQLite has no such thing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models

from mainstay.common.tenancy import SETTING

NAME = "clients_of_the_transaction"
CLIENT = "clients.Organisation"


@dataclass(frozen=True)
class Wall:
    """The table, and which of its rows a transaction may see and write, as SQL."""

    table: str
    rows: str


SAID = f"(SELECT current_setting('{SETTING}', true))"
"""Asked once a query, not once a row: as a subquery it is worked out beforehand, and indexes stay usable."""

EVERYTHING = f"{SAID} = '*'"
NUMBERS = f"(SELECT string_to_array(nullif(nullif(current_setting('{SETTING}', true), '*'), ''), ',')::bigint[])"


def walls() -> list[Wall]:
    """A wall for each table whose rows belong to a client, and one for the clients themselves.

    Rows that may have no client, as facts about a person's account, are not hidden while they have none; the agency
    itself is seen by all.
    """
    found = [Wall(each._meta.db_table, _of(each)) for each in apps.get_models() if _carries_client(each)]
    clients = apps.get_model(CLIENT)._meta.db_table
    return [*found, Wall(clients, _rule("id", "kind = 'agency'"))]


def raise_walls(using: str = "default", **_rest: Any) -> list[str]:
    """Raise those that are missing or differ; the tables, in order. What has no table yet is left for later."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    standing, there = _standing(connection)
    raised = []
    for wall in walls():
        mark = _mark(wall)
        if wall.table in there and standing.get(wall.table) != mark:
            _raise(connection, wall, mark)
            raised.append(wall.table)
    return raised


def missing(using: str = "default") -> list[str]:
    """The tables that should have a wall and have none, or another one."""
    standing, _there = _standing(connections[using])
    return sorted(wall.table for wall in walls() if standing.get(wall.table) != _mark(wall))


def _carries_client(model: type[models.Model]) -> bool:
    return any(
        each.name == "client" and each.related_model is apps.get_model(CLIENT)
        for each in model._meta.concrete_fields
        if model._meta.managed and not model._meta.proxy
    )


def _of(model: type[models.Model]) -> str:
    column = model._meta.get_field("client")
    return _rule(column.column, f"{column.column} IS NULL" if column.null else "")


def _rule(column: str, by_all: str) -> str:
    """Rows of the clients of the transaction, and those that `by_all` says are seen by all.

    As a CASE, of which PostgreSQL guesses that half of the rows pass: with OR it guesses that hardly any do, and sorts
    what an index holds in order.
    """
    others = f" WHEN {by_all} THEN true" if by_all else ""
    return f"CASE WHEN {EVERYTHING} THEN true{others} ELSE {column} = ANY ({NUMBERS}::bigint[]) END"


def _mark(wall: Wall) -> str:
    """Stands as the policy's comment, so that another rule of a later version is noticed."""
    return f"mainstay: {wall.rows}"


def _standing(connection: Any) -> tuple[dict[str, str], set[str]]:
    """The mark of each forced wall that stands, and the tables there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid, 'pg_policy')"
            " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
            " WHERE p.polname = %s AND c.relrowsecurity AND c.relforcerowsecurity"
            " AND c.relnamespace = current_schema()::regnamespace",
            [NAME],
        )
        standing = dict(cursor.fetchall())
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
        )
        return standing, {name for (name,) in cursor.fetchall()}


def _raise(connection: Any, wall: Wall, mark: str) -> None:
    """All or nothing: between two statements nobody sees a table without its wall."""
    table = connection.ops.quote_name(wall.table)
    with connection.schema_editor(atomic=True) as editor:
        for statement in _statements(table, wall.rows):
            editor.execute(statement, params=None)
        quoted = editor.quote_value(mark)
        editor.execute(f"COMMENT ON POLICY {NAME} ON {table} IS {quoted}", params=None)


def _statements(table: str, rows: str) -> Iterable[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS {NAME} ON {table}"
    yield f"CREATE POLICY {NAME} ON {table} USING ({rows}) WITH CHECK ({rows})"
