"""A centre and two probers on hosts of their own: cables are cut, processes and servers killed, and nothing is lost.

The website stands on a fourth host and is reached over another network, also by a prober that is cut off.
"""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mainstay.watch.rules.slots import phase_s
from tests.mailbox import Mailbox
from tests.real.cluster import INTERVAL_S, MONITORS, PROBERS, STATE, STRETCHES, Cluster
from tests.real.hosts import hosts
from tests.real.installation import installed, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

MOVE_S_MAX = 15.0
GAP_S_MAX = 2 * INTERVAL_S - 0.1
"""A look a slot, each a little early or late."""


@pytest.fixture
def cluster(tmp_path: Path, smtp_sink: Mailbox) -> Iterator[Cluster]:
    names = ("centre", "london-1", "london-2", "site")
    with hosts(*names) as found, installed(tmp_path, smtp_sink.url) as installation:
        cluster = Cluster(found, installation)
        try:
            cluster.set_up()
            cluster.start()
            yield cluster
        finally:
            cluster.end()
            for name in ("judge-1", "judge-2", "london-1", "london-2"):  # shown when the test failed
                print(f"── {name}\n{cluster.log_of(name).read_text(errors='replace')[-6000:]}")


def test_nothing_is_lost_or_doubled_whatever_is_cut_or_killed(cluster: Cluster) -> None:
    until("both probers have their share", lambda: _shares(cluster) == MONITORS, timeout_s=40)
    time.sleep(2 * INTERVAL_S)
    began = time.time()

    away = _cut_centre(cluster)
    _kill_a_judge_and_the_message_server(cluster)
    cut = _cut_a_prober(cluster)
    moves = [cut.took_s, _kill_a_prober(cluster)]
    ended = time.time() - 2 * INTERVAL_S

    told = cluster.ask(PROBERS)
    assert told["set_aside"] == told["outages"] == 0
    assert all(abs(skew) < 1_000 for skew in told["skew_ms"].values())
    looks = cluster.seen()
    assert {state for _, _, _, state in looks} == {"up"}
    longest = max(_gaps(looks, began, ended))
    doubled = _doubled(looks, cut)
    print(f"{len(looks)} looks; the longest gap {longest:.1f} s; centre away {away:.0f} s; moved in {moves}")
    assert longest < MOVE_S_MAX + INTERVAL_S
    assert not doubled


def _shares(cluster: Cluster) -> int:
    """How many monitors are looked at, once both probers have some."""
    shares = cluster.ask(PROBERS)["monitors"].values()
    return sum(shares) if all(shares) else 0


def _cut_centre(cluster: Cluster) -> float:
    """Both probers go on; the centre says that it does not know; afterwards it knows everything."""
    cut_at = time.time()
    cluster.hosts.cut("centre")
    until("the centre does not know", lambda: cluster.ask(STATE, website=cluster.website) == "unknown", timeout_s=40)
    time.sleep(3 * INTERVAL_S)
    joined_at = time.time()
    before = _ledger(cluster, cut_at, joined_at)
    assert before["unknown"] > INTERVAL_S
    cluster.hosts.join("centre")
    until("it knows again", lambda: cluster.ask(STATE, website=cluster.website) == "up", timeout_s=40)
    until("what was seen is delivered", lambda: _ledger(cluster, cut_at, joined_at).keys() == {"up"}, timeout_s=30)
    meanwhile = [each for each in cluster.seen() if cut_at - GAP_S_MAX < each[1] < joined_at + GAP_S_MAX]
    assert max(_gaps(meanwhile, cut_at, joined_at)) < GAP_S_MAX
    print(f"ledger of the {joined_at - cut_at:.0f} s cut off: {before} -> {_ledger(cluster, cut_at, joined_at)}")
    return joined_at - cut_at


