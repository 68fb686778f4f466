"""Kinds of check. Each is one file that ends with its `KIND`, and one line here."""

from typing import Any

from mainstay.watch.engine.steps import Spec, Steps
from mainstay.watch.probes import dns, domain, heartbeat, http, icmp, imap, journey, smtp, tcp, tls
from mainstay.watch.probes.kind import Kind, Pointed, SettingsWrong

_FILES = (http, journey, tls, dns, domain, tcp, icmp, smtp, imap, heartbeat)

KINDS: dict[str, Kind] = {each.KIND.key: each.KIND for each in _FILES}
"""What a monitor's `kind` may be."""


def start(spec: Spec) -> Steps:
    """The steps of checking `spec`."""
    probe = KINDS[spec.kind].probe
    if probe is None:
        raise ValueError(f"a check of the kind {spec.kind} waits to be called")
    return probe(spec)


def spec_of(kind: str, url: str, timeout_s: float, settings: dict[str, Any], *, allow_private: bool = False) -> Spec:
    """What is to be checked, its settings read once.

    Raises:
        SettingsWrong: the settings cannot be.
    """
    return Spec(kind, url, timeout_s, allow_private, KINDS[kind].read(settings))


__all__ = ["KINDS", "Kind", "Pointed", "SettingsWrong", "spec_of", "start"]
