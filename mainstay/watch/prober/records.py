"""What a prober saw as bytes, and back: length, checksum, and a JSON list that begins with the kind of it."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from struct import Struct

from mainstay.watch.codes import Code
from mainstay.watch.facts import CanaryLook, Check, Finding, GapReason, Missed, Phases

Item = Check | Missed | CanaryLook

HEAD = Struct(">II")
DIGEST = re.compile(r"[0-9a-f]{64}")
RECORD_BYTES_MAX = 65_536
"""No observation is as long as this: a longer length is none, but what a power cut left."""


class CannotBeRead(ValueError):
    """A whole record that this version cannot read."""


def packed(item: Item) -> bytes:
    """`item` as one record."""
    body = json.dumps(_plain(item), separators=(",", ":")).encode()
    return HEAD.pack(len(body), zlib.crc32(body)) + body


def unpacked(body: bytes) -> Item:
    """The item of one record's body. Raises `CannotBeRead`."""
    try:
        kind, *values = json.loads(body)
        return _READERS[kind](*values)
    except (ValueError, TypeError, KeyError) as problem:
        raise CannotBeRead(str(problem)) from problem


def bodies(data: bytes, start: int = 0) -> Iterator[tuple[bytes, int]]:
    """The bodies of the whole records in `data`, each with where it ends. A torn one ends them."""
    at = start
    while at + HEAD.size <= len(data):
        length, checksum = HEAD.unpack_from(data, at)
        end = at + HEAD.size + length
        body = data[at + HEAD.size : end]
        if length > RECORD_BYTES_MAX or end > len(data) or zlib.crc32(body) != checksum:
            return
        yield body, end
        at = end


def seen_until(item: Item) -> datetime:
    """The last instant that an item speaks of."""
    return item.to_at if isinstance(item, Missed) else item.at


def _plain(item: Item) -> list[object]:
    match item:
        case Check():
            found, phases = item.finding, item.finding.phases
            spent = [phases.name_us, phases.connect_us, phases.tls_us, phases.first_byte_us, phases.body_us]
            ends = found.cert_not_after.isoformat() if found.cert_not_after else None
            seen = [found.code, found.detail, found.status, spent, found.address, ends, found.cert_sha256]
            return ["check", item.monitor_id, item.place, item.at.isoformat(), item.duration_us, *seen]
        case Missed():
            span = [item.from_at.isoformat(), item.to_at.isoformat()]
            return ["missed", item.place, *span, item.reason, item.monitor_id, item.slots]
        case CanaryLook():
            return ["canary", item.place, item.address, item.at.isoformat(), item.is_good, item.code]


def _check(
    monitor_id: int,
    place: str,
    at: str,
    duration_us: int,
    code: str,
    detail: str,
    status: int,
    spent: list[int],
    address: str,
    ends: str | None,
    cert_sha256: str = "",
) -> Check:
    until = datetime.fromisoformat(ends) if ends else None
    finding = Finding(Code(code), detail, status, Phases(*spent), address, until, cert_sha256=_digest(cert_sha256))
    return Check(monitor_id, place, datetime.fromisoformat(at), finding, duration_us)


def _digest(text: str) -> str:
    if text and not DIGEST.fullmatch(text):
        raise ValueError("this is no SHA-256")
    return text


def _missed(place: str, from_at: str, to_at: str, reason: str, monitor_id: int | None, slots: int) -> Missed:
    start, end = datetime.fromisoformat(from_at), datetime.fromisoformat(to_at)
    return Missed(place, start, end, GapReason(reason), monitor_id, slots)


def _canary(place: str, address: str, at: str, is_good: bool, code: str) -> CanaryLook:
    return CanaryLook(place, address, datetime.fromisoformat(at), is_good, Code(code))


_READERS: dict[str, Callable[..., Item]] = {"check": _check, "missed": _missed, "canary": _canary}
