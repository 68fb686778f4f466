"""What time comes to by the agreement: every instant is one of up, degraded, down and charged, down and excluded,
unknown, or outside the agreement. Of what several say of an instant, the first that applies counts:

1. before the agreement began: outside;
2. nobody speaks for it: unknown;
3. an outage: down; excluded where that was agreed or the office is closed (when only office hours are charged),
   charged everywhere else;
4. degraded (charged like an outage where the agreement says so), or up.

Unknown time past its allowance, counted from the year's start, is charged where the agreement says so; time that could
not be charged as down is not counted towards it. The bounds: the least charges each outage from its first failed check
to its last one, the most from the last good check before it to the first good one after it.
"""

from datetime import date, timedelta
from typing import NamedTuple

from mainstay.watch.evidence.verify.instants import DAY, MINUTE, SECOND, instant, moment
from mainstay.watch.evidence.verify.judging import DEGRADED, UNKNOWN, UP
from mainstay.watch.evidence.verify.timeline import pieces, united

CHARGED, EXCLUDED, OUTSIDE, TO_COME = "down_charged", "down_excluded", "outside", "to_come"
STATES = (UP, DEGRADED, CHARGED, EXCLUDED, UNKNOWN, OUTSIDE)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Entry(NamedTuple):
    """A stretch of one state; whether the bounds of downtime charge it; whether it is unknown past the allowance."""

    start: int
    end: int
    state: str
    in_lower: bool = False
    in_upper: bool = False
    in_excess: bool = False


class Year(NamedTuple):
    """A contract year and how its time is counted. `unknown_before`: unknown time of it before the bundle begins."""

    start: int
    end: int
    allowance: int | None
    charges_degraded: bool
    hours: dict | None
    unknown_before: int = 0


def exclusions(windows, terms, granted=()):
    """The stretches that the agreement does not charge: announced work, by the terms when it began, and what of an
    outage was granted not to be charged.

    `terms`: versions, the oldest first; the first one also holds before it took effect.
    """
    for each in granted:
        yield instant(each["from"]), instant(each["to"])
    for window in windows:
        start, announced = instant(window["from"]), instant(window["announced_at"])
        version = next((each for each in reversed(terms) if instant(each["from"]) <= start), terms[0])
        notice = version["emergency_notice_s" if window["is_emergency"] else "planned_notice_s"] * SECOND
        in_time = window["cause"] != "planned" or (announced is not None and start - announced >= notice)
        if window["cause"] in version["excluded"] and in_time:
            yield start, instant(window["to"])


def divided(year, start, end, at, begins_at, states, outages, excluded):
    """[start, end) of a year as entries, as it stood at `at`; what is yet to come has none."""
    now = min(max(at, start), end)
    bounds = [bounds_of(each, now) for each in outages]
    layers = {
        "outside": [(start, begins_at)],
        "unseen": [each[:2] for each in states if each[2] == UNKNOWN],
        UP: [each[:2] for each in states if each[2] == UP],
        DEGRADED: [each[:2] for each in states if each[2] == DEGRADED],
        "lower": [each[0] for each in bounds],
        "outage": [each[1] for each in bounds],
        "upper": [each[2] for each in bounds],
        "excluded": list(excluded),
        "open": [(start, end)] if year.hours is None else list(openings(year.hours, start, end)),
        TO_COME: [(now, end)],
    }
    left = None if year.allowance is None else max(0, year.allowance - year.unknown_before)
    for low, high, counts in pieces(start, end, layers):
        if low >= now and not counts["outside"]:
            continue
        entry = entry_of(low, high, counts, year)
        if left is None or entry.state != UNKNOWN or not is_chargeable(counts):
            yield entry
            continue
        free = min(high - low, left)
        left -= free
        if free:
            yield entry._replace(end=low + free)
        if low + free < high:
            yield Entry(low + free, high, CHARGED, in_lower=True, in_upper=True, in_excess=True)


def bounds_of(outage, now):
    """The least, the point and the greatest stretch of an outage."""
    end = now if outage.end is None else outage.end
    end = max(outage.start, end)
    begun = outage.start if outage.start_after is None else min(outage.start, outage.start_after)
    seen = end if outage.end_after is None else max(outage.start, min(end, outage.end_after))
    return (outage.start, seen), (outage.start, end), (begun, end)


