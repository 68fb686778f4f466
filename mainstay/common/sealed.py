"""Secrets of others, as passwords of what is watched: sealed with a key that is not in the database.

The key is derived from the installation's own (`secret_key_of`), so a copy of the database alone opens nothing.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "sealed:1:"


class CannotBeOpened(ValueError):
    """The text was sealed with another key, or is damaged."""


def seal(text: str) -> str:
    """`text` as it may be kept. What is sealed already stays as it is; nothing stays nothing."""
    if not text or is_sealed(text):
        return text
    return MARK + _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """What was sealed; a text that never was is given back.

    Raises:
        CannotBeOpened: the key is another one.
    """
    if not is_sealed(text):
        return text
    try:
        return _box(settings.SECRET_KEY).decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken as problem:
        raise CannotBeOpened("A secret was sealed with another key: enter it again.") from problem


def is_sealed(text: str) -> bool:
    return text.startswith(MARK)


@cache
def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"mainstay sealed secrets").derive(
        key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
