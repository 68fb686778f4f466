"""Which of a mail's texts a person would read: of alternatives one, of what stands side by side all."""

import re
from collections.abc import Iterable
from html import escape

from mainstay.desk.letters import clean
from mainstay.desk.letters.body import Words

HTML = "text/html"
STUB_MAX = 400
"""Characters of a plain alternative that may only say that the mail is to be read as HTML."""
MORE_THAN_STUB = 3
"""A plain alternative that short is none where the HTML says so many times as much."""

_WORD = re.compile(r"\w+")


def text_of(words: Iterable[Words]) -> str:
    """The readable text, in the order of the parts."""
    found = (_best(each) if each[0].place.group else _said(each[0]) for each in _groups(words))
    return "\n".join(text for text in found if text)


def html_of(words: Iterable[Words]) -> str:
    """All that is to be read as HTML, made harmless; empty where there is no HTML."""
    chosen = [each for group in _groups(words) for each in (_rich(group) if group[0].place.group else group)]
    if not any(each.kind == HTML and each.text.strip() for each in chosen):
        return ""
    return "\n".join(_cleaned(each) for each in chosen if each.text.strip())


def _groups(words: Iterable[Words]) -> list[list[Words]]:
    """What stands by itself, and the alternatives that belong together; in the order in which they begin."""
    found: dict[object, list[Words]] = {}
    for number, each in enumerate(words):
        found.setdefault(each.place.group or f"alone {number}", []).append(each)
    return list(found.values())


def _branches(group: list[Words]) -> list[list[Words]]:
    found: dict[int, list[Words]] = {}
    for each in group:
        found.setdefault(each.place.branch, []).append(each)
    return list(found.values())


def _is_rich(branch: list[Words]) -> bool:
    return any(each.kind == HTML for each in branch)


def _best(group: list[Words]) -> str:
    """The plain branch of alternatives, unless it is empty or a stub."""
    branches = _branches(group)
    text = next((said for each in branches if not _is_rich(each) and (said := _joined(each))), "")
    if len(text) > STUB_MAX:
        return text
    shown = next((said for each in reversed(branches) if _is_rich(each) and (said := _joined(each))), "")
    return shown if shown and _is_stub(text, shown) else text


def _is_stub(text: str, shown: str) -> bool:
    """Whether a short plain text says other things than the HTML beside it, or only how that begins."""
    said, known = _WORD.findall(text.lower()), set(_WORD.findall(shown.lower()))
    is_other = sum(each in known for each in said) * 2 < len(said) or not said
    return is_other or len(shown) > MORE_THAN_STUB * len(text) + STUB_MAX


def _rich(group: list[Words]) -> list[Words]:
    """The last branch of alternatives that says something as HTML; else the first."""
    branches = _branches(group)
    rich = (each for each in reversed(branches) if any(one.kind == HTML and one.text.strip() for one in each))
    return next(rich, branches[0])


def _joined(words: Iterable[Words]) -> str:
    return "\n".join(text for each in words if (text := _said(each)))


def _said(words: Words) -> str:
    return clean.text_of(words.text, tags=words.tags) if words.kind == HTML else words.text.strip()


def _cleaned(words: Words) -> str:
    if words.kind == HTML:
        return clean.clean(words.text, tags=words.tags)
    return f"<p>{escape(words.text.strip(), quote=False)}</p>".replace("\n", "<br>")
