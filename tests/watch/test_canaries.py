"""The prober's side of doubts: when it looks at canaries and at others, and what it makes anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from mainstay.common.settings import SettingWrong, load
from mainstay.watch.codes import Code, State
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Finding
from mainstay.watch.models import CanaryCheck, Outage, ProberDoubt
from mainstay.watch.prober import canaries as module
from mainstay.watch.prober.canaries import AGAIN_S, EVERY_S, SILENT_EVERY_S, Canaries, answers
from mainstay.watch.prober.schedule import Assignment, Schedule
from mainstay.watch.rules.judge import Look, vouch
from tests.cast import Cast
from tests.mailbox import free_port
from tests.watch.servers import page, serving
from tests.watch.test_main import monitor_on, until, watching
from tests.watch.world import REFUSED, START

OK_FINDING, BAD_FINDING = Finding(Code.OK), Finding(REFUSED)


class Clock:
    """A clock and an engine that the test moves: what is asked of them is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1000.0
        self.began: list[float] = []
        self._done = None
        monkeypatch.setattr(module, "boot_s", lambda: self.now_s)

    def start(self, _steps: object, _timeout_s: float, done: object) -> None:
        self.began.append(self.now_s)
        self._done = done

    def answer(self, finding: Finding) -> None:
        self._done(finding)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def began(clock: Clock, canaries: Canaries, findings: list[Finding], seconds: float) -> list[float]:
    """When looks began within so many seconds, each of which finds the next of `findings`, the last one again."""
    start_s, left = clock.now_s, list(findings)
    while clock.now_s <= start_s + seconds:
        before = len(clock.began)
        canaries.tick(clock.now_s)
        if len(clock.began) > before:
            clock.answer(left.pop(0) if len(left) > 1 else left[0])
        clock.now_s += 0.5
    return [each - start_s for each in clock.began]


def test_a_canary_that_answers_is_looked_at_twice_and_then_every_half_minute(clock: Clock) -> None:
    canaries = Canaries(clock, ["https://one.example/"], lambda *_: None)

    assert began(clock, canaries, [OK_FINDING], 65) == [0, AGAIN_S, AGAIN_S + EVERY_S, AGAIN_S + 2 * EVERY_S]


def test_one_that_fails_is_looked_at_again_soon_and_then_less_often(clock: Clock) -> None:
    canaries = Canaries(clock, ["one.example:443"], lambda *_: None)

    assert began(clock, canaries, [OK_FINDING, OK_FINDING, BAD_FINDING], 50) == [
        0,
        AGAIN_S,
        AGAIN_S + EVERY_S,
        2 * AGAIN_S + EVERY_S,
        2 * AGAIN_S + EVERY_S + SILENT_EVERY_S,
    ]


def test_a_suspicion_brings_the_look_forward_but_not_on_top_of_another(clock: Clock) -> None:
    canaries = Canaries(clock, ["https://one.example/"], lambda *_: None)
    began(clock, canaries, [OK_FINDING], 10)
    clock.began.clear()

    canaries.suspect(clock.now_s)
    assert began(clock, canaries, [OK_FINDING], 0) == [0]
    canaries.suspect(clock.now_s)
    canaries.tick(clock.now_s)
    assert len(clock.began) == 1


def test_one_that_may_not_be_looked_at_is_left_out(clock: Clock) -> None:
    heard: list[str] = []
    canaries = Canaries(clock, ["http://one.example/"], lambda address, *_: heard.append(address))
    canaries.tick(clock.now_s)

    clock.answer(Finding(Code.ADDRESS_REFUSED))

    assert (heard, bool(canaries)) == ([], False)


@pytest.mark.parametrize(
    ("finding", "answered"),
    [
        (Finding(Code.OK), True),
        (Finding(Code.SLOW), True),
        (Finding(Code.HTTP_STATUS, status=503), True),
        (Finding(Code.CONNECTION_FAILED), False),
        (Finding(Code.PROBER_FAULT), False),
    ],
)
def test_any_answer_proves_the_uplink(finding: Finding, answered: bool) -> None:
    assert answers(finding) is answered


def schedule_of(many: int, hosts: int) -> Schedule:
    schedule = Schedule(origin_s=0.0)
    specs = [Spec("http", f"https://{number % hosts}.example/") for number in range(many)]
    schedule.assign([Assignment(number + 1, 1, 3600, spec) for number, spec in enumerate(specs)], {}, 0.0)
    list(schedule.take_due(100.0))
    return schedule


@pytest.mark.parametrize(("hosts", "asked"), [(100, 12), (5, 5), (1, 1)])
def test_other_websites_are_looked_at_each_on_a_host_of_its_own(hosts: int, asked: int) -> None:
    schedule = schedule_of(100, hosts)

    schedule.bring_forward(12, 100.0)

    turns = list(schedule.take_due(101.0))
    found = {slot.entry.assignment.spec.url for slot in turns}
    assert len(found) == len(turns) <= asked
    assert len(turns) >= min(asked, 12) - 4


def test_what_failed_is_looked_at_afresh_and_suspected_as_new() -> None:
    schedule = schedule_of(3, 3)
    entry = schedule.entries[2]
    for second in (0, 5, 10):
        look = Look(START + timedelta(seconds=second), State.DOWN, vouch(3600), REFUSED)
        schedule.finished(entry, look, 100.0 + second)
    list(schedule.take_due(120.0))

    schedule.look_afresh(120.0)

    assert [slot.entry for slot in schedule.take_due(120.1)] == [entry]
    assert not entry.memory.is_down
    after = Look(START + timedelta(seconds=30), State.DOWN, vouch(3600), REFUSED)
    assert schedule.finished(entry, after, 121.0) == "suspected"


@pytest.mark.parametrize("written", ["https://one.example/,two.example:443", "192.0.2.1:53", "http://127.0.0.1:8080/"])
def test_canaries_are_addresses_or_a_name_with_a_port(written: str) -> None:
    assert load({"MAINSTAY_WATCH_CANARIES": written}).watch_canaries == tuple(written.split(","))


@pytest.mark.parametrize("written", ["one.example", "ftp://one.example/", "one.example:0", "one.example:http"])
def test_what_is_no_canary_stops_the_start(written: str) -> None:
    with pytest.raises(SettingWrong, match="MAINSTAY_WATCH_CANARIES must be addresses"):
        load({"MAINSTAY_WATCH_CANARIES": written})


def have_canaries(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(settings, "MAINSTAY", replace(settings.MAINSTAY, watch_canaries=addresses))


@pytest.mark.django_db(transaction=True)
def test_while_the_canary_fails_nothing_is_down_and_when_it_answers_it_is(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole watch on real clocks: the website really is down, but that is believed only once the uplink works."""
    port = free_port()
    have_canaries(monkeypatch, f"127.0.0.1:{port}")
    monkeypatch.setattr(module, "AGAIN_S", 0.2)
    monkeypatch.setattr(module, "SILENT_EVERY_S", 0.2)
    monitor_on(cast, free_port())
    with watching():
        until(lambda: ProberDoubt.objects.filter(withheld__gte=4).exists())
        assert not Outage.objects.exists()
        with serving(page(), port=port):
            until(lambda: ProberDoubt.objects.filter(to_at__isnull=False).exists())
            until(Outage.objects.exists)

    doubt, outage = ProberDoubt.objects.get(), Outage.objects.get()
    assert doubt.reason == "canaries"
    assert doubt.evidence["canaries_known"] == 1
    assert outage.started_at >= doubt.to_at
    assert set(CanaryCheck.objects.values_list("is_good", flat=True)) == {True, False}
