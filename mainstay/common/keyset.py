"""Pages of a long list, each found by the row at which the last one ended: the thousandth costs what the first does.

The order is by columns that one index holds, all of them upwards or all downwards, the last one unique.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Expression, F, Model, QuerySet, Value

Row = TypeVar("Row", bound=Model)
TOKEN_MAX = 500


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page; `following` and `preceding` are tokens of its neighbours, empty where there is none."""

    rows: list[Row] = field(default_factory=list)
    following: str = ""
    preceding: str = ""


class Beyond(Expression):
    """Whether the columns, compared as one row, are more (or less) than the values."""

    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], *, is_more: bool) -> None:
        super().__init__(output_field=BooleanField())
        self._sides, self._many, self._is_more = [*columns, *values], len(columns), is_more

    def get_source_expressions(self) -> list[Any]:
        return self._sides

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self._sides = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        compiled = [compiler.compile(each) for each in self._sides]
        columns, values = ([sql for sql, _ in part] for part in (compiled[: self._many], compiled[self._many :]))
        params = [param for _, some in compiled for param in some]
        return f"({', '.join(columns)}) {'>' if self._is_more else '<'} ({', '.join(values)})", params


def page(found: QuerySet[Row], order: Sequence[str], token: str, size: int) -> Page[Row]:
    """The page of `found` that the token names, the first one when it names none.

    Args:
        order: names of columns, each with `-` or none of them; the last one is unique.
        token: as a page before gave it; what nobody gave is as if it were empty.
    """
    names, is_up = [each.lstrip("-") for each in order], not order[0].startswith("-")
    is_back, place = _read(found.model, names, token)
    upwards = is_up is not is_back
    if place:
        found = found.filter(Beyond([F(name) for name in names], place, is_more=upwards))
    rows = list(found.order_by(*(name if upwards else f"-{name}" for name in names))[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_back:
        rows.reverse()
    if not rows:
        return Page()
    return Page(
        rows,
        following=_written(rows[-1], names) if is_back or has_more else "",
        preceding=_written(rows[0], names, back=True) if (has_more if is_back else bool(place)) else "",
    )


def _written(row: Model, names: Sequence[str], *, back: bool = False) -> str:
    values = [getattr(row, name) for name in names]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([back, *plain]).encode()).decode().rstrip("=")


def _read(model: type[Model], names: Sequence[str], token: str) -> tuple[bool, list[Value]]:
    """Which way a token goes, and the row it stands at: `(whether back, values)`; no values when it is none."""
    try:
        padded = token[:TOKEN_MAX] + "=" * (-len(token) % 4)
        back, *plain = json.loads(base64.urlsafe_b64decode(padded)) if token else (False,)
        fields = [model._meta.get_field(name) for name in names]
        columns = [getattr(each, "output_field", None) or each for each in fields]
        values = [
            Value(column.to_python(each), output_field=column) for column, each in zip(columns, plain, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error, ValidationError, RecursionError, OverflowError):
        return False, []
    return bool(back), values
