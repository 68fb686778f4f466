"""Pictures that are written into HTML itself (RFC 2397), as a mail program does with a pasted screenshot."""

import base64
import binascii
import re
from dataclasses import dataclass

_DATA = re.compile(
    rb"data:(image/[a-z0-9.+-]{1,40})(?:;[a-z0-9=_-]{1,40}){0,3};base64,([a-z0-9+/=%\s]*)", re.IGNORECASE
)
PICTURES_MAX = 50
LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and the content id that stands in its place in the HTML."""

    kind: str
    content: bytes
    content_id: str


def taken_out(html: bytes, *, before: int = 0) -> tuple[bytes, list[Picture], bool]:
    """`html` with content ids in the place of its pictures, these, and whether all could be read. `before` pictures of
    the same mail are named already."""
    found: list[Picture] = []
    broken = 0

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal broken
        content = _decoded(match[2]) if len(found) < PICTURES_MAX else b""
        if not content:
            broken += 1
            return b""
        name = f"picture-{before + len(found) + 1}@inline"
        found.append(Picture(match[1].decode("ascii").lower(), content, name))
        return f"cid:{name}".encode()

    if b"base64," not in html:
        return html, [], True
    return _DATA.sub(kept, html, count=LOOKED_AT), found, not broken


def _decoded(text: bytes) -> bytes:
    text = b"".join(text.split()).replace(b"%2B", b"+").replace(b"%2F", b"/").replace(b"%3D", b"=")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
