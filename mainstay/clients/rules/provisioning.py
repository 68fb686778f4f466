"""What a client's directory may say of its people (SCIM 2.0, RFC 7643 and 7644). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
FILTER = re.compile(r'\s*(userName|emails\.value|emails|externalId|id)\s+eq\s+"((?:[^"\\]|\\.)*)"\s*', re.I)
PAGE_MAX = 100
OPERATIONS_MAX = 50


class Refused(ValueError):
    """What the directory asks for cannot be done: `kind` is a scimType of RFC 7644, 3.12, or empty."""

    def __init__(self, text: str, kind: str = "invalidValue") -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Wanted:
    """What the directory says of a person; None: it says nothing of that."""

    email: str | None = None
    name: str | None = None
    is_active: bool | None = None


def filtered(text: str) -> tuple[str, str] | None:
    """The attribute, in lower case, and value of the one kind of filter that is understood; None without a filter.

    Raises:
        Refused: it is another kind.
    """
    if not text:
        return None
    found = FILTER.fullmatch(text[:500])
    if found is None:
        raise Refused('Only a filter as userName eq "anna@museum.example" is understood.', "invalidFilter")
    return found[1].lower(), found[2].replace('\\"', '"').replace("\\\\", "\\")


def page(start: str, count: str) -> tuple[int, int]:
    """From which entry (the first is 1) and how many, whatever was asked for."""
    return max(1, _number(start, 1)), min(max(0, _number(count, PAGE_MAX)), PAGE_MAX)


def of_resource(body: Any) -> Wanted:
    """What a whole user says. Raises `Refused`."""
    if not isinstance(body, Mapping):
        raise Refused("A user is an object of JSON.", "invalidSyntax")
    emails = body.get("emails")
    listed = [each for each in emails if isinstance(each, Mapping)] if isinstance(emails, list) else []
    first = next((each for each in listed if each.get("primary") is True), listed[0] if listed else {})
    user_name = _text(body.get("userName"))
    email = user_name if user_name and "@" in user_name else _text(first.get("value")) or user_name
    return Wanted(email, _name(body), _flag(body["active"]) if "active" in body else None)


def of_patch(body: Any) -> Wanted:
    """What the operations of a patch come to; what is not kept here is passed over. Raises `Refused`."""
    operations = body.get("Operations") if isinstance(body, Mapping) else None
    if not isinstance(operations, list) or not 0 < len(operations) <= OPERATIONS_MAX:
        raise Refused("A patch holds one to 50 operations.", "invalidSyntax")
    values: dict[str, Any] = {}
    for each in operations:
        values |= _operation(each)
    return of_resource(values)


def _operation(each: Any) -> dict[str, Any]:
    if not isinstance(each, Mapping) or str(each.get("op", "")).lower() not in ("add", "replace", "remove"):
        raise Refused("An operation is add, replace or remove.", "invalidSyntax")
    path, value = each.get("path"), each.get("value")
    if str(each["op"]).lower() == "remove":
        if str(path).lower() == "active":
            raise Refused("Say active: false, or delete the user.", "mutability")
        return {}
    if path is None:
        if not isinstance(value, Mapping):
            raise Refused("Without a path the value is an object.", "invalidValue")
        return dict(value)
    return {_known(str(path)): value}


def _known(path: str) -> str:
    """The attribute as it is written here; names have no case (RFC 7643, 2.1)."""
    return {"active": "active", "username": "userName", "displayname": "displayName",
            "name.formatted": "displayName"}.get(path.removeprefix(f"{USER}:").lower(), path)  # fmt: skip


def _name(body: Mapping[str, Any]) -> str | None:
    name = body.get("name")
    parts = name if isinstance(name, Mapping) else {}
    both = " ".join(filter(None, (_text(parts.get("givenName")), _text(parts.get("familyName")))))
    return _text(body.get("displayName")) or _text(parts.get("formatted")) or both or None


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or "\x00" in value or len(value) > 254:
        raise Refused("A text is too long, or none.")
    return value.strip() or None


def _flag(value: Any) -> bool:
    """Entra ID writes "False" where a truth value belongs."""
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise Refused("active is true or false.")


def _number(text: str, usual: int) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else usual
