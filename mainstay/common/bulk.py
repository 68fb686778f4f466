"""Many like rows in one go, past the ORM's objects: for what is written hundreds of times a second.

Values are given as the database keeps them; an instant goes through `instant`. The statements are the same on both
databases.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


def instant(at: datetime | None) -> Any:
    """An instant as the database in use takes it."""
    return connection.ops.adapt_datetimefield_value(at)  # type: ignore[arg-type]


def insert_new(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert `rows`, each the values of `fields`; those that a unique constraint knows already are left out."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, name)) for name in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    _many(f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", rows)  # nosec B608 # noqa: S608 - names alone


def update_each(model: type[models.Model], changes: Sequence[str], rows: Iterable[Row]) -> None:
    """Change rows of `model`, one for each of `rows`: the values that `changes` wants, then the row's primary key.

    A change is the right side and the left of an assignment, in SQL: `seen_at = %s`, `checks = checks + 1`.
    """
    key = connection.ops.quote_name(model._meta.pk.column)  # type: ignore[union-attr]
    table = connection.ops.quote_name(model._meta.db_table)
    _many(f"UPDATE {table} SET {', '.join(changes)} WHERE {key} = %s", rows)  # nosec B608 # noqa: S608 - the code's own words


def _column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def _many(statement: str, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))
