"""What a saved row said before and says after. Secrets are never among it."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import pre_save

from mainstay.common.models.trace import VALUE_LIMIT
from mainstay.common.trail.origin import origin

AREAS = frozenset({"access", "clients", "watch", "desk", "promises", "report", "upkeep", "amend", "bridge", "idp"})
SECRET = ("password", "digest", "secret", "token", "key", "salt", "hash", "sealed", "credential", "settings")
"""A field whose name holds one of these is told as changed, without its values."""

BY_ITSELF = frozenset({"last_login", "last_used_at"})
"""Fields that say when somebody was there: no change that anybody made."""

CHANGES_MAX = 60
"""Changes kept for one fact: a page that saves more says the rest in its facts."""

HIDDEN = "•"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row: `row` is "access.user:7"."""

    row: str
    field: str
    before: str
    after: str

    def holds(self) -> bool:
        """Whether the row says now what it said after the change."""
        label, _, pk = self.row.partition(":")
        model = apps.get_model(label)
        value = model._base_manager.filter(pk=pk).values_list(self.field, flat=True).first()
        return self.after == (HIDDEN if _is_secret(self.field) else _text(value))

    def as_dict(self) -> dict[str, str]:
        return {"row": self.row, "field": self.field, "before": self.before, "after": self.after}


def watch() -> None:
    """Listen to every row of the areas that is saved; nothing is asked outside a request."""
    for model in apps.get_models():
        if model._meta.app_label in AREAS:
            pre_save.connect(_saving, sender=model, dispatch_uid=f"trail:{model._meta.label}")


def _saving(sender: type[models.Model], instance: models.Model, update_fields: Any = None, **_rest: Any) -> None:
    here = origin()
    if here is None or instance._state.adding or instance.pk is None or len(here.changes) >= CHANGES_MAX:
        return
    columns = [
        each
        for each in sender._meta.concrete_fields
        if not each.primary_key
        and each.name not in BY_ITSELF
        and (not update_fields or each.name in update_fields or each.attname in update_fields)
    ]
    before = sender._base_manager.filter(pk=instance.pk).values(*(each.attname for each in columns)).first()
    if before is None:
        return
    row = f"{sender._meta.label_lower}:{instance.pk}"
    for each in columns:
        old, new = before[each.attname], _plain(each, getattr(instance, each.attname))
        if old != new:
            here.changes.append(_change(row, each.attname, old, new))


def _plain(column: Any, value: Any) -> Any:
    """`value` as the database would give it back: a date may still be text, an enumeration a member."""
    try:
        return column.to_python(value)
    except Exception:  # noqa: BLE001 - what cannot be read is no value; saving it will say so itself
        return value


def _change(row: str, name: str, old: Any, new: Any) -> Change:
    if _is_secret(name):
        return Change(row, name, HIDDEN, HIDDEN)
    return Change(row, name, _text(old), _text(new))


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRET)


def _text(value: Any) -> str:
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if len(text) <= VALUE_LIMIT else f"{text[: VALUE_LIMIT - 1]}…"