def entry_of(low, high, counts, year):
    """The entry of one piece of time."""
    state, is_slow = state_of(counts, year)
    in_lower = state == CHARGED and (is_slow or bool(counts["lower"]))
    in_upper = state == CHARGED or (state != OUTSIDE and is_chargeable(counts) and bool(counts["upper"]))
    return Entry(low, high, state, in_lower, in_upper)


def state_of(counts, year):
    """How a piece of time is counted, and whether it is charged for being degraded."""
    if counts["outside"]:
        return OUTSIDE, False
    if counts["unseen"]:
        return UNKNOWN, False
    is_slow = not counts["outage"] and bool(counts[DEGRADED])
    if counts["outage"] or (is_slow and year.charges_degraded):
        return (CHARGED, is_slow) if is_chargeable(counts) else (EXCLUDED, False)
    if is_slow:
        return DEGRADED, False
    return (UP if counts[UP] else UNKNOWN), False


def is_chargeable(counts):
    """Whether downtime would be charged then."""
    return bool(counts["open"]) and not counts["excluded"]


def sums(entries, start, end):
    """The length of [start, end) by state; what is charged, at least and at most; what of it is unknown time."""
    found = {**dict.fromkeys(STATES, 0), "lower": 0, "upper": 0, "excess": 0}
    for each in entries:
        length = min(each.end, end) - max(each.start, start)
        if length > 0:
            found[each.state] += length
            found["lower"] += length * each.in_lower
            found["upper"] += length * each.in_upper
            found["excess"] += length * each.in_excess
    found[TO_COME] = end - start - sum(found[name] for name in STATES)
    return found


def whole_seconds(found):
    """Sums in whole seconds, as reports print them: they add up, since what is left goes where most was cut off."""
    names = (*STATES, TO_COME)
    seconds = {name: found[name] // SECOND for name in names}
    missing = sum(found[name] for name in names) // SECOND - sum(seconds.values())
    for name in sorted(names, key=lambda each: (-(found[each] % SECOND), each))[:missing]:
        seconds[name] += 1
    return seconds


def openings(hours, start, end):
    """The office hours within [start, end): local wall-clock time in a window of the day that it began on."""
    zone, found = zone_of(hours["timezone"]), []
    for low, high, offset in offsets(zone, start, end):
        for day in range((low + offset) // DAY - 1, (high + offset - 1) // DAY + 1):
            for first, last in windows_of(hours, day):
                opens, closes = day * DAY + first * MINUTE - offset, day * DAY + last * MINUTE - offset
                if max(low, opens) < min(high, closes):
                    found.append((max(low, opens), min(high, closes)))
    return united(found)


def windows_of(hours, day):
    """The windows of a local day, by its number since 1970, in minutes since it began."""
    local = date(1970, 1, 1) + timedelta(days=day)
    written = hours["exceptions"].get(local.isoformat())
    if written is None:
        written = () if local.isoformat() in hours["holidays"] else hours["week"][WEEKDAYS[local.weekday()]]
    for first, last in written:
        opens, closes = minutes_of(first), minutes_of(last)
        yield opens, closes if closes > opens else closes + 24 * 60


def minutes_of(text):
    """A time of day in minutes."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def zone_of(name):
    """A time zone.

    Raises:
        SystemExit: this machine does not know it.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise SystemExit(f"This machine does not know the time zone {name}: install the package tzdata.") from None


def offsets(zone, start, end):
    """[start, end) cut where the clocks change: from, until, and how far local time is ahead."""
    low = start
    while low < end:
        high, offset = min(low + DAY, end), offset_at(zone, low)
        if offset_at(zone, high) != offset:
            high = change_between(zone, low, high)
        yield low, high, offset
        low = high


def change_between(zone, low, high):
    """The first whole second after `low`, up to `high`, with another offset than `low` has."""
    before, low, high = offset_at(zone, low), low // SECOND, -(-high // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset_at(zone, middle * SECOND) == before else (low, middle)
    return high * SECOND


def offset_at(zone, at):
    """How far local time is ahead of UTC at an instant."""
    return moment(at).astimezone(zone).utcoffset() // timedelta(microseconds=1)


def year_of(said, rules, website_id):
    """A year as the bundle gives it."""
    counted = rules[said["rules"]]
    allowance = counted["unknown_allowance_s"]
    return Year(
        instant(said["from"]),
        instant(said["to"]),
        None if allowance is None else round(allowance * SECOND),
        counted["degraded_is_charged"],
        counted["hours"],
        said["unknown_before_us"].get(str(website_id), 0),
    )
