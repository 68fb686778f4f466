"""What happens where a client's people are signed in, and managed, by the client's own identity provider."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a provider says of somebody, in a token that was checked."""

    subject: str
    email: str = ""
    is_verified: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class _AboutClient:
    client_id: int

    @property
    def subject(self) -> str:
        return f"client:{self.client_id}"


@dataclass(frozen=True, kw_only=True)
class ProviderChanged(_AboutClient):
    """How a client's people are signed in by its own provider was set, changed or removed (`step`)."""

    kind: ClassVar[str] = "clients.provider_changed"
    step: str
    makes_accounts: bool = False
    is_required: bool = False


@dataclass(frozen=True, kw_only=True)
class ProviderLinked(_AboutClient):
    """An account belongs to somebody of the client's provider from now on. `is_new`: it was made for that."""

    kind: ClassVar[str] = "clients.provider_linked"
    user_id: int
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class ProvisioningChanged(_AboutClient):
    """A key with which the client's directory manages its people was made or ended (`step`)."""

    kind: ClassVar[str] = "clients.provisioning_changed"
    token_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class PersonProvisioned(_AboutClient):
    """The client's directory let somebody in, changed or removed somebody (`step`)."""

    kind: ClassVar[str] = "clients.person_provisioned"
    contact_id: int
    token_id: int
    step: str
