"""What was seen of each monitor, gathered from all day files: runs for the time they speak for, looks for the judge."""

from collections import defaultdict

from mainstay.watch.evidence.verify.instants import DAY, instant
from mainstay.watch.evidence.verify.judging import DOWN
from mainstay.watch.evidence.verify.rows import Run, each_of
from mainstay.watch.evidence.verify.timeline import covered, united, without
from mainstay.watch.evidence.verify.with_arrow import WithArrow
from mainstay.watch.evidence.verify.with_duckdb import WithDuckDB

AROUND = 3
"""So many times the length for which a check speaks, around a failure, every check is looked at where places have to
agree: what lies further away has no part in what they say."""


class Seen:
    """The runs, and the single checks near what matters, by monitor and place."""

    def __init__(self, states, passing=()):
        self.states, self.passing = states, passing
        self.runs = defaultdict(lambda: defaultdict(list))
        self.near = defaultdict(lambda: defaultdict(list))

    def places(self, monitor):
        """Where the monitor was looked at from."""
        return sorted(self.runs[monitor.id])

    def failed(self, website):
        """By monitor and place: when checks failed, in no order."""
        found = defaultdict(list)
        for monitor in website.monitors:
            for place, runs in self.runs[monitor.id].items():
                found[monitor.id, place] += (each.first for each in runs if self.states[each.code] == DOWN)
        return found

    def split(self, monitor):
        """Cut runs where the monitor was let go in the midst of them."""
        for place, runs in self.runs[monitor.id].items():
            for cut in monitor.cuts:
                near = [at for at, _ in self.near[monitor.id][place]]
                runs[:] = [part for run in runs for part in parts_of(run, cut, near)]

    def looks(self, website):
        """What the judge is shown, in no order: monitor, instant, state, place."""
        for monitor in website.monitors:
            for place, runs in self.runs[monitor.id].items():
                shown, codes = website.shown(monitor.id, place), {}
                for code, *instants in runs:
                    for at in instants:
                        if at is not None:
                            codes.setdefault(at, code)
                for at, code in self.near[monitor.id][place]:
                    codes.setdefault(at, code)
                for at, code in codes.items():
                    yield monitor.id, at, shown(at, self.states[code]), place

    def stretches(self, website):
        """By monitor: the stretches for which its checks speak, in all places, gaps taken out."""
        found = defaultdict(list)
        for monitor in website.counting:
            for place, spells in monitor.spells.items():
                found[monitor.id] += without(spells, website.gaps_of(monitor.id, place))
            for place, runs in self.runs[monitor.id].items():
                gaps = website.gaps_of(monitor.id, place)
                found[monitor.id] += without(covered(runs, monitor, self.states, self.passing), gaps)
        return found


def reader():
    """What reads the files: duckdb, or else pyarrow.

    Raises:
        SystemExit: neither is there.
    """
    try:
        import duckdb  # noqa: F401

        return WithDuckDB()
    except ImportError:
        try:
            return WithArrow()
        except ImportError:
            raise SystemExit("One of the packages duckdb and pyarrow is needed.") from None


def gathered(reader, days, websites, states, passing=()):
    """Everything that was seen of `websites`. `passing`: the codes of checks that were slow."""
    found, monitors = Seen(states, passing), [each for website in websites for each in website.monitors]
    vouches = {each.id: each.vouch_least for each in monitors}
    good = {code for code, state in states.items() if state != DOWN}
    if not monitors:
        return found
    for day, runs in zip(days, each_of(days, lambda each: reader.runs(each, vouches, good)), strict=True):
        for (_, monitor_id), some in runs.items():
            found.runs[monitor_id][day.place] += some
    spans = {each.id: spans_of(each, found) for each in monitors}
    asked = [(day, [(pk, *each) for pk, some in spans.items() for each in some if is_on(day, each)]) for day in days]
    asked = [each for each in asked if each[1]]
    for (day, _), rows in zip(asked, each_of(asked, lambda each: reader.near(*each)), strict=True):
        for monitor_id, at, code in rows:
            found.near[monitor_id][day.place].append((at, code))
    for monitor in monitors:
        found.split(monitor)
    return found


def spans_of(monitor, seen):
    """The stretches in which every check of a monitor matters: where it was let go, and where places have to agree."""
    around, runs = AROUND * max(length for _, length in monitor.vouches), seen.runs[monitor.id]
    middles = list(monitor.cuts)
    if len(runs) > 1:
        middles += [run.first for some in runs.values() for run in some if seen.states[run.code] == DOWN]
    return united((at - around, at + around) for at in middles)


def is_on(day, span):
    """Whether a stretch touches the UTC day of some files."""
    start = instant(f"{day.day}T00:00:00+00:00")
    return span[0] < start + DAY and span[1] >= start


def parts_of(run, cut, near):
    """A run, or its two parts where it was cut in the midst."""
    before = max((at for at in near if run.first <= at < cut), default=None)
    after = min((at for at in near if cut <= at <= run.last), default=None)
    if before is None or after is None:
        return [run]
    return [Run(run.code, run.first, before, run.second), Run(run.code, after, run.last)]
