"""What was worked out from the checks, and what the bundle says of monitors and gaps, held against the sealed facts."""

from collections import defaultdict

from mainstay.watch.evidence.verify.instants import SECOND, instant, lasting, said
from mainstay.watch.evidence.verify.sealed import facts_told
from mainstay.watch.evidence.verify.settling import Outage, is_same
from mainstay.watch.evidence.verify.website import CLOCK, PROBER

OPENED, CLOSED = "watch.outage_opened", "watch.outage_closed"
CORRECTED, VOIDED = "watch.outage_corrected", "watch.outage_voided"
GRANTED, REVOKED = "watch.exclusion_granted", "watch.exclusion_ended"
BEGINS = {"watch.monitor_added", "watch.monitor_resumed", "watch.monitor_restored"}
ENDS = {"watch.monitor_paused", "watch.monitor_retired"}
ALTERS = {"watch.monitor_changed", "clients.client_edited"}
ISSUED = "report.issued"


class Told:
    """What the sealed facts tell, read once: of outages, monitors, exclusions and reports."""

    def __init__(self, facts, open_at_start):
        self.outages = told_outages(facts, open_at_start)
        self.edges, self.lengths, self.changes = {}, {}, set()
        for kind, at, body in facts_told(facts, *BEGINS, *ENDS, *ALTERS):
            if kind in BEGINS | ENDS:
                self.edges[body["monitor_id"], at] = kind
            if kind in ALTERS:
                self.changes.add(at)
            if body.get("vouches_s") is not None:
                self.lengths[body["monitor_id"], at] = round(body["vouches_s"] * SECOND)
        self.granted, self.ended = {}, set()
        for kind, _, body in facts_told(facts, GRANTED, REVOKED):
            if kind == GRANTED:
                self.granted[body["exclusion_id"]] = (instant(body["starts_at"]), instant(body["ends_at"]))
            else:
                self.ended.add(body["exclusion_id"])
        self.reports = {body["number"]: body for _, _, body in facts_told(facts, ISSUED)}
        self._entries = defaultdict(list)
        for kind, at, body in facts_told(facts, OPENED, CORRECTED, VOIDED, GRANTED, REVOKED):
            if kind != OPENED or body["is_past"]:
                self._entries[body["website_id"]].append(at)

    def is_begun(self, monitor, at):
        """Whether a monitor was looked at from an instant on."""
        return self.edges.get((monitor.id, at)) in BEGINS

    def is_let_go(self, monitor, at):
        """Whether a monitor was paused or ended at an instant, or its website was no longer looked after."""
        return self.edges.get((monitor.id, at)) in ENDS or at in self.changes

    def put_right_since(self, website, at):
        """How many entries have put the record of a website right since an instant."""
        return sum(each > at for each in self._entries[website.id])


def told_outages(facts, open_at_start):
    """The outages by website that the facts tell of, corrected ones as corrected."""
    began, ended, gone = {}, {}, set()
    for each in open_at_start:  # on already before the facts of the bundle begin
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


def definitions(website, told, start, end):
    """When a monitor was looked at, how long its checks speak, when rules changed: that must be in the sealed facts."""
    name = website.name
    for monitor in website.monitors:
        begins = [(each, told.is_begun(monitor, each), "looked at again") for each, _ in monitor.active]
        ends = [(each, told.is_let_go(monitor, each), "no longer looked at") for each in monitor.cuts]
        for at, is_told, what in [*begins, *ends]:
            if start <= at < end and not is_told:
                yield f"{name}: monitor {monitor.id} is said to be {what} from {said(at)} on; no fact says so"
        for at, length in monitor.vouches:
            if at is not None and start <= at < end and told.lengths.get((monitor.id, at)) != length:
                what = f"to speak {lasting(length)} from {said(at)} on"
                yield f"{name}: the checks of monitor {monitor.id} are said {what}; no fact says so"
    if website.known_from is not None and start < website.known_from < end and website.known_from not in told.changes:
        yield f"{name}: its rules are said to have changed at {said(website.known_from)}; no fact says so"


def grants(website, told, until):
    """That time of an outage is not charged must be in the sealed facts, but for what is younger than these."""
    for each in website.granted:
        edges = (instant(each["starts_at"]), instant(each["to"]))
        is_told = told.granted.get(each["id"]) == edges and each["id"] not in told.ended
        if not is_told and instant(each["granted_at"]) < until:
            span = f"{said(edges[0])} to {said(edges[1])}"
            yield f"{website.name}: {span} is left out of the charge, and no sealed fact says that this was granted"
