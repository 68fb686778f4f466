"""Rows that each test begins with: made by actions once in a process, and put back as they were after that.

Making the cast takes more than two hundred queries; putting it back takes one for each of its tables.
"""

import pickle
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

Made = TypeVar("Made")

OF_MIGRATIONS = {"auth", "contenttypes"}
BY_THE_DATABASE = {"watch.PastChange"}
"""Written by triggers when the rows are put back, as when they were made."""


class Replay(Generic[Made]):
    """What `make` returns, with every row that it makes."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._made: bytes | None = None
        self._tables: list[type[models.Model]] = []
        self._rows: list[bytes] = []

    def __call__(self) -> Made:
        """Made the first time, and wherever the tables have rows already; else put back."""
        if any_row(self._tables or _all_tables()):
            return self._make()
        if self._made is None:
            return self._make_and_keep()
        with transaction.atomic():
            for model, rows in zip(self._tables, self._rows, strict=True):
                model._base_manager.bulk_create(pickle.loads(rows))
        made: Made = pickle.loads(self._made)
        return made

    def _make_and_keep(self) -> Made:
        made = self._make()
        for model in _all_tables():
            if rows := list(model._base_manager.all()):
                self._tables.append(model)
                self._rows.append(pickle.dumps(rows))
        self._made = pickle.dumps(made)
        return made


def any_row(tables: Iterable[type[models.Model]]) -> bool:
    """Whether one of the tables has a row."""
    name = connection.ops.quote_name
    found = " UNION ALL ".join(f"SELECT 1 FROM {name(each._meta.db_table)}" for each in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({found})")
        return bool(cursor.fetchone()[0])


def _all_tables() -> list[Any]:
    """Every table whose rows are not the database's own doing."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and model._meta.app_label not in OF_MIGRATIONS
        and model._meta.label not in BY_THE_DATABASE
    ]
