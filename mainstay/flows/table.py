"""Which fact sets off which story. Handlers run at least once, in the order of the subject's facts."""

from mainstay.flows.correction_adds_to_ticket import correction_adds_to_ticket
from mainstay.flows.outage_opens_ticket import outage_opens_ticket
from mainstay.flows.outage_tells_account_manager import outage_tells_account_manager
from mainstay.flows.prober_doubt_tells_administrators import prober_doubt_tells_administrators
from mainstay.flows.recovery_adds_to_ticket import recovery_adds_to_ticket
from mainstay.flows.recovery_tells_account_manager import recovery_tells_account_manager
from mainstay.flows.website_left_ends_its_outages import website_left_ends_its_outages

TABLE = {
    "clients.client_edited": [website_left_ends_its_outages],
    "watch.outage_opened": [outage_opens_ticket, outage_tells_account_manager],
    "watch.outage_closed": [recovery_adds_to_ticket, recovery_tells_account_manager],
    "watch.outage_corrected": [correction_adds_to_ticket],
    "watch.outage_voided": [correction_adds_to_ticket],
    "watch.prober_doubted": [prober_doubt_tells_administrators],
}
