"""What the checks make of one website: its outages, and what any stretch of time comes to by the agreement."""

from mainstay.watch.evidence.verify.counting import divided, exclusions, sums, whole_seconds, year_of
from mainstay.watch.evidence.verify.instants import SECOND, instant
from mainstay.watch.evidence.verify.judging import UNKNOWN
from mainstay.watch.evidence.verify.settling import LATE_AFTER, Outage, is_same, judged
from mainstay.watch.evidence.verify.timeline import states_of, without


class Worked:
    """What the checks make of one website: its outages, and what was seen of it."""

    def __init__(self, website, seen):
        self.website, self.places = website, {place for each in website.monitors for place in seen.places(each)}
        made = judged(website, list(seen.looks(website)), website.open_at_start)
        known = [each for each in made if not any(given.holds(each.start) for given in website.given)]
        own = [each for each in known if not any(is_same(each, back, self.lag) for back in website.taken_back)]
        self.outages = sorted([*website.given, *website.stated, *own], key=lambda each: each.start)
        self.stretches = seen.stretches(website)
        self.failed = seen.failed(website)

    @property
    def lag(self):
        """By how much an edge may differ: places lag behind one another, one place is always in order."""
        return LATE_AFTER if len(self.places) > 1 else 0

    def tolerance(self, key):
        """By how many seconds a figure may differ. An edge that late checks move by no more than the lag is left as it
        was, also where they move a bound of it, by no more than the time for which a check speaks.
        """
        edge = self.lag
        if edge and key in ("lower", "upper"):
            edge = max(length for each in self.website.monitors for _, length in each.vouches)
        return 2 * edge * len(self.outages) // SECOND

    def entries(self, year, start, end, at, begins_at, excluded):
        """[start, end) of a year, divided by state, as it stood at `at`."""
        begun = [each for each in self.outages if each.start < at]
        until = max(start, min(end, at))
        ended = [Outage(each.start, at if each.end is None else each.end) for each in begun]
        stated = sorted((each.start, at if each.end is None else each.end) for each in self.website.stated)
        stood = states_of(self.website, self.stretches, ended, start, until)
        states = list(vouched_for(stood, stated))
        return divided(year, start, end, at, begins_at, states, begun, excluded)


def vouched_for(states, stated):
    """States without the unknown time of stated outages: a person vouches for these, where nobody was watching."""
    for each in states:
        yield from without([each], stated) if each[2] == UNKNOWN else [each]


class Figures:
    """What [start, end) of a website comes to as an account counts it: lengths by state, and what may be `attested`."""

    def __init__(self, worked, account, rules, terms, covered):
        self.start, self.end, self.at = (instant(account[name]) for name in ("from", "to", "at"))
        website, entries = worked.website, []
        self.planned = list(exclusions(website.windows, terms))
        excluded = [*self.planned, *exclusions((), terms, website.granted)]
        contract = instant(account["begins_at"])
        for said_year in account["years"]:
            year = year_of(said_year, rules, website.id)
            begins_at = max(year.start if contract is None else contract, website.looked_after_from)
            start = year.start if begins_at >= covered else max(year.start, covered)
            if start < year.end:
                entries += worked.entries(year, start, year.end, self.at, begins_at, excluded)
        self.entries, self.begins = entries, max(contract or 0, website.looked_after_from)
        self.exact = self.within(self.start, self.end)
        self.carried = sum(each["unknown_before_us"].get(str(website.id), 0) for each in account["years"])

    def within(self, start, end):
        """The lengths of a part of it."""
        return sums(self.entries, start, end)


def seconds_of(exact):
    """Sums as the figures have them: the states in whole seconds that add up, the bounds rounded."""
    return {**whole_seconds(exact), **{name: round(exact[name] / SECOND) for name in ("lower", "upper", "excess")}}
