"""Agreements and the public policy as they are printed."""

from typing import Any

from mainstay.access.facts import Role
from mainstay.clients import queries as clients
from mainstay.clients.models import Agreement
from mainstay.policy.document import lines


def version_printed(agreement: Agreement) -> dict[str, Any]:
    """One signed version: its text, and who signed it when."""
    return {
        "title": f"Agreement with {agreement.client.name}, version {agreement.version}",
        "agency": clients.agency().name,
        "status": f"{agreement.client.name}, version {agreement.version}",
        "digest": f"SHA-256 of the text: {agreement.text_sha256}" if agreement.text_sha256 else "",
        "lines": _lines(clients.text_of(agreement)),
        "signed": [{"label": label, "value": value} for label, value in _signed(agreement)],
    }


def policy_printed(text: str) -> dict[str, Any]:
    """The policy with its usual terms, for everybody."""
    agency = clients.agency().name
    return {
        "title": f"Support and maintenance policy of {agency}",
        "agency": agency,
        "status": "Usual terms",
        "digest": "",
        "lines": _lines(text),
        "signed": [],
    }


def _signed(agreement: Agreement) -> list[tuple[str, str]]:
    signed_at = f"{agreement.signed_at.astimezone(agreement.zone):%-d %B %Y, %H:%M:%S %Z}"
    if agreement.how == "paper":
        return [("How", "On paper; recorded here by the agency"), ("Recorded", signed_at)]
    role = Role(agreement.signer_role).label if agreement.signer_role else "–"
    return [("How", "In the portal"), ("Name", agreement.signer_name), ("Role", role), ("Time", signed_at)]


def _lines(text: str) -> list[dict[str, str]]:
    return [{"kind": each.kind, "text": each.text} for each in lines(text)]
