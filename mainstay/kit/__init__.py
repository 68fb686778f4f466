"""The UI kit: base pages, components, tokens, charts as SVG.

Views end in one of three ways: `kit.page(request, template, **context)` shows a page, `kit.part(…)` a part of one that
keeps itself up to date, `kit.done(request, url, message)` goes on to another one and says what was done.
"""

from mainstay.kit.answers import done, page, part

__all__ = ["done", "page", "part"]
