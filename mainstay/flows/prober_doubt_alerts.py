"""A prober is doubted, or believed again: whoever the alert rules name is told, else the agency's administrators."""

from mainstay.common.facts import FactRecord
from mainstay.watch import actions as watch
from mainstay.watch.models import ProberDoubt


def prober_doubt_alerts(record: FactRecord) -> None:
    """Let the alerts know that a doubt began, once."""
    watch.doubt_began(doubt=_doubt_of(record), at=record.at)


def prober_trust_alerts(record: FactRecord) -> None:
    """Let the alerts know that a doubt ended, once."""
    watch.doubt_ended(doubt=_doubt_of(record), at=record.at)


def _doubt_of(record: FactRecord) -> ProberDoubt:
    return ProberDoubt.objects.get(pk=record.body["doubt_id"])
