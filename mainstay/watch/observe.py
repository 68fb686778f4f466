"""One look at an address, as the prober does it: for the command line, and for trying a monitor out."""

from typing import Any

from django.conf import settings

from mainstay.common.addresses import check_written, parse
from mainstay.watch.codes import sentence
from mainstay.watch.engine import trust
from mainstay.watch.engine.clock import utc
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts, Server
from mainstay.watch.facts import Check
from mainstay.watch.probes import KINDS, Pointed, spec_of, start
from mainstay.watch.rules.suggesting import Found
from mainstay.watch.scouting import CertificateFacts, certificate_at, scout

NO_MONITOR = 0


def observe(
    url: str,
    *,
    kind: str = "http",
    timeout_s: float = 10.0,
    allow_private: bool = False,
    probe_settings: dict[str, Any] | None = None,
    servers: tuple[Server, ...] = (),
    hosts: Hosts | None = None,
) -> Check:
    """Look at `url` once and wait for the finding. The check belongs to no monitor (its id is 0).

    Raises:
        AddressRefused: `url` is none that may be looked at.
        SettingsWrong: the settings are none of such a check.
    """
    if KINDS[kind].pointed is Pointed.URL:
        parse(url)  # a probe checks it too; here it is told as an error
    spec = spec_of(kind, url, timeout_s, probe_settings or {}, allow_private=allow_private)
    at = utc()
    engine = Engine(ca_file(), servers=servers, hosts=hosts)
    try:
        finding = engine.run(start(spec), timeout_s)
    finally:
        engine.close()
    return Check(NO_MONITOR, settings.MAINSTAY.watch_place, at, finding)


def look_round(
    written: str, *, allow_private: bool = False, servers: tuple[Server, ...] = (), hosts: Hosts | None = None
) -> Found:
    """What stands at an address that is not watched yet. It takes half a minute at most.

    Raises:
        AddressRefused: `written` is none that may be looked at.
    """
    check_written(parse(written if "://" in written else f"https://{written}"), allow_private=allow_private)
    engine = Engine(ca_file(), servers=servers, hosts=hosts)
    try:
        return scout(written, engine, allow_private=allow_private)
    finally:
        engine.close()


def certificate_of(host: str, port: int, *, timeout_s: float, allow_private: bool = False) -> CertificateFacts | None:
    """The certificate that `host` shows at `port`; None where no handshake comes about."""
    engine, facts = Engine(ca_file()), CertificateFacts()
    try:
        engine.run(certificate_at(host, port, facts, timeout_s=timeout_s, allow_private=allow_private), timeout_s)
    finally:
        engine.close()
    return facts if facts.to_at is not None else None


def ca_file() -> str:
    """The authorities that this installation's prober trusts. Raises `trust.TrustFileWrong`."""
    return trust.bundle(settings.MAINSTAY.watch_ca_file, settings.MAINSTAY.data / "run")


def describe(check: Check, kind: str = "http") -> dict[str, Any]:
    """A check of `kind` as plain values, ready for JSON: what was found, the sentence, and milliseconds by phase."""
    finding = check.finding
    phases = finding.phases
    return {
        "at": check.at.isoformat(timespec="milliseconds"),
        "state": finding.state.value,
        "code": finding.code.value,
        "sentence": sentence(finding.code, finding.detail, kind),
        "status": finding.status,
        "address": finding.address,
        "redirects": list(finding.hops),
        "name_ms": _ms(phases.name_us),
        "connect_ms": _ms(phases.connect_us),
        "tls_ms": _ms(phases.tls_us),
        "first_byte_ms": _ms(phases.first_byte_us),
        "body_ms": _ms(phases.body_us),
        "total_ms": _ms(phases.total_us),
        "certificate_ends_at": finding.cert_not_after.isoformat() if finding.cert_not_after else None,
    }


def _ms(duration_us: int) -> float:
    return round(duration_us / 1000, 1)
