"""Other monitors make a website down than before: how it stands is judged by the new rule."""

import re

from mainstay.clients.models import Environment
from mainstay.common.facts import FactRecord, Process
from mainstay.watch import actions as watch

FLOWS = Process("flows")
CHANGED = re.compile(r"environment:(\d+)\.availability_rule")


def other_rule_judges_anew(record: FactRecord) -> None:
    """Judge the environments anew whose availability rule a change of a client has replaced."""
    found = (CHANGED.fullmatch(field) for field in record.body["fields"])
    for environment in Environment.objects.filter(pk__in=[int(each[1]) for each in found if each]):
        watch.judge_by_other_rule(environment=environment, by=FLOWS, at=record.at)
