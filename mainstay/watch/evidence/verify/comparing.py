"""What was worked out from the checks, held against the sealed facts and against the figures of the reports."""

import json
from collections import defaultdict
from hashlib import sha256

from mainstay.watch.evidence.verify.counting import (
    CHARGED,
    EXCLUDED,
    OUTSIDE,
    TO_COME,
    divided,
    exclusions,
    sums,
    whole_seconds,
    year_of,
)
from mainstay.watch.evidence.verify.instants import SECOND, instant, lasting, said
from mainstay.watch.evidence.verify.judging import DEGRADED, UNKNOWN, UP
from mainstay.watch.evidence.verify.sealed import facts_told
from mainstay.watch.evidence.verify.settling import LATE_AFTER, Outage, is_same, judged
from mainstay.watch.evidence.verify.timeline import states_of, united
from mainstay.watch.evidence.verify.website import CLOCK, PROBER

OPENED, CLOSED = "watch.outage_opened", "watch.outage_closed"
CORRECTED, VOIDED = "watch.outage_corrected", "watch.outage_voided"
ISSUED = "report.issued"
BEGINS = {"watch.monitor_added", "watch.monitor_resumed", "watch.monitor_restored"}
ENDS = {"watch.monitor_paused", "watch.monitor_retired"}
WORDS = {
    UP: "up",
    DEGRADED: "degraded",
    CHARGED: "down and charged",
    "lower": "down and charged at least",
    "upper": "down and charged at most",
    EXCLUDED: "down and not charged",
    UNKNOWN: "unknown",
    OUTSIDE: "outside the agreement",
    TO_COME: "yet to come",
}


class Worked:
    """What the checks make of one website: its outages, and what was seen of it."""

    def __init__(self, website, seen):
        self.website, self.places = website, {place for each in website.monitors for place in seen.places(each)}
        made = judged(website, list(seen.looks(website)), website.open_at_start)
        own = [each for each in made if not any(given.holds(each.start) for given in website.given)]
        self.outages = sorted([*website.given, *own], key=lambda each: each.start)
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
        states = list(states_of(self.website, self.stretches, ended, start, until))
        return divided(year, start, end, at, begins_at, states, begun, excluded)


class Figures:
    """What [start, end) of a website comes to as an account counts it: lengths by state, and what may be `attested`."""

    def __init__(self, worked, account, rules, terms, covered):
        self.start, self.end, self.at = (instant(account[name]) for name in ("from", "to", "at"))
        website, entries = worked.website, []
        excluded = list(exclusions(website.windows, terms))
        contract = instant(account["begins_at"])
        for said_year in account["years"]:
            year = year_of(said_year, rules, website.id)
            begins_at = max(year.start if contract is None else contract, website.looked_after_from)
            start = year.start if begins_at >= covered else max(year.start, covered)
            if start < year.end:
                entries += worked.entries(year, start, year.end, self.at, begins_at, excluded)
        self.entries, self.begins = (
            entries,
            website.looked_after_from if contract is None else max(contract, website.looked_after_from),
        )
        self.exact = self.within(self.start, self.end)
        self.carried = sum(each["unknown_before_us"].get(str(website.id), 0) for each in account["years"])

    def within(self, start, end):
        """The lengths of a part of it."""
        return sums(self.entries, start, end)


def told_outages(manifest_outages, facts):
    """The outages by website that the facts tell of, corrected ones as corrected, by their numbers."""
    began, ended, gone = {}, {}, set()
    for each in manifest_outages:  # on already before the facts of the bundle begin
        began[each["id"]] = (each["website_id"], instant(each["started_at"]))
    for kind, _, body in facts_told(facts, OPENED, CLOSED, CORRECTED, VOIDED):
        number = body["outage_id"]
        if kind == OPENED:
            began[number] = (body["website_id"], instant(body["started_at"]))
        elif kind == CLOSED:
            ended[number] = instant(body["ended_at"])
        else:
            gone.add(number)
        if kind == CORRECTED:
            began[body["corrected_id"]] = (body["website_id"], instant(body["started_at"]))
            if body["ended_at"]:
                ended[body["corrected_id"]] = instant(body["ended_at"])
    found = defaultdict(list)
    for number, (website_id, at) in sorted(began.items()):
        if number not in gone:
            found[website_id].append(Outage(at, ended.get(number)))
    return found


