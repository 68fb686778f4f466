"""The outages of a website: when any, all or a quorum of its counting monitors are down."""

from mainstay.watch.evidence.verify.judging import Judge

LATE_AFTER = 10_000_000
"""Places lag a little behind one another: edges that differ by less are the same (microseconds)."""


class Outage:
    """A stretch of being down; `end` is None while it goes on.

    `start_after` is the last good check before it, `end_after` the last failed one in it; None: nobody was looking.
    """

    def __init__(self, start, end=None, start_after=None, end_after=None):
        self.start, self.end, self.start_after, self.end_after = start, end, start_after, end_after

    def close(self, end, after):
        """It ended at `end`; never before it began."""
        self.end, self.end_after = max(end, self.start), max(after or self.start, self.start)

    def holds(self, at):
        """Whether it was on at an instant."""
        return self.start <= at and (self.end is None or at < self.end)

    def __repr__(self):
        return f"Outage{self.start, self.end, self.start_after, self.end_after}"


class Settling:
    """The monitors of one website, judged together as their checks come."""

    def __init__(self, rule, quorum, monitors):
        self.rule, self.quorum = rule, quorum
        self.monitors = {each.id: each for each in monitors}
        self.judges = {each.id: Judge(each.bad_needed, each.good_needed) for each in monitors}
        self.outages = []

    def go_on(self, outage):
        """Begin with an outage that was on before the first check: every monitor is down until it is seen up."""
        self.outages.append(outage)
        for judge in self.judges.values():
            judge.begin_down(outage.start, outage.start_after)

    def look(self, monitor_id, at, state, place):
        """Take one check in."""
        monitor = self.monitors[monitor_id]
        if monitor.is_active(at) and self.judges[monitor_id].look(at, state, place, monitor.vouch(at)):
            self._settle(at)

    def let_go(self, monitor_id, at):
        """The monitor was paused or retired: it is forgotten how it stood, and the others decide.

        Where these were too few to make it down, and are enough now, they are from the next failures on that are seen.
        """
        judge = self.judges[monitor_id]
        was_down = judge.is_down
        judge.forget()
        if was_down:
            self._settle(at, [judge])
        if self.rule != "any" and (not self.outages or self.outages[-1].end is not None):
            for pk, other in self.judges.items():
                if other.is_down and self.monitors[pk].is_active(at):
                    other.forget()

    def _settle(self, at, left=()):
        judges = [self.judges[pk] for pk, each in self.monitors.items() if each.is_active(at)]
        enough = needed(self.rule, self.quorum, len(judges))
        last = self.outages[-1] if self.outages else None
        if last is None or last.end is not None:
            self._open(judges, enough, last)
        else:
            edge = closing([*judges, *left], enough, last.start)
            if edge is not None:
                last.close(*edge)

    def _open(self, judges, enough, before):
        """It begins when the last of the needed ones failed first, and never reaches into the one before it."""
        downs = sorted(
            ((each.down_since, each.down_after) for each in judges if each.is_down and each.down_since is not None),
            key=lambda edge: edge[0],
        )
        if len(downs) < enough:
            return
        start, after = downs[enough - 1]
        if before is not None:
            start = max(start, before.end)
            after = None if after is None else max(after, before.end)
            if before.start >= start:
                return
        self.outages.append(Outage(start, None, after))


def needed(rule, quorum, monitors):
    """How many of `monitors` must be down; at least one, and never more than there are."""
    return max(1, min({"any": 1, "all": monitors, "quorum": quorum or 1}[rule], monitors))


def closing(judges, enough, start):
    """Where an outage ends, and the last failed check in it; None while enough monitors are still down."""
    still = sum(each.is_down for each in judges)
    if still >= enough:
        return None
    recovered = sorted(
        (
            (each.up_since, max(each.up_after or start, start))
            for each in judges
            if not each.is_down and each.up_since is not None and each.up_since > start
        ),
        key=lambda edge: edge[0],
    )
    index = still + len(recovered) - enough
    if recovered and index >= 0:
        return recovered[index]
    seen = max((each.last_bad for each in judges if each.last_bad and each.last_bad > start), default=start)
    return seen, seen


def judged(website, looks, open_at_start=None):
    """The outages that checks make. `looks`: monitor, instant, state, place."""
    found = Settling(website.rule, website.quorum, website.monitors)
    if open_at_start is not None:
        found.go_on(open_at_start)
    cuts = sorted((at, each.id) for each in website.monitors for at in each.cuts)
    for monitor_id, at, state, place in sorted(looks, key=lambda look: (look[1], look[3])):
        while cuts and cuts[0][0] <= at:
            cut_at, which = cuts.pop(0)
            found.let_go(which, cut_at)
        found.look(monitor_id, at, state, place)
    for cut_at, which in cuts:
        found.let_go(which, cut_at)
    return found.outages


def is_same(one, other, lag):
    """Whether two outages have the same edges, but for what places may lag behind one another."""
    if (one.end is None) != (other.end is None) or abs(one.start - other.start) > lag:
        return False
    return one.end is None or abs(one.end - other.end) <= lag
