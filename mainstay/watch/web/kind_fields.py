"""Form fields made of the settings of a kind of check: a field's type, bounds and words come from its declaration."""

import re
from collections.abc import Iterable
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from django import forms
from pydantic.fields import FieldInfo

from mainstay.watch.probes import Kind

PREFIX = "settings."
LONG_TEXT = 1000
RANGE = re.compile(r"\s*(\d{1,4})\s*(?:[-–]\s*(\d{1,4})\s*)?")
KEPT = "A value is kept. Leave this empty to keep it."
WORDS = {
    "any": "Either",
    "ipv4": "IPv4 alone",
    "ipv6": "IPv6 alone",
    "follow": "Follow them",
    "stop": "Judge the first answer",
    "exactly": "Exactly these",
    "among": "These among others",
    "starttls": "Upgrade (STARTTLS)",
    "tls": "From the start (TLS)",
    "none": "Not secured",
    "": "Not at all",
    "smtp": "Mail server (SMTP)",
    "imap": "Mailbox (IMAP)",
}


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        """Each line is judged where the settings are read."""

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class Ranges(forms.CharField):
    """Numbers and ranges of them: `200-399, 401`."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return value
        return ", ".join(f"{low}" if low == high else f"{low}-{high}" for low, high in value)

    def to_python(self, value: Any) -> list[list[int]]:  # type: ignore[override]
        return [self._range(part) for part in re.split(r"[,;\n]", value or "") if part.strip()]

    def run_validators(self, value: Any) -> None:
        """Each range is judged where the settings are read."""

    def _range(self, part: str) -> list[int]:
        found = RANGE.fullmatch(part)
        if found is None:
            raise forms.ValidationError(f"{part.strip()!r} is no number and no range: write 200-399, 401.")
        return [int(found[1]), int(found[2] or found[1])]


def fields_of(kind: Kind, kept: dict[str, Any]) -> dict[str, forms.Field]:
    """The fields of a kind's settings, with what is `kept` now or is usual; a secret is never shown."""
    usual = kind.read({}).model_dump(mode="json")
    found = {}
    for name, info in kind.settings.model_fields.items():
        field = _secret(info, is_kept=name in kept) if name in kind.secrets else _field(info)
        if name not in kind.secrets:
            field.initial = kept.get(name, usual[name])
        field.required = False
        found[PREFIX + name] = field
    return found


def settings_in(kind: Kind, cleaned: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The settings that a form holds. What was left empty is as usual; such a secret is the one that is kept."""
    found = {}
    for name in kind.settings.model_fields:
        value = cleaned.get(PREFIX + name)
        if name in kind.secrets and not value:
            value = kept.get(name, "")
        if value not in ("", None, []):
            found[name] = value
    return found


def is_switch(kind: Kind, name: str) -> bool:
    """Whether the setting is on or off, and needs no value."""
    return _without_none(kind.settings.model_fields[name].annotation) is bool


def read_words(kind: Kind, given: dict[str, list[str]]) -> dict[str, Any]:
    """Settings given as words, as a command line gives them; a switch needs none.

    Raises:
        ValueError: one cannot be read; the text names it.
    """
    fields, found = fields_of(kind, {}), {}
    for name, values in given.items():
        field = fields[PREFIX + name]
        text = "on" if isinstance(field, forms.BooleanField) and values == [""] else "\n".join(values)
        try:
            found[PREFIX + name] = field.clean(text)
        except forms.ValidationError as problem:
            raise ValueError(f"--{name.replace('_', '-')}: {problem.messages[0].rstrip('.')}") from problem
    return settings_in(kind, found, {})


def _field(info: FieldInfo) -> forms.Field:
    words = {"label": info.title, "help_text": info.description or ""}
    kind = _without_none(info.annotation)
    if kind is bool:
        return forms.BooleanField(**words)
    if kind is int:
        return forms.IntegerField(min_value=_bound(info, Ge, "ge"), max_value=_bound(info, Le, "le"), **words)
    if (choices := _choices(kind)) is not None:
        return forms.ChoiceField(choices=[(each, WORDS.get(each, each)) for each in choices], **words)
    if get_origin(kind) is tuple:
        is_ranges = "int" in str(get_args(kind)[0])
        return Ranges(**words) if is_ranges else Lines(widget=forms.Textarea({"rows": 3}), **words)
    limit = _bound(info, MaxLen, "max_length")
    if limit and limit > LONG_TEXT * 2:
        return forms.CharField(max_length=limit, widget=forms.Textarea({"rows": 4}), strip=False, **words)
    return forms.CharField(max_length=limit, **words)


def _secret(info: FieldInfo, *, is_kept: bool) -> forms.Field:
    limit = _bound(info, MaxLen, "max_length")
    is_of_lines = (info.description or "").startswith("One a line")
    unseen = forms.PasswordInput({"autocomplete": "off"})
    return forms.CharField(
        label=info.title,
        help_text=KEPT if is_kept else info.description or "",
        max_length=limit,
        strip=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}) if is_of_lines else unseen,
    )


def _choices(kind: Any) -> list[str] | None:
    if get_origin(kind) is Literal:
        return [str(each) for each in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return None


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _bound(info: FieldInfo, kind: type, name: str) -> int | None:
    bounds: Iterable[Any] = (getattr(each, name) for each in info.metadata if isinstance(each, kind))
    return next((int(each) for each in bounds), None)
