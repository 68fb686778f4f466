"""What the bundle says of each website: its monitors, how often they look, and what was not looked at or believed."""

from collections import defaultdict

from mainstay.watch.evidence.verify.instants import SECOND, instant
from mainstay.watch.evidence.verify.judging import DOWN, UNKNOWN
from mainstay.watch.evidence.verify.settling import Outage

PROBER, CLOCK = "prober", "clock"
"""Why a gap is there: a place was not believed; its clock jumped. In any other nobody looked."""


class Monitor:
    """One way in which a website is looked at. At its `cuts` it was let go: what it had seen spoke for no more time."""

    def __init__(self, said):
        self.id, self.counts, self.is_ours = said["id"], said["counts"], said["source"] == "prober"
        self.bad_needed, self.good_needed = said["bad_needed"], said["good_needed"]
        self.watched_from, self.retired_at = instant(said["watched_from"]), instant(said["retired_at"])
        self.active = [(instant(start), instant(end)) for start, end in said["active"]]
        ends = [end for _, end in self.active if end is not None]
        self.cuts = sorted({*(instant(each) for each in said["let_go"]), *ends})
        self.vouches = [(instant(start), round(length * SECOND)) for start, length in said["vouches_s"]]
        self.spells = defaultdict(list)
        for each in said["spells"]:
            self.spells[each["place"]].append((instant(each["from"]), instant(each["to"]), each["state"]))

    @property
    def vouch_least(self):
        """For how long any of its checks speaks at least."""
        return min(length for _, length in self.vouches)

    def is_active(self, at):
        """Whether it was looked at, and counted, at an instant."""
        for start, end in self.active:  # noqa: SIM110 - asked of every look: a generator takes twice as long
            if start <= at and (end is None or at < end):
                return True
        return False

    def vouch(self, at):
        """For how long a check made at an instant speaks for the time after it."""
        found = self.vouches[0][1]
        for start, length in self.vouches:
            if start is not None and start <= at:
                found = length
        return found


class Website:
    """One website with its monitors, the outages that no check here makes, and what is not charged.

    `given` were brought in from another monitor. `stated` are a person's word, and so is it that those `taken_back`
    were none. `windows` are excluded as the terms say, `granted` in any case.
    """

    def __init__(self, said, monitors, gaps, windows, granted):
        self.id, self.name, self.url = said["id"], said["name"], said["url"]
        self.rule, self.quorum = said["rule"], said["quorum"]
        self.looked_after_from, self.known_from = instant(said["looked_after_from"]), instant(said["known_from"])
        self.counting = [each for each in monitors if each.counts]
        self.monitors = [each for each in self.counting if each.is_ours]
        self.gaps = gaps
        self.given = [outage_of(each) for each in said["outages"]]
        self.open_at_start = outage_of(said["open_at_start"]) if said["open_at_start"] else None
        self.stated = [outage_of(each) for each in said["stated"]]
        self.taken_back = [outage_of(each) for each in said["taken_back"]]
        self.windows, self.granted = windows, granted

    @property
    def is_partly_given(self):
        """Whether some of what was seen comes from another monitor, and of no check here."""
        return bool(self.given or any(each.spells for each in self.counting))

    def gaps_of(self, monitor_id, place):
        """The gaps of a monitor at a place, in order: from, until, why."""
        return sorted(each[2:] for each in self.gaps if each[0] in (None, monitor_id) and each[1] == place)

    def shown(self, monitor_id, place):
        """What the judge is shown of a check: a function of its instant and state."""
        gaps = [each for each in self.gaps_of(monitor_id, place) if each[2] in (PROBER, CLOCK)]

        def state_shown(at, state):
            for start, end, why in gaps:
                if start <= at < end and (why == CLOCK or state == DOWN):
                    return UNKNOWN
            return state

        return state_shown


def outage_of(said):
    """An outage as the bundle gives it."""
    edges = (instant(said[name]) for name in ("started_at", "ended_at", "started_after", "ended_after"))
    return Outage(*edges)


def websites_of(manifest):
    """The websites of the bundle."""
    gaps = [
        (each["monitor"], each["place"], instant(each["from"]), instant(each["to"]), each["reason"])
        for each in manifest["gaps"]
    ]
    for said in manifest["websites"]:
        monitors = [Monitor(each) for each in manifest["monitors"] if each["website"] == said["id"]]
        ids = {None, *(each.id for each in monitors)}
        own, key = [each for each in gaps if each[0] in ids], str(said["id"])
        yield Website(said, monitors, own, manifest["windows"][key], manifest["granted"][key])
