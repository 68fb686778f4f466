"""Tokens by which an answer finds its ticket. Signed, so that nobody can write into a ticket by guessing."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from itertools import islice

TOKEN_LENGTH = 16
MARKERS_MAX = 20

_LOCAL = re.compile(r"\+(ms-\d{4}-\d{5,9})\.([a-z2-7]{16})$", re.IGNORECASE)
_MARKER = re.compile(r"\b(ms-\d{4}-\d{5,9})\.([a-z2-7]{16})\b", re.IGNORECASE)
_ID = re.compile(r"^<(ms-\d{4}-\d{5,9})\.([a-z0-9-]{1,40})\.([a-z2-7]{16})@[^<>\s]+>$", re.IGNORECASE)


@dataclass(frozen=True)
class Seal:
    """Makes and reads the tokens of one installation."""

    key: bytes

    def reply_address(self, reference: str, address: str) -> str:
        """`address` with the ticket and its token in the local part: support+ms-2026-00042.token@…"""
        local, _, domain = address.partition("@")
        return f"{local}+{reference.lower()}.{self._token('reply', reference)}@{domain}"

    def message_id(self, reference: str, name: str, domain: str) -> str:
        """A Message-ID that names the ticket; `name` tells the messages of one ticket apart."""
        return f"<{reference.lower()}.{name}.{self._token(f'id:{name}', reference)}@{domain}>"

    def reference_in_address(self, address: str) -> str:
        """The reference in an address that we gave out; empty when it is none or its token is false."""
        found = _LOCAL.search(address.rpartition("@")[0])
        return self._checked("reply", *found.groups()) if found else ""

    def marker(self, reference: str) -> str:
        """What stands in the text of our letters, for programs that keep the text they answer and nothing else."""
        return f"{reference.lower()}.{self._token('text', reference)}"

    def reference_in_text(self, text: str) -> str:
        """The reference in a text that quotes one of our letters; empty when there is none with a true token."""
        found = (self._checked("text", *each.groups()) for each in islice(_MARKER.finditer(text), MARKERS_MAX))
        return next((each for each in found if each), "")

    def reference_in_id(self, message_id: str) -> str:
        """The reference in a Message-ID that we gave out; empty when it is none or its token is false."""
        found = _ID.match(message_id)
        return self._checked(f"id:{found[2].lower()}", found[1], found[3]) if found else ""

    def _checked(self, purpose: str, reference: str, token: str) -> str:
        expected = self._token(purpose, reference)
        return reference.upper() if hmac.compare_digest(expected, token.lower()) else ""

    def _token(self, purpose: str, reference: str) -> str:
        digest = hmac.new(self.key, f"desk:{purpose}:{reference.lower()}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:TOKEN_LENGTH]