def outages_compared(worked, told, start, end):
    """What the checks make and the facts do not tell, and the other way round.

    Edges outside of [start, end), or where a clock jumped, cannot be compared.
    """
    jumps = [each for each in worked.website.gaps if each[4] == CLOCK]

    def is_comparable(outage):
        is_inside = start < outage.start < end and (outage.end is None or outage.end < end)
        edges = (outage.start, outage.end or outage.start)
        return is_inside and not any(low <= edge <= high for _, _, low, high, _ in jumps for edge in edges)

    left = list(told)
    for made in worked.outages:
        same = next((each for each in left if is_same(made, each, worked.lag)), None)
        if same is not None:
            left.remove(same)
        elif is_comparable(made):
            edges = f"{said(made.start)} to {said(made.end)}"
            yield f"{worked.website.name}: by the checks it was down {edges}, and no sealed fact says so"
    for each in left:
        if is_comparable(each):
            edges = f"{said(each.start)} to {said(each.end)}"
            yield f"{worked.website.name}: a sealed fact says down {edges}, and the checks do not"


def hidden(worked):
    """Failures in time of which the prober says that it did not look.

    A prober that ended suddenly was last heard of a little before: what it saw in that time is none of these.
    """
    name = worked.website.name
    for which, place, start, end, why in worked.website.gaps:
        if why in (PROBER, CLOCK):
            continue
        for monitor in worked.website.monitors:
            if which in (None, monitor.id):
                after = start + monitor.vouch(start)
                many = sum(after < at < end for at in worked.failed[monitor.id, place])
                if many:
                    span = f"{said(start)} to {said(end)}"
                    yield f"{name}: nobody is said to have looked from {span}, and {many} checks of that time failed"


def pauses(website, facts, start, end):
    """That a monitor was not looked at, or looked at again, must be in the sealed facts."""
    known = {(body["monitor_id"], at): kind for kind, at, body in facts_told(facts, *BEGINS, *ENDS)}
    for monitor in website.counting:
        edges = [(each[0], BEGINS) for each in monitor.active] + [(each[1], ENDS) for each in monitor.active]
        for at, kinds in edges:
            if at is not None and start <= at < end and known.get((monitor.id, at)) not in kinds:
                what = "looked at again" if kinds is BEGINS else "no longer looked at"
                yield f"{website.name}: monitor {monitor.id} is said to be {what} from {said(at)} on; no fact says so"


def differences(worked, what, made, figures):
    """Figures in seconds that are not those which the checks make, both named."""
    for key, word in WORDS.items():
        if key in figures and abs(made[key] - figures[key]) > worked.tolerance(key):
            yield (
                f"{worked.website.name}: {what} says {lasting(figures[key] * SECOND)} {word}, the checks make "
                f"{lasting(made[key] * SECOND)}"
            )


def seconds_of(exact):
    """Sums as the figures have them: the states in whole seconds that add up, the bounds rounded."""
    return {**whole_seconds(exact), **{name: round(exact[name] / SECOND) for name in ("lower", "upper", "excess")}}


def report_of(folder, account, facts):
    """The figures of an issued report as they lie in the bundle, and what is wrong with the file, if anything is."""
    path = folder / account["file"]
    if not path.is_file():
        return None, f"report no. {account['report']} is missing here"
    content = path.read_bytes()
    issued = {body["number"]: body["figures_sha256"] for _, _, body in facts_told(facts, ISSUED)}
    digest = sha256(content).hexdigest()
    sealed = issued.get(account["report"])
    problem = ""
    if sealed is not None and sealed != digest:
        problem = f"report no. {account['report']} is not the one that was issued: its figures were altered"
    return json.loads(content), problem


def attested_time(website, start, end):
    """How much of [start, end) is unknown because a place was not believed."""
    gaps = (each for each in website.gaps if each[4] == PROBER)
    found = united((max(low, start), min(high, end)) for _, _, low, high, _ in gaps if max(low, start) < min(high, end))
    return sum(high - low for low, high in found)


def why_attested(worked, covered):
    """Why a website's figures cannot be worked out here; empty when they can be."""
    website = worked.website
    if website.known_from is not None and website.known_from > covered:
        return f"it was watched by other rules before {said(website.known_from)}"
    return ""


def summed(seconds):
    """Figures in one line."""
    parts = ", ".join(f"{WORDS[name]} {lasting(seconds[name] * SECOND)}" for name in (UP, DEGRADED, EXCLUDED, UNKNOWN))
    bounds = f"at least {lasting(seconds['lower'] * SECOND)}, at most {lasting(seconds['upper'] * SECOND)}"
    rest = "".join(f", {WORDS[name]} {lasting(seconds[name] * SECOND)}" for name in (OUTSIDE, TO_COME) if seconds[name])
    if seconds.get("excess"):
        bounds += f"; {lasting(seconds['excess'] * SECOND)} of it unknown, past its allowance"
    return f"{WORDS[CHARGED]} {lasting(seconds[CHARGED] * SECOND)} ({bounds}), {parts}{rest}"
