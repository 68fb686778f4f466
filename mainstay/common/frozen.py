"""Rows that the database itself refuses to change, whoever asks: for migrations.

SQLite forgets triggers when a later migration makes the table anew (any change of a column does): such a migration
ends with `frozen(…)` again, which may be said twice.
"""

from typing import Any

from django.db import migrations


def frozen(table: str, *, when: str, said: str) -> migrations.RunPython:
    """An operation after which an UPDATE of a row of `table` is an IntegrityError that says `said`.

    `when` is the SQL condition, with OLD for the row as it stands. `table`, `when` and `said` are written by us.
    """
    name = f"{table}_frozen"

    def freeze(apps: Any, editor: Any) -> None:
        unfreeze(apps, editor)
        for statement in _STATEMENTS[editor.connection.vendor]:
            editor.execute(statement.format(name=name, table=table, when=when, said=said), params=None)

    def unfreeze(apps: Any, editor: Any) -> None:
        of_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}")

    return migrations.RunPython(freeze, unfreeze)


_STATEMENTS = {
    "sqlite": ("CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{said}'); END",),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        ),
        "CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()",
    ),
}
