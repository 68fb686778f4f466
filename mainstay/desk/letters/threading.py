"""What makes a letter stand in the same conversation in the mail programs of this world. Pure.

Outlook goes by Thread-Index and Thread-Topic, else by the subject; Gmail by References, and only while the subject
stays the same; Thunderbird and Apple Mail by References alone.
"""

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime, timedelta

SUBJECT_MAX = 400
ROOT_BYTES, CHILD_BYTES = 22, 5
INDEX_BYTES_MAX = ROOT_BYTES + 60 * CHILD_BYTES

_PREFIXES = re.compile(
    r"^(?:(?:re|aw|sv|vs|antw|odp|rif|res|ynt|fw|fwd|wg|tr|enc|doorst)(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE
)
_INDEX = re.compile(rb"^Thread-Index:[ \t]*((?:[A-Za-z0-9+/=]+(?:\r?\n[ \t]+)?)+)", re.IGNORECASE | re.MULTILINE)
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def base_subject(subject: str) -> str:
    """A subject without what mail programs put in front of answers and forwarded mail."""
    return _PREFIXES.sub("", subject.strip()).strip() or subject.strip()


def answer_subject(subject: str, reference: str, *, began_by_mail: bool) -> str:
    """The subject of an answer: the client's own, where a mail of theirs began it; else ours, with the reference."""
    base = base_subject(subject)[:SUBJECT_MAX]
    return f"Re: {base}" if began_by_mail else f"Re: {base} [{reference}]"


def index_in(head: bytes) -> str:
    """The Thread-Index in the head of a mail; empty when there is none that could be one."""
    found = _INDEX.search(head.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    text = b"".join(found[1].split()).decode("ascii") if found else ""
    return text if _decoded(text) else ""


def next_index(before: str, *, key: str, began_at: datetime, at: datetime) -> str:
    """The Thread-Index of the next letter of a conversation: what was there before, and a step for this one.

    Without anything before, the conversation begins at `began_at` and is told from others by `key`.
    """
    root = _decoded(before) or _root(key, began_at)
    began = _EPOCH + timedelta(microseconds=int.from_bytes(root[:6], "big") << 16) // 10
    ticks = max(0, int((at - began) / timedelta(microseconds=1)) * 10)
    packed = (ticks >> 18) & 0x7FFFFFFF if ticks < 1 << 49 else 1 << 31 | (ticks >> 23) & 0x7FFFFFFF
    child = packed.to_bytes(4, "big") + hashlib.sha256(f"{key}{at.isoformat()}".encode()).digest()[:1]
    return base64.b64encode((root + child)[:INDEX_BYTES_MAX]).decode()


def _root(key: str, began_at: datetime) -> bytes:
    ticks = int((began_at - _EPOCH) / timedelta(microseconds=1)) * 10
    return (ticks >> 16).to_bytes(6, "big") + hashlib.sha256(key.encode()).digest()[:16]


def _decoded(text: str) -> bytes:
    """The bytes of a Thread-Index; none for what cannot be one."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    fits = ROOT_BYTES <= len(found) < INDEX_BYTES_MAX and not (len(found) - ROOT_BYTES) % CHILD_BYTES
    return found if fits else b""
