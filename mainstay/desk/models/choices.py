"""How the words of the desk become choices and constraints of a column."""

from enum import StrEnum

from django.db import models


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """The words of an enumeration as a field's choices."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in words]


def known(field: str, words: type[StrEnum], name: str, *, blank: bool = False) -> models.CheckConstraint:
    """A constraint: `field` holds one of `words`, or nothing where `blank` allows it."""
    allowed = [word.value for word in words] + ([""] if blank else [])
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": allowed}), name=name)
