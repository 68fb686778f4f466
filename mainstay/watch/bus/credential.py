"""The key of a prober or of the centre: an NKEY of NATS, which is an Ed25519 key.

With it its owner signs in at the message server (by answering a challenge: the key is never sent), signs what it
sends, and opens what was sealed for it. The centre keeps the public half of it alone.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field

import nkeys
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

SEED_BYTES = 32
SIGNATURE_BYTES = 64
DAMAGED = "the key is damaged: copy it again, or add the prober anew"


class CredentialWrong(ValueError):
    """A key that is none, or was damaged when it was copied."""


class CannotBeOpened(ValueError):
    """Something was sealed for another key, or is damaged."""


class NotSigned(ValueError):
    """Something is not signed by the key that it should be signed by."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that can sign. `seed` is the secret, as NATS writes it: `SU…`."""

    seed: str = field(repr=False)

    @classmethod
    def new(cls) -> "Credential":
        """A new key from the system's randomness."""
        return cls(nkeys.encode_seed(os.urandom(SEED_BYTES), nkeys.PREFIX_BYTE_USER).decode())

    @property
    def public_key(self) -> str:
        """The half that others may know: `U…`. Raises `CredentialWrong`."""
        self._key()
        return str(nkeys.from_seed(bytearray(self.seed.encode())).public_key.decode())

    def signed(self, subject: str, body: bytes) -> bytes:
        """`body` behind a signature that also covers the subject it is sent to."""
        return self._key().sign(_spoken(subject, body)).signature + body

    def opened(self, sealed: bytes) -> bytes:
        """What was sealed for this key.

        Raises:
            CannotBeOpened: it was sealed for another one.
        """
        try:
            return SealedBox(self._key().to_curve25519_private_key()).decrypt(sealed)
        except CryptoError as problem:
            raise CannotBeOpened("this was sealed for another key") from problem

    def _key(self) -> SigningKey:
        """The key itself: two bytes of prefix, the seed, and a checksum, in base32."""
        try:
            raw = base64.b32decode(self.seed.encode() + b"=" * (-len(self.seed) % 8))
        except (binascii.Error, ValueError) as problem:
            raise CredentialWrong(DAMAGED) from problem
        body, checksum = raw[:-2], int.from_bytes(raw[-2:], "little")
        if len(body) != SEED_BYTES + 2 or nkeys.crc16(body) != checksum:
            raise CredentialWrong(DAMAGED)
        return SigningKey(body[2:])


def sealed_for(public_key: str, data: bytes) -> bytes:
    """`data` as only the owner of the key can read it (a sealed box of libsodium)."""
    return SealedBox(_verify_key(public_key).to_curve25519_public_key()).encrypt(data)


def verified(public_key: str, subject: str, message: bytes) -> bytes:
    """The body of a message that was signed for `subject`.

    Raises:
        NotSigned: it was signed by another key, for another subject, or was changed.
    """
    signature, body = message[:SIGNATURE_BYTES], message[SIGNATURE_BYTES:]
    try:
        _verify_key(public_key).verify(_spoken(subject, body), signature)
    except (BadSignatureError, ValueError) as problem:
        raise NotSigned(f"what came by {subject} is not signed by its prober") from problem
    return body


def _spoken(subject: str, body: bytes) -> bytes:
    return subject.encode() + b"\n" + body


def _verify_key(public_key: str) -> VerifyKey:
    """The key in `U…`: a prefix, 32 bytes, and a checksum of two, in base32."""
    raw = base64.b32decode(public_key.encode() + b"=" * (-len(public_key) % 8))
    return VerifyKey(raw[1 : 1 + SEED_BYTES])
