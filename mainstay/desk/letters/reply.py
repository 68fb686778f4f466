"""Cutting what is new in a reply from what it quotes. Line by line: its time grows with the text and no faster."""

import re

LINE_MAX = 400
LOOK_AHEAD = 4
"""Lines over which a mail program spreads "On … wrote:", or the names and dates of the mail that it quotes."""

_WROTE = re.compile(
    r"\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef|napisał|napsal|escreveu|skrev|kirjoitti)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(on|am|le|el|il|op|w dniu|dnia|em|den|dne|pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|so|ne|"
    r"mon|tue|wed|thu|fri|sat|sun|\d{1,4}[./-])\b[ .,]?",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(19|20)\d\d\b|\d{1,2}[.:]\d\d")
_SEPARATOR = re.compile(
    r"^-{2,}\s*(original message|originalnachricht|ursprüngliche nachricht|message d['’]origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|původní (?:zpráva|e-mail)|wiadomość oryginalna|mensagem original|"
    r"ursprungligt meddelande|oprindelig meddelelse|forwarded message)\s*-{2,}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\*?(from|von|de|da|van|od|från|fra)\s?:\*?\s?\S", re.IGNORECASE)
_SENT = re.compile(
    r"^\*?(sent|date|gesendet|datum|envoyé|enviado|enviada|inviato|data|fecha|verzonden|odesláno|wysłano|skickat|sendt)"
    r"( el| em)?\s?:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[_-]{8,}$")
_SIGNATURE = re.compile(r"^--\s?$")
_DEVICE = re.compile(
    r"^(sent from (my|outlook|mail|yahoo|proton)\b|get outlook for\b|von meinem .{1,40} gesendet|"
    r"gesendet (mit|von|aus)\b|envoyé de(puis)? mon\b|enviado desde mi\b|inviato da\b|verstuurd vanaf\b|"
    r"odesláno z\b|wysłane? z\b|skickat från\b)",
    re.IGNORECASE,
)


def new_text(text: str) -> str:
    """The part of `text` that its writer added; the whole text when nothing would be left."""
    lines = [line.strip() for line in text.splitlines()]
    return _without_signature(_written(lines)) or text.strip()


def _written(lines: list[str]) -> list[str]:
    """The lines above what is quoted, and those between and below where each line of the quote is marked as such."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith(">"):
            number += 1
        elif length := _opening_length(lines, number):
            if not _next_words(lines, number + length).startswith(">"):
                break
            number += length
        elif _is_header_block(lines, number):
            break
        else:
            kept.append(line)
            number += 1
    return kept


def _opening_length(lines: list[str], number: int) -> int:
    """Over how many lines from `number` on "On Monday … somebody wrote:" goes; 0 when it does not stand there."""
    if not _OPENING.match(lines[number]):
        return 0
    for length in range(1, LOOK_AHEAD):
        said = " ".join(lines[number : number + length])
        if len(said) > LINE_MAX:
            return 0
        if said.endswith(":"):
            is_sure = _DATED.search(said) or _next_words(lines, number + length).startswith(">")
            return length if _WROTE.search(said) and is_sure else 0
    return 0


def _is_header_block(lines: list[str], number: int) -> bool:
    """Whether a quoted mail begins here that is not marked line by line: a separator, or From and Sent."""
    line = lines[number]
    if _SEPARATOR.match(line[:LINE_MAX]):
        return True
    if _RULE.match(line[:LINE_MAX]):
        return bool(_FROM.match(_next_words(lines, number + 1)))
    return bool(_FROM.match(line)) and any(_SENT.match(each) for each in lines[number + 1 : number + LOOK_AHEAD])


def _next_words(lines: list[str], number: int) -> str:
    return next((line for line in lines[number : number + LOOK_AHEAD] if line), "")


def _without_signature(lines: list[str]) -> str:
    end = next((number for number, line in enumerate(lines) if _SIGNATURE.match(line)), len(lines))
    kept = lines[:end]
    while kept and (not kept[-1] or _DEVICE.match(kept[-1][:LINE_MAX])):
        kept.pop()
    return "\n".join(kept).strip()
