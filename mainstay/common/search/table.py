"""The table behind a field of words, for migrations."""

from typing import Any

from django.db import migrations


def make_index(name: str, *, model: migrations.CreateModel, row: str) -> migrations.SeparateDatabaseAndState:
    """An operation that makes the table `name` for `model`, whose primary key stands in the column `rowid`.

    `row` is the table that the key refers to. On SQLite it is a virtual table of FTS5, which keeps nothing but words
    and knows no foreign key; what is deleted there is deleted by Django, which knows of it.
    """

    def forwards(apps: Any, editor: Any) -> None:
        for statement in _STATEMENTS[editor.connection.vendor]:
            editor.execute(statement.format(name=name, row=row), params=None)

    def backwards(apps: Any, editor: Any) -> None:
        editor.execute(f"DROP TABLE {name}")

    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunPython(forwards, backwards)], state_operations=[model]
    )


_STATEMENTS = {
    "sqlite": (
        ("CREATE VIRTUAL TABLE {name} USING fts5(words, tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")"),
    ),
    "postgresql": (
        (
            "CREATE TABLE {name} (rowid bigint PRIMARY KEY REFERENCES {row} (id) "
            "DEFERRABLE INITIALLY DEFERRED, words tsvector NOT NULL)"
        ),
        "CREATE INDEX {name}_words ON {name} USING gin (words)",
    ),
}
