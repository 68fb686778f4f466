"""The published JSON schema of a report's figures, made from their shapes."""

import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

from mainstay.report.figures.shapes import SCHEMA, Figures

SCHEMA_FILE = Path(__file__).parent.parent / "schema.json"
_PLAIN = {str: "string", int: "integer", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that every report's figures fit."""
    found: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA}
    definitions: dict[str, Any] = {}
    found.update(_of(Figures, definitions))
    found["$defs"] = {name: definitions[name] for name in sorted(definitions)}
    return found


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if isinstance(kind, types.UnionType):
        return {"anyOf": [_of(each, definitions) for each in kind.__args__ if each is not types.NoneType] + [_NULL]}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": _of(typing.get_args(kind)[0], definitions)}
    if is_dataclass(kind):
        return _object(kind, definitions)
    raise TypeError(f"figures hold no {kind}")


_NULL = {"type": "null"}


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        hints = typing.get_type_hints(kind)
        names = [each.name for each in fields(kind)]
        definitions[kind.__name__] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {name: _of(hints[name], definitions) for name in names},
            "required": [each.name for each in fields(kind) if each.default is MISSING],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}
