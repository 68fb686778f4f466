"""HTML as a row of words and tags, with what nobody sees left out. Its time grows with the text and no faster."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

TAGS_MAX = 30_000
"""More than any letter has; of what follows the tags are left out and the words are kept."""
TAG_MAX = 32_000
HALF_TAGS_MAX = 200
"""Tags whose quotes do not close: each costs a look ahead. After so many, a tag ends at the next `>`."""
ATTRIBUTES_MAX = 40
NAMES_MAX = 30
"""Names of elements whose end is looked for, each of which may cost a look at all that follows."""

_OPENS = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>"'=]{0,40})((?:[^<>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["']))|<)*+)>""")
_PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>\"'=]{0,40})([^<>]*+)>")
_ANY_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r"""([^\s=/>"'][^\s=/>]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]*+)))?""")
_UNSEEN = {"script", "style", "title", "template", "svg", "noframes", "noembed", "iframe"}
_HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|mso-hide\s{0,5}:\s{0,5}all|"
    r"font-size\s{0,5}:\s{0,5}0(?![.\d])|opacity\s{0,5}:\s{0,5}0(?![.\d])",
    re.IGNORECASE,
)
_HINT = re.compile("display|visibility|mso-hide|font-size|opacity|hidden", re.IGNORECASE)
_NEVER_OPEN = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_ENDED_BY_NEXT = {"p", "li", "td", "th", "tr", "dd", "dt", "option"}


@dataclass(frozen=True, slots=True)
class Tag:
    """`<name said>` or, where it `closes`, `</name>`. The name is in lower case."""

    name: str
    closes: bool
    said: str

    def attributes(self) -> dict[str, str]:
        """Its attributes as a browser reads them: of equal ones the first counts."""
        found: dict[str, str] = {}
        for number, each in enumerate(_ATTRIBUTE.finditer(self.said)):
            if number >= ATTRIBUTES_MAX:
                break
            found.setdefault(each[1].lower(), unescape(each[2] or each[3] or each[4] or ""))
        return found

    @property
    def is_hidden(self) -> bool:
        """Whether it says of itself and of all within it that nobody is to see it."""
        if self.closes or self.name in _NEVER_OPEN or not self.said or not _HINT.search(self.said):
            return False
        found = self.attributes()
        return "hidden" in found or bool(_HIDDEN.search(found.get("style", "")[:2_000]))


def seen(html: str, *, tags: int = TAGS_MAX) -> Iterator[str | Tag]:
    """Words and tags of `html` but those that are hidden. An element that does not close hides nothing."""
    closers = _Closers(html)
    hidden, depth = "", 0
    for at, each in _tokens(html, closers, tags):
        if not hidden:
            if isinstance(each, Tag) and each.is_hidden and closers.has(each.name, at):
                hidden, depth = each.name, 1
            else:
                yield each
        elif isinstance(each, Tag) and each.name == hidden:
            if each.closes or hidden in _ENDED_BY_NEXT:
                depth -= 1
            else:
                depth += 1
            if not depth:
                hidden = ""
                if not each.closes:
                    yield each


def all_of(html: str, *, tags: int = TAGS_MAX) -> Iterator[str | Tag]:
    """Words and tags of `html`, hidden ones too."""
    return (each for _, each in _tokens(html, _Closers(html), tags))


class _Closers:
    """Where the next `</name` stands. Once there is none, it is not looked for again."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._next: dict[str, int] = {}

    def has(self, name: str, at: int) -> bool:
        return self.after(name, at) >= 0

    def after(self, name: str, at: int) -> int:
        known = self._next.get(name, 0)
        if known < 0 or known >= max(at, 1):
            return known
        if name not in self._next and len(self._next) >= NAMES_MAX:
            return -1
        found = re.compile(f"</{re.escape(name)}(?![a-z0-9])", re.IGNORECASE).search(self._html, at)
        self._next[name] = found.start() if found else -1
        return self._next[name]


def _tokens(html: str, closers: _Closers, limit: int) -> Iterator[tuple[int, str | Tag]]:
    """Words and tags, each with the place behind it."""
    at = tags = half = 0
    while at < len(html):
        found = _OPENS.search(html, at) if tags < limit else None
        if found is None or html.find(">", found.start()) < 0:
            yield len(html), _ANY_TAG.sub(" ", html[at:]) if tags >= limit else html[at:]
            return
        opens = found.start()
        if opens > at:
            yield opens, html[at:opens]
        tag = _TAG.match(html, opens, opens + TAG_MAX) if half < HALF_TAGS_MAX else None
        tag, half = (tag, half) if tag else (_PLAIN_TAG.match(html, opens), half + 1)
        tags += 1
        if tag is None:
            at = _behind_other(html, opens)
            if at == opens + 1:
                yield at, "<"
            continue
        name, at = tag[2].lower(), tag.end()
        if name in _UNSEEN and not tag[1] and (end := closers.after(name, at)) >= 0:
            at = html.find(">", end) + 1 or len(html)
        elif name not in _UNSEEN:
            yield at, Tag(name, bool(tag[1]), tag[3])


def _behind_other(html: str, opens: int) -> int:
    """The place behind a comment or a declaration; right behind the `<` where there is none."""
    if html.startswith("<!--", opens):
        end = html.find("-->", opens + 2)
        return end + 3 if end >= 0 else len(html)
    if html.startswith(("<!", "<?", "</"), opens):
        return html.find(">", opens) + 1 or opens + 1
    return opens + 1
