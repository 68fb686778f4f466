"""How a website stood at every instant, from its runs of checks, gaps and outages.

Every check speaks for the time after it, until the next one was due and as long again. Time for which no check of a
monitor speaks, or in which nobody looked, is unknown to that monitor. The website is unknown while so many of its
monitors are that they alone could make it down.
"""

from collections import defaultdict

from mainstay.watch.evidence.verify.judging import DEGRADED, DOWN, UNKNOWN, UP
from mainstay.watch.evidence.verify.pace import states_at_pace
from mainstay.watch.evidence.verify.settling import needed


def pieces(start, end, layers):
    """[start, end) cut at every edge of a layer: from, until, and how many stretches of each layer cover it.

    `layers`: by name, stretches of time (from, until).
    """
    moves = []
    for name, stretches in layers.items():
        for low, high in stretches:
            if max(low, start) < min(high, end):
                moves += [(max(low, start), name, 1), (min(high, end), name, -1)]
    counts, at = dict.fromkeys(layers, 0), start
    for instant, name, step in sorted(moves):
        if instant > at:
            yield at, instant, counts
            at = instant
        counts[name] += step
    if at < end:
        yield at, end, counts


def covered(runs, monitor, states, passing=()):
    """What one place saw of a monitor: stretches (from, until, state) for which its checks speak."""
    found, ordered = [], sorted(runs, key=lambda each: each.first)
    pairs = zip(ordered, [*ordered[1:], None], strict=False)
    ends = [spoken_until(run, monitor, states[run.code], following) for run, following in pairs]
    shown = states_at_pace(ordered, ends, states, passing)
    for run, end, state in zip(ordered, ends, shown, strict=True):
        start = run.first
        if found and found[-1][1] >= start:
            before = found[-1]
            before[1] = max(before[3], min(before[1], start))
            if before[2] == state and before[1] == start:
                before[1], before[3] = end, run.last
                continue
        found.append([start, end, state, run.last])
    return [tuple(each[:3]) for each in found]


def spoken_until(run, monitor, state, following):
    """Until when the last check of a run speaks: until its monitor is let go, where it failed not even so long."""
    end = run.last + monitor.vouch(run.last)
    until = end if following is None else min(end, following.first)
    cut = next((each for each in monitor.cuts if run.last <= each < until), None)
    if cut is None:
        return end
    return run.last if state == DOWN else cut


def without(stretches, gaps):
    """Stretches (from, until, state) with the time of gaps (from, until, …), in their order, cut out."""
    for start, end, state in stretches:
        at = start
        for gap in gaps:
            if gap[0] >= end:
                break
            if gap[0] > at:
                yield at, gap[0], state
            at = max(at, gap[1])
        if at < end:
            yield at, end, state


def united(stretches):
    """Stretches (from, until) in order, with those that touch or overlap made one."""
    found = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def states_of(website, seen, outages, start, end):
    """[start, end) in stretches of one state each. `seen`: by monitor, stretches of all its places, gaps taken out."""
    layers = defaultdict(list)
    layers["outage"] = [(each.start, end if each.end is None else each.end) for each in outages]
    for monitor in website.counting:
        low, high = monitor.watched_from, end if monitor.retired_at is None else monitor.retired_at
        layers["counted"].append((low, high))
        for name, wanted in (("vouched", (UP, DEGRADED, DOWN)), ("degraded", (DEGRADED,))):
            spoken = united(each[:2] for each in seen[monitor.id] if each[2] in wanted)
            layers[name] += [(max(low, each[0]), min(high, each[1])) for each in spoken]
    names = ("counted", "vouched", "degraded", "outage")
    for low, high, counts in pieces(start, end, {name: layers[name] for name in names}):
        yield low, high, _state(website, counts)


def _state(website, counts):
    if not counts["counted"]:
        return UNKNOWN
    enough = needed(website.rule, website.quorum, counts["counted"])
    if counts["outage"]:
        return DOWN if counts["vouched"] >= enough else UNKNOWN
    if counts["counted"] - counts["vouched"] >= enough:
        return UNKNOWN
    return DEGRADED if counts["degraded"] else UP
