"""Which fact sets off which story. Handlers run at least once, in the order of the subject's facts."""

from mainstay.flows.charge_refreshes_forecast import charge_refreshes_forecast
from mainstay.flows.correction_adds_to_ticket import correction_adds_to_ticket
from mainstay.flows.failed_letter_is_raised import failed_letter_is_raised
from mainstay.flows.lost_access_is_out_elsewhere import lost_access_is_out_elsewhere
from mainstay.flows.news_reaches_watchers import news_reaches_watchers
from mainstay.flows.other_credentials_are_out_elsewhere import other_credentials_are_out_elsewhere
from mainstay.flows.other_rule_judges_anew import other_rule_judges_anew
from mainstay.flows.outage_nobody_was_told import outage_nobody_was_told
from mainstay.flows.outage_opens_ticket import outage_opens_ticket
from mainstay.flows.prober_doubt_alerts import prober_doubt_alerts, prober_trust_alerts
from mainstay.flows.recovery_adds_to_ticket import recovery_adds_to_ticket
from mainstay.flows.website_left_ends_its_outages import website_left_ends_its_outages

TABLE = {
    "access.factor_reset_done": [other_credentials_are_out_elsewhere],
    "access.password_changed": [other_credentials_are_out_elsewhere],
    "access.role_changed": [lost_access_is_out_elsewhere],
    "access.user_suspended": [lost_access_is_out_elsewhere],
    "clients.contact_changed": [lost_access_is_out_elsewhere],
    "clients.website_role_changed": [lost_access_is_out_elsewhere],
    "common.letter_failed": [failed_letter_is_raised],
    "clients.client_edited": [website_left_ends_its_outages, other_rule_judges_anew],
    "desk.message_received": [news_reaches_watchers],
    "desk.note_written": [news_reaches_watchers],
    "desk.reply_sent": [news_reaches_watchers],
    "watch.alert_found_nobody": [outage_nobody_was_told],
    "watch.outage_opened": [outage_opens_ticket],
    "watch.outage_closed": [recovery_adds_to_ticket, charge_refreshes_forecast],
    "watch.outage_corrected": [correction_adds_to_ticket, charge_refreshes_forecast],
    "watch.outage_voided": [correction_adds_to_ticket, charge_refreshes_forecast],
    "watch.exclusion_granted": [charge_refreshes_forecast],
    "watch.exclusion_ended": [charge_refreshes_forecast],
    "watch.prober_doubted": [prober_doubt_alerts],
    "watch.prober_trusted": [prober_trust_alerts],
}
