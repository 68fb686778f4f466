"""A new key for secrets that are kept: put on top, everything sealed anew, the old ones forgotten at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast

from mainstay.common import facts, sealed
from mainstay.common.crash_safe import write_whole

SHORTEST = 100
"""Columns of fewer characters hold nothing sealed."""

PROCESS = facts.Process("keys")


@dataclass(frozen=True, kw_only=True)
class KeysRotated:
    """Kept secrets were sealed with a new key: so many rows anew, so many that no key opens. `kept`: keys there are."""

    kind: ClassVar[str] = "common.keys_rotated"
    resealed: int
    unopened: int
    kept: int

    @property
    def subject(self) -> str:
        return "keys:sealing"


def rotate(*, at: datetime, forget: bool = False) -> KeysRotated:
    """Make a new key, put it on top of the file, and seal with it whatever is sealed.

    Killed half-way, all keys are still there, and it can be run again. With `forget` the older keys go from the file
    at the end, unless a row could not be sealed anew.

    Raises:
        KeysUnreadable: the file of keys is damaged.
        OSError: it cannot be written.
    """
    known = sealed.keys_held()
    _write([sealed.new_key(), *known])
    done, unopened = reseal()
    if forget and not unopened:
        _write(sealed.keys_held()[:1])
    fact = KeysRotated(resealed=done, unopened=unopened, kept=len(sealed.keys_held()))
    facts.record(fact, by=PROCESS, at=at)
    return fact


def reseal() -> tuple[int, int]:
    """Seal every kept secret with the first key: how many rows were done, and how many could not be."""
    done = unopened = 0
    for model, column in _columns():
        for pk, value in _holding(model, column):
            try:
                with transaction.atomic():
                    found = model._base_manager.filter(pk=pk, **{column: value})
                    done += found.update(**{column: _anew(value)})
            except (sealed.CannotBeOpened, IntegrityError):
                unopened += 1
    return done, unopened


def _anew(value: Any) -> Any:
    """`value` with whatever is sealed in it sealed anew."""
    if isinstance(value, dict):
        return {name: _anew(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_anew(each) for each in value]
    return sealed.seal(sealed.unseal(value)) if isinstance(value, str) and sealed.is_sealed(value) else value


def _columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column that could hold something sealed, also those of libraries and of areas yet to come."""
    for model in apps.get_models():
        for each in model._meta.concrete_fields:
            is_text = (
                isinstance(each, models.CharField | models.TextField) and (each.max_length or SHORTEST) >= SHORTEST
            )
            if model._meta.managed and not each.primary_key and (is_text or isinstance(each, models.JSONField)):
                yield model, each.attname


def _holding(model: type[models.Model], column: str) -> Iterator[tuple[Any, Any]]:
    """Rows whose column is sealed, or holds a value that is; what people wrote about it in passing is none."""
    is_json = isinstance(model._meta.get_field(column), models.JSONField)
    rows = model._base_manager.order_by()
    if is_json:
        rows = rows.annotate(as_text=Cast(column, models.TextField())).filter(as_text__contains=f'"{sealed.MARK}')
    else:
        rows = rows.filter(**{f"{column}__startswith": sealed.MARK})
    yield from list(rows.values_list("pk", column))


def _write(keys: list[str]) -> None:
    path = sealed.keys_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, "".join(f"{each}\n" for each in keys).encode())
