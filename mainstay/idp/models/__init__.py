"""What `idp` keeps."""

from mainstay.idp.models.party import RelyingParty
from mainstay.idp.models.signing_key import SigningKey
from mainstay.idp.models.visit import Visit

__all__ = ["RelyingParty", "SigningKey", "Visit"]
