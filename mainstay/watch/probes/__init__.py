"""Kinds of check. Each is one file with one generator function, and one line here."""

from collections.abc import Callable

from mainstay.watch.engine.steps import Spec, Steps
from mainstay.watch.probes import http

Probe = Callable[[Spec], Steps]

PROBES: dict[str, Probe] = {
    "http": http.probe,
}
"""What a monitor's `kind` may be. `http` is for http and https alike: the address says which."""


def start(spec: Spec) -> Steps:
    """The steps of checking `spec`."""
    return PROBES[spec.kind](spec)
