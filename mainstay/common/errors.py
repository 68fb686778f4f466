"""The text of an error as it is kept in a row."""

import traceback

TEXT_LIMIT = 4000


def text_of(problem: BaseException) -> str:
    """What went wrong in one line, then where; never longer than 4,000 characters, never with NUL."""
    where = "".join(traceback.format_tb(problem.__traceback__))[-(TEXT_LIMIT // 2) :]
    headline = "".join(traceback.format_exception_only(problem)).strip()[: TEXT_LIMIT // 2 - 1]
    return f"{headline}\n{where}".replace("\x00", "\N{REPLACEMENT CHARACTER}").strip()
