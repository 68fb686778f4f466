"""Secrets of others, as passwords of what is watched: sealed with keys that are not in the database.

The keys stand in a file of their own (`MAINSTAY_SEALING_KEYS`, `sealing.keys` in the data folder), one a line: the
first seals, all of them open. Below them stands a key that is derived from the installation's own (`secret_key_of`),
which seals while there is no file. A copy of the database alone opens nothing. `common.resealing` puts a new key on
top.
"""

import base64
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "sealed:1:"
FILE = "sealing.keys"


class CannotBeOpened(ValueError):
    """The text was sealed with another key, or is damaged."""


class KeysUnreadable(ValueError):
    """The file of keys cannot be read, or a line of it is no key; the message says which."""


def seal(text: str) -> str:
    """`text` as it may be kept. What is sealed already stays as it is; nothing stays nothing."""
    if not text or is_sealed(text):
        return text
    return MARK + _box().encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """What was sealed; a text that never was is given back.

    Raises:
        CannotBeOpened: the key is another one.
    """
    if not is_sealed(text):
        return text
    try:
        return _box().decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken as problem:
        raise CannotBeOpened("A secret was sealed with another key: enter it again.") from problem


def is_sealed(text: str) -> bool:
    return text.startswith(MARK)


def keys_file() -> Path:
    """Where the keys stand, be there a file or not."""
    named: str = settings.MAINSTAY.sealing_keys
    return Path(named) if named else settings.MAINSTAY.data / FILE


def keys_held() -> list[str]:
    """The keys of the file, the one that seals first; none where there is no file.

    Raises:
        KeysUnreadable: the file cannot be read, or holds something that is no key.
    """
    path = keys_file()
    try:
        stamp = path.stat()
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise KeysUnreadable(f"{path} cannot be read: {problem.strerror}") from problem
    return list(_read(path, stamp.st_mtime_ns, stamp.st_ino))


def new_key() -> str:
    return Fernet.generate_key().decode()


def _box() -> MultiFernet:
    """What seals and opens now: a file that was changed counts at once, in every process."""
    return _boxes(tuple(keys_held()), settings.SECRET_KEY)


@cache
def _read(path: Path, _changed_at: int, _number: int) -> tuple[str, ...]:
    try:
        lines = tuple(line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
        for line in lines:
            Fernet(line)
    except (OSError, ValueError) as problem:
        raise KeysUnreadable(f"{path} holds what is no key, or cannot be read") from problem
    return lines


@cache
def _boxes(given: tuple[str, ...], secret_key: str) -> MultiFernet:
    return MultiFernet([*(Fernet(each) for each in given), _derived(secret_key)])


def _derived(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"mainstay sealed secrets")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
