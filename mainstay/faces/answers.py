"""The one sentence that answers a client's first question. Pure."""

import re
from collections.abc import Sequence

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
    parts = [f"{' and '.join(down)} cannot be reached right now."] if down else []
    said = " ".join([*parts, _promises(board), *_hours(websites)])
    return FIGURE.sub("\\1\u00a0", said)


def _promises(board: Board) -> str:
    if board.count(Verdict.UNPROVEN) == len(board.promises):
        return "Nothing can be judged yet: the facts are still being gathered."
    return cards.answer(board)


def _hours(websites: Sequence[WebsiteRow]) -> list[str]:
    row = tightest(websites)
    if row is None or row.budget is None:
        return []
    limit = say(row.budget.limit_s)
    whose = f" for {row.website.name}" if len(websites) > 1 else ""
    if row.budget.is_broken:
        return [f"The {limit} of downtime are used up{whose}, {say(row.over_s)} over."]
    return [f"{say(row.budget.left_s)} of {limit} left{whose}."]
