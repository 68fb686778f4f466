"""Cutting what is new in a reply from what it quotes."""

import re

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "cs"]
CUT_MAX = 100_000

_QUOTE_START = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}"
    r"|on .{4,200} wrote:|am .{4,200} schrieb.{0,200}:|le .{4,200} a écrit\s*:)\s*$",
    re.IGNORECASE,
)


def new_text(text: str) -> str:
    """The part of `text` that its writer added; the whole text when nothing would be left."""
    return _without_signature(_by_library(text)) or _by_rules(text) or text.strip()


def _by_library(text: str) -> str:
    if len(text) > CUT_MAX:
        return ""
    try:
        return (EmailReplyParser(languages=LANGUAGES).parse_reply(text) or "").strip()
    except Exception:  # noqa: BLE001 - a foreign parser on hostile text: our own rules come next
        return ""


def _without_signature(text: str) -> str:
    return re.split(r"^-- ?$", text, maxsplit=1, flags=re.MULTILINE)[0].strip()


def _by_rules(text: str) -> str:
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTE_START.match(line[:400]):
            break
        if not line.startswith(">"):
            kept.append(line)
    return _without_signature("\n".join(kept))
