"""The one sentence that answers a client's first question, in the language of the page."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from mainstay.faces.queries import WebsiteRow, tightest
from mainstay.policy.durations import say
from mainstay.policy.promises import Verdict
from mainstay.promises.queries import Board
from mainstay.promises.web import cards

FIGURE = re.compile(r"(\d+) (?=(?:h|min|s)\b)")
"""A figure and its unit, which belong on one line."""


def answer(board: Board, websites: Sequence[WebsiteRow]) -> str:
    """How the promises stand and how many hours are left; an outage that goes on comes first."""
    down = [row.website.name for row in websites if row.state == "down"]
    parts = [_("%(websites)s cannot be reached right now.") % {"websites": f" {_('and')} ".join(down)}] if down else []
    said = " ".join([*parts, _promises(board), *_hours(websites)])
    return FIGURE.sub("\\1\u00a0", said)


def _promises(board: Board) -> str:
    if board.count(Verdict.UNPROVEN) == len(board.promises):
        return str(_("Nothing can be judged yet: the facts are still being gathered."))
    return cards.answer(board)


def _hours(websites: Sequence[WebsiteRow]) -> list[str]:
    row = tightest(websites)
    if row is None or row.budget is None:
        return []
    said = {"limit": say(row.budget.limit_s), "left": say(row.budget.left_s), "over": say(row.over_s)}
    said["website"] = row.website.name
    has_many = len(websites) > 1
    if row.budget.is_broken and has_many:
        return [_("The %(limit)s of downtime are used up for %(website)s, %(over)s over.") % said]
    if row.budget.is_broken:
        return [_("The %(limit)s of downtime are used up, %(over)s over.") % said]
    return [(_("%(left)s of %(limit)s left for %(website)s.") if has_many else _("%(left)s of %(limit)s left.")) % said]
