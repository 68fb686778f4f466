"""HTML from strangers, made harmless; and the text in it."""

import re
from collections import Counter
from html import unescape

import nh3

HTML_MAX = 1_000_000
TAGS_MAX = 20_000
OPEN_MAX = 1_000
ENTITIES_MAX = 50_000
"""More than any letter has: of tags, of tags open at once, of entities. Cleaning takes time by their square."""
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_NEVER_OPEN = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
_BREAK = re.compile(r"<(?:br|/?p|/?div|/tr|/li|/?h[1-6]|/?blockquote)>")
_BLOCKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(html: str) -> str:
    """`html` with nothing but plain structure: no script, style, form, image or remote reference.

    Empty when there is too much in it to look at; the text and the original remain.
    """
    if not _is_bearable(html):
        return ""
    return nh3.clean(
        html[:HTML_MAX],
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def text_of(html: str) -> str:
    """The text that a reader of `html` sees, a line a block."""
    lines = (line.strip() for line in unescape(_shown(html[:HTML_MAX])).replace("\xa0", " ").splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _shown(html: str) -> str:
    if not _is_bearable(html):
        return "".join(chunk.partition(">")[2] for chunk in html.split("<"))
    bare = nh3.clean(
        html, tags=_BLOCKS, attributes={}, strip_comments=True, clean_content_tags={"script", "style", "title"}
    )
    return re.sub(r"<[^<>]*>", "", _BREAK.sub("\n", bare))


def _is_bearable(html: str) -> bool:
    """Whether cleaning `html` takes no longer than a moment."""
    if html.count("<") > TAGS_MAX or html.count("&") > ENTITIES_MAX:
        return False
    return _most_open(html) <= OPEN_MAX


def _most_open(html: str) -> int:
    """How many tags are open at once, at most."""
    by_name: Counter[str] = Counter()
    now = most = 0
    for closing, name in _TAG.findall(html.lower()):
        if not closing and name not in _NEVER_OPEN:
            by_name[name] += 1
            now += 1
            most = max(most, now)
        elif closing and by_name[name]:
            by_name[name] -= 1
            now -= 1
    return most
