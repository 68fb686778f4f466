"""Markdown as safe HTML. What somebody writes is text: HTML in it is shown as it stands, never run."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = frozenset(["p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"])
LISTS = frozenset(["ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"])
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
NESTED_MAX = 20


def html_of(text: str) -> SafeString:
    """The HTML of a Markdown text. Pictures from elsewhere are left out: they would tell who reads."""
    shown = _reader().render(text)
    clean = nh3.clean(
        shown, tags=set(TAGS | LISTS), attributes={"a": {"href", "title"}, "ol": {"start"}}, url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # nosec B308, B703 # noqa: S308 - cleaned above


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTED_MAX}).enable(["table", "strikethrough"])
    reader.disable("image")
    reader.core.ruler.push("headings_below_the_title", _lower_headings)
    return reader


def _lower_headings(state) -> None:  # type: ignore[no-untyped-def]
    """The page's title is its only first heading."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"
