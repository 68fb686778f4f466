"""Files that spreadsheets open: what would be taken for a formula is made text (OWASP, CSV injection). Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file with its head."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in each] for each in rows)
    return text.getvalue()


def harmless(value: Any) -> Any:
    """`value` as no spreadsheet computes it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