def _kill_a_judge_and_the_message_server(cluster: Cluster) -> None:
    killed_at = time.time()
    cluster.kill("judge-1")
    cluster.nats.kill()
    cluster.nats.start()
    for name in ("london-1", "london-2"):
        until(f"{name} is heard", lambda who=name: _heard_since(cluster, who, killed_at + INTERVAL_S), timeout_s=40)
    until(
        "the ledger has no hole",
        lambda: _ledger(cluster, killed_at - INTERVAL_S, killed_at + INTERVAL_S).keys() == {"up"},
        timeout_s=30,
    )
    looked_at = killed_at + 2 * INTERVAL_S
    until("each is looked at again", lambda: min(_last(cluster.seen())) > looked_at, timeout_s=40)
    looks = [each for each in cluster.seen() if each[1] > killed_at - 3 * INTERVAL_S]
    assert max(_gaps(looks, killed_at, looked_at)) < GAP_S_MAX


@dataclass
class Cut:
    """A prober that was cut off: when its work had moved, and from when until when it could not know that."""

    took_s: float
    start: float
    end: float


def _cut_a_prober(cluster: Cluster) -> Cut:
    """Its work moves to the other one in time; what it goes on to see is delivered."""
    cut_at = time.time()
    cluster.hosts.cut("london-1")
    cluster.until_all_seen_by("london-2", cut_at)
    took_s = max(_first(cluster.seen(), "london-2", cut_at)) - cut_at
    assert took_s < MOVE_S_MAX
    cluster.hosts.join("london-1")
    until("both have their share again", lambda: _shares(cluster) == MONITORS, timeout_s=40)
    until("it is heard", lambda: _heard_since(cluster, "london-1", time.time() - INTERVAL_S), timeout_s=30)
    assert any(cut_at < at < cut_at + took_s for _, at, who, _ in cluster.seen() if who == "london-1")
    return Cut(round(took_s, 1), cut_at, time.time())


def _kill_a_prober(cluster: Cluster) -> float:
    killed_at = time.time()
    cluster.kill("london-2")
    cluster.until_all_seen_by("london-1", killed_at)
    took_s = max(_first(cluster.seen(), "london-1", killed_at)) - killed_at
    assert took_s < MOVE_S_MAX
    return round(took_s, 1)


def _heard_since(cluster: Cluster, prober: str, since: float) -> bool:
    return any(who == prober and at > since for _, at, who, _ in cluster.seen())


def _ledger(cluster: Cluster, start: float, end: float) -> dict[str, float]:
    """Seconds by state, without those that are nothing."""
    found = cluster.ask(STRETCHES, website=cluster.website, start=start, end=end)
    return {state: seconds for state, seconds in found.items() if seconds > 0}


Looks = list[tuple[int, float, str, str]]


def _of_monitor(looks: Looks) -> dict[int, list[tuple[float, str]]]:
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for pk, at, prober, _ in sorted(looks):
        found[pk].append((at, prober))
    assert len(found) == MONITORS
    return found


def _gaps(looks: Looks, start: float, end: float) -> list[float]:
    """Seconds between two looks at a monitor, from the last before `start` to the first after `end`."""
    instants = [[at for at, _ in theirs] for theirs in _of_monitor(looks).values()]
    return [
        later - earlier
        for each in instants
        for earlier, later in itertools.pairwise(each)
        if later > start and earlier < end
    ]


def _first(looks: Looks, prober: str, since: float) -> list[float]:
    """When `prober` first looked at each monitor after `since`."""
    return [min(at for at, who in theirs if who == prober and at > since) for theirs in _of_monitor(looks).values()]


def _last(looks: Looks) -> list[float]:
    return [max(at for at, _ in theirs) for theirs in _of_monitor(looks).values()]


def _doubled(looks: Looks, cut: Cut) -> list[tuple[int, int]]:
    """Slots of a monitor in which two probers looked without need.

    Where it moved, one may follow another in a slot; and a prober that is cut off goes on, since it cannot know that
    its work has moved.
    """
    found = []
    for pk, theirs in _of_monitor(looks).items():
        slots: dict[int, set[str]] = defaultdict(set)
        for at, prober in theirs:
            if cut.start <= at <= cut.end:
                continue
            slots[int((at - phase_s(pk, INTERVAL_S)) // INTERVAL_S)].add(prober)
        twice = [slot for slot, probers in slots.items() if len(probers) > 1]
        found += [(pk, slot) for slot in twice if not _is_hand_over(slot, slots)]
    return found


def _is_hand_over(slot: int, slots: dict[int, set[str]]) -> bool:
    """Whether one prober looked before and the other after."""
    return slots.get(slot - 1) != slots.get(slot + 1)
