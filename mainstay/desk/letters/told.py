"""The text that a reader of HTML sees: a line a block, a tab between cells, and where links lead."""

import re
from collections.abc import Iterable
from html import unescape

from mainstay.desk.letters.markup import Tag

LINK_MAX = 2_000
ALT_MAX = 200
QUOTES_MAX = 20

_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre"}
"""What stands a line apart from what is around it."""
_BLOCKS = {
    "div", "tr", "li", "dt", "dd", "hr", "section", "article", "header", "footer", "main", "nav", "aside", "address",
    "center", "form", "fieldset", "figure", "figcaption", "caption", "tbody", "thead", "tfoot", "body", "option",
}  # fmt: skip
_LEADS = re.compile(r"(https?://|mailto:|tel:)(.{1,2000})$", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def text_of(tokens: Iterable[str | Tag]) -> str:
    """The text of what is seen."""
    page = _Page()
    for each in tokens:
        if isinstance(each, str):
            page.say(unescape(each).replace("\xa0", " ") if page.pre else _SPACE.sub(" ", unescape(each)))
        else:
            page.mark(each)
    lines = (line.strip(" \t") for line in "".join(page.said).split("\n"))
    return "\n".join(lines).replace("\xa0", " ").strip()


class _Page:
    """What is written so far. `gap`: line breaks owed before the next words."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.gap = 0
        self.pre = 0
        self.quotes: list[bool] = []
        self.in_row = False
        self.begins_cell = False
        self.target = ""
        self.link_from = 0

    def say(self, text: str) -> None:
        if not text.strip() and (self.gap or not self.said):
            return
        if self.gap or not self.said:
            text = text if self.pre else text.lstrip(" ")
            self.said.append(("\n" * min(self.gap, 2) if self.said else "") + "> " * sum(self.quotes))
            self.gap = 0
        elif not self.pre and self.said[-1][-1:] in (" ", "\t"):
            text = text.lstrip(" ")
        self.begins_cell = False
        self.said.append(text)

    def mark(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.gap += 1
        elif name in ("td", "th"):
            self._cell(tag)
        elif name == "a":
            self._link(tag)
        elif name == "img":
            self._image(tag)
        elif name in _APART or name in _BLOCKS:
            self._block(tag)

    def _block(self, tag: Tag) -> None:
        if not self.begins_cell or tag.closes:
            self.gap = max(self.gap, 2 if tag.name in _APART and not self.begins_cell else 1)
        if tag.name in ("tr", "table"):
            self.in_row = False
        if tag.name == "pre":
            self.pre = max(0, self.pre + (-1 if tag.closes else 1))
        if tag.name == "blockquote" and tag.closes:
            self.quotes = self.quotes[:-1]
        elif tag.name == "blockquote" and len(self.quotes) < QUOTES_MAX:
            self.quotes.append(_is_quote(tag))

    def _cell(self, tag: Tag) -> None:
        if tag.closes:
            self.gap = min(self.gap, 1)
            return
        if self.in_row:
            self.gap = 0
            self.said.append("\t")
        self.in_row = self.begins_cell = True

    def _link(self, tag: Tag) -> None:
        if self.target:
            label = _SPACE.sub("", "".join(self.said[self.link_from :]))
            leads = _LEADS.match(self.target)
            if leads and _SPACE.sub("", leads[2]).rstrip("/").lower() not in label.lower():
                self.say(f" <{self.target}>" if label.strip("> \n") else f"<{self.target}>")
        self.target = "" if tag.closes else _target(tag)
        self.link_from = len(self.said)

    def _image(self, tag: Tag) -> None:
        alt = " ".join(tag.attributes().get("alt", "").split())[:ALT_MAX]
        if alt:
            self.say(alt if len(alt) <= 2 and not alt.isascii() else f" [{alt}] ")


def _target(tag: Tag) -> str:
    found = tag.attributes().get("href", "").strip()
    return found if _LEADS.match(found) and len(found) <= LINK_MAX and not set(found) & set("<>\n\r") else ""


def _is_quote(tag: Tag) -> bool:
    """Whether it quotes the mail that is answered; some programs only move text to the right with it."""
    found = tag.attributes()
    return found.get("type", "").lower() == "cite" or "quote" in found.get("class", "").lower()
