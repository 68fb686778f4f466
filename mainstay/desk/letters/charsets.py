"""Bytes of a mail as text: by the character set they claim, as the world uses its name, and by what they show."""

import codecs

from charset_normalizer import from_bytes

GUESS_FROM = 120
"""Bytes below which a guess at the character set is worse than Windows-1252."""
GUESS_BY = 20_000
BAD_SHARE = 20
"""UTF-8 in which at most one sign in so many is broken is UTF-8 all the same: a byte was lost or cut."""
NAME_MAX = 40
BELOW_LEADS = bytes(range(0xC0))
"""What no sign of several bytes begins with in UTF-8."""

ALIASES = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""Sets that are named where a larger one is meant (WHATWG Encoding Standard, section 4.2), by Python's names."""
NOT_OF_MAIL = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-7"}
"""Codecs of Python that are no character set, or that take time by the square of what they read."""
WIDE = ("gb", "big5", "cp9", "euc", "iso2022", "utf-16", "utf-32")
"""How names of sets with several bytes a sign begin. Text in them can look like UTF-8 by chance: the claim counts."""


def decode(content: bytes, claimed: str = "") -> str:
    """`content` as text. A claim that the bytes contradict is not believed; what fits nothing is replaced."""
    name = known(claimed)
    if (
        not name.startswith(WIDE)
        and not content.isascii()
        and (text := _as_utf8(content, is_claimed=name == "utf-8")) is not None
    ):
        return text
    for candidate in (name, _guess(content)):
        try:
            return content.decode(candidate)
        except (LookupError, ValueError):
            continue
    return content.decode(name if name not in ("", "utf-8") else "cp1252", "replace")


def known(claimed: str) -> str:
    """Python's name of the set that is meant by `claimed`; empty for one that is none."""
    try:
        info = codecs.lookup(claimed.strip()[:NAME_MAX]) if claimed.strip() else None
    except (LookupError, ValueError):
        return ""
    if info is None or not info._is_text_encoding or info.name in NOT_OF_MAIL:
        return ""
    return ALIASES.get(info.name, info.name)


def _as_utf8(content: bytes, *, is_claimed: bool) -> str | None:
    """The text where it is UTF-8: whole but for its cut end, or, where it is likely, but for a few bytes."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    good = len(content.translate(None, BELOW_LEADS)) - bad
    return text if good > 0 and bad * BAD_SHARE <= good + BAD_SHARE * is_claimed else None


def _guess(content: bytes) -> str:
    best = from_bytes(content[:GUESS_BY]).best() if len(content) >= GUESS_FROM else None
    return known(best.encoding) if best else "cp1252"
