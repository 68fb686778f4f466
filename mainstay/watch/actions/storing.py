"""Checks as rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from mainstay.common import bulk
from mainstay.watch.facts import Check
from mainstay.watch.models import CheckRow
from mainstay.watch.models.check import PHASES

FIELDS = (
    "client",
    "monitor",
    "place",
    "prober",
    "at",
    "state",
    "code",
    "detail",
    "status",
    *PHASES,
    "duration_us",
    "address",
    "cert_not_after",
    "cert_sha256",
)


def store(checks: Iterable[Check], clients: Mapping[int, int]) -> None:
    """Store checks; what is on record already stays as it is. `clients` are the ids of the monitors' clients."""
    bulk.insert_new(CheckRow, FIELDS, (_values(check, clients[check.monitor_id]) for check in checks))


def _values(check: Check, client_id: int) -> tuple[Any, ...]:
    """The values of `FIELDS`."""
    finding, phases = check.finding, check.finding.phases
    return (
        client_id,
        check.monitor_id,
        check.place,
        check.prober,
        bulk.instant(check.at),
        finding.state.value,
        finding.code.value,
        finding.detail,
        finding.status,
        phases.name_us,
        phases.connect_us,
        phases.tls_us,
        phases.first_byte_us,
        phases.body_us,
        check.duration_us,
        finding.address,
        bulk.instant(finding.cert_not_after) if finding.cert_not_after else None,
        finding.cert_sha256,
    )
