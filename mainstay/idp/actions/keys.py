"""Keys that tokens are signed with: made here, kept sealed, replaced before anybody could break them."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts, sealed
from mainstay.idp.facts import SigningKeyMade
from mainstay.idp.models import SigningKey

BITS = 2048
KEY_FOR = timedelta(days=180)
"""How long a key signs before the next one is made."""

PUBLISHED_BEFORE = timedelta(hours=2)
"""So long a new key is published before it signs: whoever keeps the list of keys does for an hour at most."""

PUBLISHED_AFTER = timedelta(days=15)
"""So long a key is published after it signs no more: an old ID token may come back as a hint when signing out."""


@transaction.atomic
def ensure_signing_key(*, by: User | facts.Process, at: datetime) -> None:
    """Make the first key, which signs at once."""
    if not SigningKey.objects.exists():
        _made(at, by, at)


@transaction.atomic
def make_signing_key(*, by: User | facts.Process, at: datetime) -> SigningKey:
    """Make a key that takes over in two hours; the others are published a fortnight longer and then end."""
    signs_from = at + PUBLISHED_BEFORE
    SigningKey.objects.filter(ends_at__isnull=True).update(ends_at=signs_from + PUBLISHED_AFTER)
    return _made(signs_from, by, at)


@transaction.atomic
def forget_old_keys(*, at: datetime) -> int:
    """Delete keys that have ended; how many."""
    return SigningKey.objects.filter(ends_at__lte=at).delete()[0]


def _made(signs_from: datetime, by: User | facts.Process, at: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    key = SigningKey.objects.create(sealed_pem=sealed.seal(pem), made_at=at, signs_from=signs_from)
    facts.record(SigningKeyMade(key_id=key.pk, signs_from=signs_from.isoformat()), by=by, at=at)
    return key
