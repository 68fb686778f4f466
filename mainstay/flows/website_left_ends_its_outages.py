"""A website is no longer looked after: what was seen of it vouches for nothing more, and its outage does not go on."""

import re

from mainstay.clients.models import Website
from mainstay.common.facts import FactRecord, Process
from mainstay.watch import actions as watch

FLOWS = Process("flows")
TURNED = re.compile(r"website:(\d+)\.is_active")


def website_left_ends_its_outages(record: FactRecord) -> None:
    """Let go of the websites that a change of a client has taken out of its care."""
    found = (TURNED.fullmatch(field) for field in record.body["fields"])
    for website in Website.objects.filter(pk__in=[int(each[1]) for each in found if each]):
        watch.leave_alone(website=website, by=FLOWS, at=record.at)
