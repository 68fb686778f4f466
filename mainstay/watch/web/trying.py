"""One look at what a form describes, saved or not: what was seen, where the time went, and the certificate."""

from typing import Any
from urllib.parse import urlsplit

from mainstay.watch import actions
from mainstay.watch.models import Monitor
from mainstay.watch.models.check import PHASES
from mainstay.watch.observe import certificate_of, describe, observe
from mainstay.watch.probes import Kind, Pointed
from mainstay.watch.probes.tls import HTTPS
from mainstay.watch.scouting import CertificateFacts
from mainstay.watch.web.forms import MonitorForm
from mainstay.watch.web.times import PHASE_NAMES

BAR_WIDTH = 100.0


def tried(form: MonitorForm, monitor: Monitor | None) -> dict[str, Any]:
    """Look once as the monitor would, and save nothing. A secret that was not entered again is the one that is kept."""
    wanted = form.wanted
    allowed = wanted.get("allow_private", monitor.allow_private if monitor is not None else False)
    seen = observe(
        wanted["url"],
        kind=form.kind.key,
        timeout_s=wanted["timeout_seconds"],
        allow_private=allowed,
        probe_settings=actions.opened(form.kind, wanted["settings"]),
    )
    told = describe(seen, form.kind.key)
    led_to = seen.finding.hops[-1] if seen.finding.hops else wanted["url"]
    certificate = _certificate(form.kind, led_to, wanted["timeout_seconds"], allow_private=allowed)
    return {**told, "parts": parts(told), "certificate": certificate}


def parts(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The phases that took any time, each with its place in a bar of width 100."""
    spent = [(number, PHASE_NAMES[number], told[name.replace("_us", "_ms")]) for number, name in enumerate(PHASES)]
    whole = sum(ms for _, _, ms in spent) or 1.0
    found, x = [], 0.0
    for number, name, ms in spent:
        if ms:
            width = BAR_WIDTH * ms / whole
            found.append({"number": number + 1, "name": name, "ms": ms, "x": f"{x:.2f}", "width": f"{width:.2f}"})
            x += width
    return found


def _certificate(kind: Kind, address: str, timeout_s: float, *, allow_private: bool) -> CertificateFacts | None:
    """The certificate where the kind makes a secure connection from the start."""
    if kind.pointed is Pointed.URL:
        there = urlsplit(address)
        if there.scheme != "https" or not there.hostname:
            return None
        return certificate_of(there.hostname, there.port or HTTPS, timeout_s=timeout_s, allow_private=allow_private)
    if kind.key != "tls":
        return None
    there = urlsplit(f"//{address}")
    return certificate_of(there.hostname or "", there.port or HTTPS, timeout_s=timeout_s, allow_private=allow_private)
