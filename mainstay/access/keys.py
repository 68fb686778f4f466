"""Random keys that are shown once and stored as a hash."""

import hashlib
import secrets

TOKEN_PREFIX = "mst_"  # nosec B105 # noqa: S105 - how secrets begin
PREFIX_LENGTH = 12
"""How much of an API token is kept readable, so that its owner recognises it."""


def new_key(prefix: str = "") -> str:
    """A new key of 256 random bits. A prefix lets scanners recognise one that leaked."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """What is stored of a key. It is random and long, so a plain hash suffices."""
    return hashlib.sha256(key.encode()).hexdigest()
