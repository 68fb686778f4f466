"""The judge of one monitor: when it is down, and when it is up again.

As many failures in a row as are needed (three, for most kinds of check) confirm that it is down, from the first of
them; as many good checks (two) that it is up again, from the first of them. What is not confirmed when nobody was
looking any more is forgotten. Where several places look, only those whose latest check still speaks are asked: where
there are two or more of them, two must fail at the same time, and the failures needed must have been seen since they
do, counted from the first that began after the last good check which was not outvoted.
"""

from mainstay.watch.evidence.verify.instants import DAY

UP, DEGRADED, DOWN, UNKNOWN = "up", "degraded", "down", "unknown"
PLACES_TO_CONFIRM = 2
BADS_KEPT = 8


class View:
    """What one place of several saw last: its latest check, until when that speaks, and its failures in a row."""

    def __init__(self, place, seen, until, count=0, bads=()):
        self.place, self.seen, self.until, self.count, self.bads = place, seen, until, count, bads


class Judge:
    """What is remembered of one monitor. `down_since` and `down_after` are the start of the present or latest confirmed
    failure and the last good check before it (None: nobody was looking); `up_since` and `up_after` its end and the
    last failed check before that.
    """

    def __init__(self, bad_needed, good_needed):
        self.bad_needed, self.good_needed = bad_needed, good_needed
        self.last_bad = self.last_good = self.seen = None
        self.forget()

    def forget(self):
        """Neither down nor up any more: it is no longer looked at."""
        self.is_down = False
        self.bads = self.goods = 0
        self.first_bad = self.first_good = self.until = None
        self.down_since = self.down_after = self.up_since = self.up_after = None
        self.place, self.views = "", {}

    def begin_down(self, since, after):
        """It is down already, as others say, when its checks begin."""
        self.is_down, self.down_since, self.down_after = True, since, after

    def look(self, at, state, place, vouch):
        """Take one check in, which speaks for `vouch` after it. Whether it turned: down, or up again."""
        if self.views or self.place not in ("", place):
            return self._together(at, state, place, vouch)
        if state == UNKNOWN or (self.seen is not None and at <= self.seen):
            return False
        self._forget_stale(at)
        self.seen, self.until, self.place = at, at + vouch, place
        return self._failed(at, vouch) if state == DOWN else self._passed(at)

    def _forget_stale(self, at):
        if self.until is not None and at > self.until:
            self.bads = self.goods = 0
            self.first_bad = self.first_good = None

    def _failed(self, at, vouch):
        self.goods, self.last_bad = 0, at
        if self.is_down:
            self.first_good = None
            return False
        if not self.bads:
            self.first_bad = at
            self.down_after = self._good_before(at, vouch)
        self.bads += 1
        if self.bads < self.bad_needed:
            return False
        return self._turn_down(self.first_bad, self.down_after)

    def _good_before(self, at, vouch):
        """The last good check, when it still spoke for the time before `at`."""
        return self.last_good if self.last_good is not None and at - self.last_good <= vouch else None

    def _passed(self, at):
        self._note_good(at)
        self.last_good = at
        if not self.is_down:
            self.bads = 0
            return False
        if self.goods < self.good_needed:
            return False
        self.bads = 0
        return self._turn_up(self.last_bad)

    def _note_good(self, at):
        if not self.goods:
            self.first_good = at
        self.goods += 1
        self.last_good = later(self.last_good, at)

    def _turn_down(self, since, after):
        self.is_down, self.first_bad, self.down_since, self.down_after = True, since, since, after
        self.up_since = self.up_after = None
        return True

    def _turn_up(self, after):
        self.is_down, self.up_since, self.up_after = False, self.first_good, after
        return True

    def _together(self, at, state, place, vouch):
        views = dict(self.views or self._first_views())
        own = views.pop(place, None)
        if own is not None and at <= own.seen:
            return False
        if state == UNKNOWN:  # it cannot see: the others count alone
            if own is not None:
                self.views = views
                self._suspect(views.values())
            return False
        now = later(self.seen, at)
        mine = views[place] = seen_more(own, at, state, place, vouch)
        self._forget_stale(at)
        self.seen, self.until = now, max(each.until for each in views.values())
        self.views = {name: each for name, each in views.items() if each.until >= now - DAY}
        if mine.until < now:  # it comes too late to say how things stand
            return False
        fresh = [each for each in self.views.values() if each.until >= now]
        failing = [each for each in fresh if each.bads]
        is_enough = len(failing) >= min(PLACES_TO_CONFIRM, len(fresh))
        if self.is_down:
            return self._while_down(at, state, failing, is_enough)
        return self._while_up(at, state, vouch, failing, is_enough)

    def _while_up(self, at, state, vouch, failing, is_enough):
        self._suspect(failing)
        if state != DOWN:
            if not is_enough:
                self._note_good(at)
            return False
        self.last_bad, self.goods, self.first_good = later(self.last_bad, at), 0, None
        since = first_since(failing, self.last_good)
        if not is_enough or since is None:
            return False
        if sum(each >= since for view in failing for each in view.bads) < self.bad_needed:
            return False
        return self._turn_down(since, self._good_before(since, vouch))

    def _while_down(self, at, state, failing, is_enough):
        if is_enough:
            self.goods, self.first_good = 0, None
        if state == DOWN:
            self.last_bad = later(self.last_bad, at) if is_enough else self.last_bad
        if is_enough or state == DOWN:
            return False
        self._note_good(at)
        if self.goods < self.good_needed:
            return False
        self._turn_up(min(self.last_bad or self.first_good, self.first_good))
        self._suspect(failing)
        return True

    def _suspect(self, views):
        """Keep what those that fail give reason to suspect."""
        if not self.is_down:
            failing = [each for each in views if each.bads]
            self.bads = sum(each.count for each in failing)
            self.first_bad = min((each.bads[0] for each in failing), default=None)

    def _first_views(self):
        """What the only place so far has seen."""
        if self.seen is None or self.until is None:
            return {}
        is_failing = self.bads and not self.goods
        bads = sorted({each for each in (self.first_bad, self.last_bad) if each is not None}) if is_failing else []
        count = max(self.bads, len(bads)) if bads else 0
        return {self.place: View(self.place, self.seen, self.until, count, tuple(bads))}


def seen_more(view, at, state, place, vouch):
    """What a place sees with one more look. A row of failures is not carried over time that it did not watch."""
    if state != DOWN:
        return View(place, at, at + vouch)
    if view is None or not view.bads or at > view.until:
        return View(place, at, at + vouch, 1, (at,))
    bads = (*view.bads, at)
    kept = bads if len(bads) <= BADS_KEPT else (bads[0], *bads[1 - BADS_KEPT :])
    return View(place, at, at + vouch, view.count + 1, kept)


def first_since(failing, good_at):
    """The first failure since the last good check: of a row that began since then, or else the first check since."""
    bads = [(at, view) for view in failing for at in view.bads if good_at is None or at > good_at]
    begun = [at for at, view in bads if at == view.bads[0]]
    return min(begun or [at for at, _ in bads], default=None)


def later(one, other):
    """The later of two instants, the first of which may be missing."""
    return other if one is None else max(one, other)
