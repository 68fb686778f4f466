"""Whom a letter can go to."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

ADDRESS_MAX = 254


def is_address(text: str) -> bool:
    """Whether `text` is one mail address: no list of them, no name beside it, nothing that a header would end at."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= ADDRESS_MAX
