"""HTML from strangers, made harmless; and the text in it."""

import re
from html import unescape

import nh3

HTML_MAX = 1_000_000
TAGS_MAX = 20_000
"""More tags than any letter has; a deep nest of them would cost seconds to clean."""
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_BREAK = re.compile(r"<(?:br|/?p|/?div|/tr|/li|/?h[1-6]|/?blockquote)>")
_BLOCKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(html: str) -> str:
    """`html` with nothing but plain structure: no script, style, form, image or remote reference.

    Empty when there are too many tags to look at; the text and the original remain.
    """
    if html.count("<") > TAGS_MAX:
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
    if html.count("<") > TAGS_MAX:
        return "".join(chunk.partition(">")[2] for chunk in html.split("<"))
    bare = nh3.clean(html, tags=_BLOCKS, attributes={}, strip_comments=True)
    return re.sub(r"<[^<>]*>", "", _BREAK.sub("\n", bare))
