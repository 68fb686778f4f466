"""A field that holds words, and the look-up `matches`, in the language of each database."""

from typing import Any

from django.db import models
from django.db.models.lookups import Lookup

from mainstay.common.search.asking import Asked, Term
from mainstay.common.search.words import Words


class WordsField(models.Field):  # type: ignore[type-arg]  # Django's class takes no parameters at run time
    """The words of a text. They are written and looked for, never read back."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if not isinstance(value, Words):
            raise TypeError(f"words are written as search.words_of gives them, not as {type(value).__name__}")
        return _vector(value) if connection.vendor == "postgresql" else " ".join((*value.words, *value.marks))


@WordsField.register_lookup
class Matches(Lookup):  # type: ignore[type-arg]  # as above
    """Whether the words hold what was asked."""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Asked, connection: Any) -> tuple[str, list[str]]:
        if connection.vendor == "postgresql":
            return "%s::tsquery", [_for_postgresql(value)]
        return "%s", [_for_sqlite(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        operator = "@@" if connection.vendor == "postgresql" else "MATCH"
        return f"{left} {operator} {right}", [*left_params, *right_params]


def _vector(value: Words) -> str:
    """A `tsvector` as PostgreSQL reads it. Words are letters and digits, marks those and `_`: nothing to escape."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(value.words, start=1):
        places.setdefault(word, []).append(place)
    placed = (f"'{word}':{','.join(map(str, found))}" for word, found in places.items())
    return " ".join((*placed, *(f"'{mark}'" for mark in value.marks)))


def _for_postgresql(value: Asked) -> str:
    parts = [*(_tsquery(term) for term in value.wanted), *(f"!{_tsquery(term)}" for term in value.unwanted)]
    return " & ".join((*parts, *(f"'{mark}'" for mark in value.marks)))


def _tsquery(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    if term.is_open:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def _for_sqlite(value: Asked) -> str:
    """An FTS5 expression. Each word stands in quotes, so that none is read as an operator."""
    wanted = " AND ".join((*(_phrase(term) for term in value.wanted), *(f'"{mark}"' for mark in value.marks)))
    unwanted = " OR ".join(_phrase(term) for term in value.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_open else ""}'
