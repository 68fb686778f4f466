"""The UI kit: base pages, components, tokens, charts as SVG.

Views end in one of three ways: `kit.page(request, template, **context)` shows a page, `kit.part(…)` a part of one that
keeps itself up to date, `kit.done(request, url, message)` goes on to another one and says what was done, or with
`kit.not_done(…)` why it was not.
"""

from mainstay.kit.answers import done, not_done, page, part

__all__ = ["done", "not_done", "page", "part"]
