"""What is charged of a website's time has changed: what its downtime promise is heading for is worked out at once."""

from mainstay.common.facts import FactRecord
from mainstay.flows.outage_opens_ticket import outage_of
from mainstay.promises import forecasts


def charge_refreshes_forecast(record: FactRecord) -> None:
    """Work it out as of the fact; again is harmless."""
    forecasts.refresh(websites=[outage_of(record).website], at=record.at)
