"""Facts: what happened, written once, and brought to the handlers that subscribed to its kind.

facts.record(OutageOpened(…), by=facts.Process("watch"), at=at, client=website.client)
facts.subscribe({"watch.outage_opened": [outage_opens_ticket]})
"""

from mainstay.common.facts.body import Fact, FactHoldsText, Process
from mainstay.common.facts.deliver import deliver_due
from mainstay.common.facts.record import record, record_all
from mainstay.common.facts.subscriptions import subscribe
from mainstay.common.models.fact import FactRecord, FactsAreAppendOnly

__all__ = [
    "Fact",
    "FactHoldsText",
    "FactRecord",
    "FactsAreAppendOnly",
    "Process",
    "deliver_due",
    "record",
    "record_all",
    "subscribe",
]
