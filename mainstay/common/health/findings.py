"""Checks and what they find."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum


class Health(StrEnum):
    """How something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a sentence, and what to do where something is not as it should be."""

    verdict: Health
    sentence: str
    remedy: str = ""
    name: str = ""

    @classmethod
    def ok(cls, sentence: str) -> "Finding":
        return cls(Health.OK, sentence)

    @classmethod
    def warn(cls, sentence: str, remedy: str) -> "Finding":
        return cls(Health.WARN, sentence, remedy)

    @classmethod
    def fail(cls, sentence: str, remedy: str) -> "Finding":
        return cls(Health.FAIL, sentence, remedy)

    def as_dict(self) -> dict[str, str]:
        """The finding as JSON values."""
        return {name: str(value) for name, value in asdict(self).items()}


Check = Callable[[], Finding]

_checks: dict[tuple[str, str], Check] = {}


def check(name: str, topic: str = "") -> Callable[[Check], Check]:
    """Add a check called `name`. It takes no longer than some seconds and changes nothing.

    Those of a `topic` run only when it is asked for.
    """

    def register(function: Check) -> Check:
        _checks[topic, name] = function
        return function

    return register


def examine(topic: str = "") -> list[Finding]:
    """Run all checks of a topic. One that breaks is itself a finding, and the others still run."""
    return [_run(name, function) for (each, name), function in _checks.items() if each == topic]


def _run(name: str, function: Check) -> Finding:
    try:
        finding = function()
    except Exception as problem:  # noqa: BLE001 - whatever goes wrong is what the doctor was called for
        reason = str(problem) or type(problem).__name__
        finding = Finding.fail(f"could not be examined: {reason}", "See the log; the reason stands beside")
    return replace(finding, name=name)
