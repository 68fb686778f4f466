"""Looks at what hardly ever fails, so that the centre can tell a broken website from a broken uplink."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import structlog

from mainstay.watch import probes
from mainstay.watch.codes import Code, State
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Finding
from mainstay.watch.rules.prober_fault import CANARY_LOOKS_MIN

log = structlog.get_logger()

EVERY_S = 30.0
SILENT_EVERY_S = 10.0
AGAIN_S = 2.0
"""How soon to look again until it is sure that a canary answers, or does not: well within a confirmation."""

TIMEOUT_S = 3.0

Heard = Callable[[str, float, Finding], None]
"""Gets the canary's address, when the look at it began, and what it found."""


@dataclass(slots=True)
class _Canary:
    """One canary: when it is due, and how many like answers it gave in a row."""

    address: str
    spec: Spec
    due_s: float
    began_s: float = float("-inf")
    is_running: bool = False
    is_good: bool = False
    row: int = 0


class Canaries:
    """The canaries of one prober. It belongs to the prober's thread."""

    def __init__(self, engine: Engine, addresses: Iterable[str], heard: Heard) -> None:
        self._engine = engine
        self._heard = heard
        self._all = [_Canary(address, _spec(address), boot_s()) for address in addresses]

    def __bool__(self) -> bool:
        return bool(self._all)

    def tick(self, now_s: float) -> None:
        """Begin the looks that are due."""
        for canary in tuple(self._all):
            if not canary.is_running and canary.due_s <= now_s:
                canary.is_running, canary.began_s = True, now_s
                self._engine.start(probes.start(canary.spec), TIMEOUT_S, partial(self._seen, canary))

    def suspect(self, now_s: float) -> None:
        """A website failed: look at all of them at once, or as soon as the latest look is a little past."""
        for canary in self._all:
            canary.due_s = min(canary.due_s, max(now_s, canary.began_s + AGAIN_S))

    def _seen(self, canary: _Canary, finding: Finding) -> None:
        canary.is_running = False
        if finding.code is Code.ADDRESS_REFUSED:
            log.error("a canary has an address that may not be looked at", canary=canary.address)
            self._all.remove(canary)
            return
        good = answers(finding)
        canary.row = canary.row + 1 if good is canary.is_good else 1
        canary.is_good = good
        usual_s = EVERY_S if good else SILENT_EVERY_S
        canary.due_s = boot_s() + (AGAIN_S if canary.row < CANARY_LOOKS_MIN else usual_s)
        self._heard(canary.address, canary.began_s, finding)


def answers(finding: Finding) -> bool:
    """Whether anything came back: an error message proves the uplink as well as a page does."""
    return finding.state in (State.UP, State.DEGRADED) or finding.status > 0


def _spec(address: str) -> Spec:
    """The administrator chose it, so it may be in the agency's own network."""
    kind = "http" if "://" in address else "tcp"
    return probes.spec_of(kind, address, TIMEOUT_S, {}, allow_private=True)
