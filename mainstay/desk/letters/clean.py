"""HTML from strangers, made harmless; and the text in it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape, unescape

import nh3

from mainstay.desk.letters import markup, told
from mainstay.desk.letters.markup import Tag

HTML_MAX = 1_000_000
DEPTH_MAX = 100
"""Tags open at once, past which only words are taken: whoever shows a page takes time by their square."""
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src", "alt"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
VALUE_MAX = 2_000
AS_DIV = {"address", "article", "aside", "center", "fieldset", "figure", "footer", "form", "header", "main", "section"}

AND, LESS, FIXED = "\ue000", "\ue001", "\ue002"
"""Stand for `&`, `<` and a space that does not break while words are cleaned: many entities in a row cost time by their
square."""
_OURS = re.compile(f"[{AND}{LESS}{FIXED}]")
_MARKED = str.maketrans({"&": AND, "<": LESS, "\xa0": FIXED, "\0": None})
_SINGLE = {"br", "hr", "img"}
_WORDS = {
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "u",
}  # fmt: skip
"""What stands within a line."""
_OF_TABLES = {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "caption"}


def clean(html: str, *, tags: int = markup.TAGS_MAX) -> str:
    """`html` with nothing but plain structure: no script, style, form or remote reference, and no picture but those
    that came with the mail (`cid:`). Past so many `tags` the words alone are kept."""
    found = nh3.clean(
        "".join(_Written().all_of(markup.seen(html[:HTML_MAX], tags=tags))),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return found.replace(AND, "&amp;").replace(LESS, "&lt;").replace(FIXED, "\xa0")


def text_of(html: str, *, tags: int = markup.TAGS_MAX) -> str:
    """The text that a reader of `html` sees, a line a block; what is hidden counts where nothing else is said."""
    html = html[:HTML_MAX]
    return told.text_of(markup.seen(html, tags=tags)) or told.text_of(markup.all_of(html, tags=tags))


class _Written:
    """HTML written anew, in which all that is opened is closed: what is not costs time by the square."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._left_out: Counter[str] = Counter()

    def all_of(self, tokens: Iterable[str | Tag]) -> Iterator[str]:
        for each in tokens:
            if isinstance(each, str):
                yield unescape(_OURS.sub("\N{REPLACEMENT CHARACTER}", each)).translate(_MARKED)
            elif each.closes:
                yield from self._closed("div" if each.name in AS_DIV else each.name)
            else:
                yield from self._opened("div" if each.name in AS_DIV else each.name, each)
        yield from (f"</{each}>" for each in reversed(self._open))

    def _opened(self, name: str, tag: Tag) -> Iterator[str]:
        if name not in TAGS or (name == "img" and not _is_with_mail(tag)):
            return
        if name in _SINGLE:
            yield f"<{name}{_attributes(name, tag)}>"
            return
        if len(self._open) >= DEPTH_MAX or (name in _WORDS and name in self._open):
            self._left_out[name] += 1
            return
        if name not in _WORDS:
            yield from self._closed_by_next(name)
        self._open.append(name)
        yield f"<{name}{_attributes(name, tag)}>"

    def _closed_by_next(self, name: str) -> Iterator[str]:
        """A paragraph ends where a block begins, an item of a list where the next one does."""
        words = next((number for number, each in enumerate(reversed(self._open)) if each not in _WORDS), None)
        last = self._open[-1 - words] if words is not None else ""
        if last == "p" or (last == name and name in ("li", "dd", "dt", "td", "th", "tr")):
            yield from self._closed(last)

    def _closed(self, name: str) -> Iterator[str]:
        if self._left_out[name]:
            self._left_out[name] -= 1
            return
        for number in range(len(self._open) - 1, -1, -1):
            if self._open[number] == name:
                yield from (f"</{each}>" for each in reversed(self._open[number:]))
                del self._open[number:]
                return
            if self._is_wall(self._open[number], name):
                return

    def _is_wall(self, within: str, name: str) -> bool:
        """Whether `</name>` closes nothing outside of `within`: words end in their block, all else in its cell."""
        if name in _WORDS:
            return within not in _WORDS
        return within in _OF_TABLES and name not in _OF_TABLES


def _is_with_mail(tag: Tag) -> bool:
    return tag.attributes().get("src", "").strip().lower().startswith("cid:")


def _attributes(name: str, tag: Tag) -> str:
    allowed = ATTRIBUTES.get(name, set())
    found = tag.attributes() if allowed else {}
    said = ((each, value.strip()) for each, value in found.items() if each in allowed and len(value) <= VALUE_MAX)
    return "".join(f' {each}="{escape(value)}"' for each, value in said)
