"""What programs send to the API, read."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.errors import HttpError
from ninja.parser import Parser


class StorableText(Parser):
    """Reads JSON and queries, and refuses text that no database can hold: NUL, and halves of characters."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found = json.loads(request.body)
        _require_storable(found)
        return found  # type: ignore[no-any-return] # ninja checks the shape

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        found = super().parse_querydict(data, list_fields, request)
        _require_storable(found)
        return found


def _require_storable(found: Any) -> None:
    if isinstance(found, str):
        if "\x00" in found or not _is_whole(found):
            raise HttpError(400, "Text must not hold NUL or half of a surrogate pair.")
    elif isinstance(found, dict):
        for name, value in found.items():
            _require_storable(name)
            _require_storable(value)
    elif isinstance(found, list):
        for each in found:
            _require_storable(each)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
