"""The UI kit: base pages, components, tokens, charts as SVG.

Views end in one of two ways: `kit.page(request, template, **context)` shows a page, `kit.done(request, url, message)`
goes on to another one and says what was done.
"""

from mainstay.kit.answers import done, page

__all__ = ["done", "page"]
