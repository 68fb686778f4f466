"""What a part holds once the encoding is taken off in which it travelled. Nothing here raises, whatever the bytes."""

import binascii
import re
import string

CHUNKS_MAX = 10_000
UU_LINES_MAX = 200_000
"""Lines of a damaged uuencoded file that are looked at one by one."""

_WORD = re.compile(r"[^\s;(]*")
_WHITE = b" \t\r\n\x0b\x0c"
_ALPHABET = (string.ascii_letters + string.digits + "+/").encode()
_BLANK = re.compile(rb"\n[ \t]*\r?\n\s*")
_FOOTER = re.compile(rb"[^\r\n]*[^A-Za-z0-9+/=\s]|[^\r\n]*\S[ \t]+\S")
_UU = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_UU_BEGIN = re.compile(rb"(?:^|\n)begin(?:-base64)? [0-7]{3,4} [^\n]{1,240}\n")


def decoded(raw: bytes, encoding: str) -> tuple[bytes, bool]:
    """`raw` without its `encoding`, and whether all of it could be decoded."""
    found = _WORD.match(encoding.strip().lower())
    name = found[0] if found else ""
    if name == "base64":
        return _base64(raw)
    if name == "quoted-printable":
        return binascii.a2b_qp(raw), True
    return _uuencoded(raw) if name in _UU else (raw, True)


def _base64(raw: bytes) -> tuple[bytes, bool]:
    """Base64 as mails have it: in several padded pieces, cut off, or with a footer that somebody put below it."""
    looked_at = _without_footer(raw)
    chunks = [each for each in looked_at.translate(None, _WHITE).split(b"=", CHUNKS_MAX) if each]
    is_whole = len(looked_at) == len(raw) and len(chunks) < CHUNKS_MAX
    content = []
    for chunk in chunks:
        data = chunk.translate(None, _NOT_BASE64)
        is_whole = is_whole and len(data) == len(chunk) and len(data) % 4 != 1
        data = data[:-1] if len(data) % 4 == 1 else data
        content.append(binascii.a2b_base64(data + b"=" * (-len(data) % 4)))
    return b"".join(content), is_whole


_NOT_BASE64 = bytes(each for each in range(256) if each not in _ALPHABET)


def _without_footer(raw: bytes) -> bytes:
    blank = _BLANK.search(raw.rstrip())
    return raw[: blank.start()] if blank and _FOOTER.match(raw, blank.end()) else raw


def _uuencoded(raw: bytes) -> tuple[bytes, bool]:
    """The file between `begin` and `end`; all of `raw` where there is none."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    begin = _UU_BEGIN.search(text)
    if begin is None:
        return raw, False
    lines = text[begin.end() :].split(b"\n")
    lines = lines[: lines.index(b"end")] if b"end" in lines else lines
    try:
        return b"".join(binascii.a2b_uu(each) for each in lines if each), True
    except binascii.Error:
        return b"".join(_line(each) for each in lines[:UU_LINES_MAX] if each), False


def _line(line: bytes) -> bytes:
    """What can be read of a line to which some programs add a check or padding."""
    length = (line[0] - 32) & 63
    try:
        return binascii.a2b_uu(line[: (length * 8 + 5) // 6 + 1])
    except binascii.Error:
        return b""
