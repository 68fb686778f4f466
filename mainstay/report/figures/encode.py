"""Figures as bytes, and back. The same figures always give the same bytes."""

import hashlib
import json
import types
import typing
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import Any, cast

from mainstay.report.figures.shapes import Figures


def encode(figures: Figures) -> bytes:
    """Canonical JSON in UTF-8: keys sorted, no spaces, one line, a newline at the end."""
    text = json.dumps(asdict(figures), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def decode(content: bytes) -> Figures:
    """The figures that `content` was made from. What reports did not hold yet when it was made has its default."""
    return cast(Figures, _revive(Figures, json.loads(content)))


def digest(content: bytes) -> str:
    """The SHA-256 of encoded figures, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _revive(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, types.UnionType):
        return _revive(next(each for each in kind.__args__ if each is not types.NoneType), value)
    if typing.get_origin(kind) is tuple:
        return tuple(_revive(typing.get_args(kind)[0], each) for each in value)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        known = [each.name for each in fields(kind) if each.name in value or each.default is MISSING]
        return cast(Any, kind)(**{name: _revive(hints[name], value[name]) for name in known})
    return value
