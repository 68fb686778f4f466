"""Cleaned HTML of a mail, with the pictures that came with it put in their places."""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

_PICTURE = re.compile(r"<img\b[^>]*>")
_SOURCE = re.compile(r'\bsrc="cid:([^"]*)"')


def with_pictures(html: str, places: Mapping[str, str]) -> str:
    """`html`, as `clean` made it, with the pictures that it names by content id (RFC 2392) at their addresses.

    Args:
        places: addresses by content id. A picture that is not among them gives way to what is said in its stead.
    """

    def placed(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[0])
        address = places.get(content_id_of(source[1])) if source else None
        if source is None or address is None:
            return _instead(match[0])
        return match[0].replace(source[0], f'src="{escape(address)}"')

    return _PICTURE.sub(placed, html)


def content_id_of(written: str) -> str:
    """The content id that an address in HTML names, behind `cid:`."""
    return unquote(unescape(written)).strip().strip("<>")


def _instead(picture: str) -> str:
    said = re.search(r'\balt="([^"]+)"', picture)
    return f"[{said[1]}]" if said else ""
