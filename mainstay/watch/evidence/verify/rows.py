"""The checks as they lie in the day files: what was sealed of them, and as runs of like checks.

A year of a thousand websites is half a billion checks. So they are read set-wise: files hold them in the order of
website, monitor and time, and one pass beside the row before and after finds where something changes. What comes out
is a run for each stretch of good checks of one code without a hole, and every failed check by itself. Rows that are
not in that order, as somebody may have written them, are sorted first; both ways give the same.
"""

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple


class Run(NamedTuple):
    """Like checks in a row: the first, the last, and the second (None where there is but one).

    A judge needs to see no more: failures are runs of their own, and of good checks two are enough to be up again.
    """

    code: str
    first: int
    last: int
    second: int | None = None


class DayFiles:
    """All files of a place and a day, read with whichever of the two libraries is there."""

    def __init__(self, folder, place, day, files):
        self.paths = [str(folder / each["name"]) for each in files]
        self.parts = [each["part"] for each in files]
        self.place, self.day = place, day

    def subject(self, website_id, part):
        """What the sealed entry over a website's checks of a file is called."""
        return f"checks/{self.place}/{website_id}/{self.day}/{part}"


def days_of(folder, manifest):
    """The files by place and day, in that order."""
    found = defaultdict(list)
    for file in manifest["files"]:
        found[file["place"], file["day"]].append(file)
    for (place, day), files in sorted(found.items()):
        yield DayFiles(folder, place, day, sorted(files, key=lambda each: each["part"]))


def each_of(days, work):
    """`work` on every day, as many at a time as there are processors; what comes out, in order."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(work, days)


def in_runs(changes):
    """Runs by website and monitor, from the rows at which something changes; None where these are in no order.

    A change: website, monitor, code, instant, the instants of the row before and of the one after, and whether it is
    one; the very last row is there in any case.
    """
    found, begun, last_key, last = defaultdict(list), None, None, None
    for website, monitor, code, us, us_before, second, is_change in changes:
        last = us
        if not is_change:
            break
        key = (website, monitor)
        if begun is not None:
            if key < last_key or (key == last_key and us < us_before):
                return None
            found[last_key].append(run_of(*begun, us_before))
        last_key, begun = key, (code, us, second)
    if begun is not None:
        found[last_key].append(run_of(*begun, last))
    return found


def run_of(code, first, second, last):
    """A run; the row after its first one is its own only where it goes on."""
    return Run(code, first, last, None if first == last else second)
