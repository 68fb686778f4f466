"""The cast is the same whether it is made or put back."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tests.cast import Cast, make
from tests.replay import BY_THE_DATABASE, Replay, any_row

WRITTEN = {"recorded_at", "created_at", "at"}
"""Instants at which a row was written, where the database or Django says so."""


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the database."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        left_out = WRITTEN | ({"id"} if label in BY_THE_DATABASE else set())
        columns = [each.attname for each in model._meta.concrete_fields if each.name not in left_out]
        found[label] = list(model._base_manager.order_by("pk").values(*columns))
    return {label: each for label, each in found.items() if each}


@pytest.mark.django_db
def test_put_back_as_it_was_made():
    replay = Replay(make)
    with transaction.atomic():
        made, first = replay(), rows()
        transaction.set_rollback(True)
    assert not any_row(replay._tables)
    again, second = replay(), rows()
    assert (again, second) == (made, first)
    assert isinstance(again, Cast)
    assert again.helper is not made.helper


@pytest.mark.django_db
def test_made_anew_beside_rows_that_are_there():
    replay = Replay(make)
    replay()
    with pytest.raises(Exception, match=r"(?i)unique|already"):
        replay()
