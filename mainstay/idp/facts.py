"""What happens where others sign people in with Mainstay."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Held:
    """A role of a client's person: for the client as a whole (`website_id` is None), or for one website of it."""

    client_id: int
    website_id: int | None
    role: str


@dataclass(frozen=True)
class Place:
    """What people can be let into: a client, or one of its websites."""

    client_id: int
    client: str
    website_id: int | None = None
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class _AboutParty:
    """Something happened to a relying party."""

    party_id: int

    @property
    def subject(self) -> str:
        return f"party:{self.party_id}"


@dataclass(frozen=True, kw_only=True)
class PartyRegistered(_AboutParty):
    """A website or tool may sign people in from now on."""

    kind: ClassVar[str] = "idp.party_registered"
    client_id: int
    website_id: int | None
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartyChanged(_AboutParty):
    """What a relying party may, or where it stands, was changed: `fields` names what."""

    kind: ClassVar[str] = "idp.party_changed"
    fields: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartyRemoved(_AboutParty):
    """A website or tool can sign nobody in any more."""

    kind: ClassVar[str] = "idp.party_removed"


@dataclass(frozen=True, kw_only=True)
class SecretRotated(_AboutParty):
    """A relying party has another secret; the one before works no more."""

    kind: ClassVar[str] = "idp.secret_rotated"


@dataclass(frozen=True, kw_only=True)
class SignedInElsewhere(_AboutParty):
    """Somebody was signed in at a relying party, which was told these roles."""

    kind: ClassVar[str] = "idp.signed_in"
    user_id: int
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PutOut(_AboutParty):
    """What somebody has at a relying party was ended.

    `why`: left, lost, signed_out, asked, credentials (those that were used are others now) or removed.
    """

    kind: ClassVar[str] = "idp.put_out"
    user_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class SigningKeyMade:
    """There is a further key that tokens are signed with, from `signs_from` (ISO 8601) on."""

    kind: ClassVar[str] = "idp.signing_key_made"
    key_id: int
    signs_from: str

    @property
    def subject(self) -> str:
        return f"signing_key:{self.key_id}"
