"""One rule a clause: recorded facts in, a judgement out. Pure.

`RULES` is the only registry; every clause of the policy has a line.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mainstay.policy.promises import Clause, Judgement
from mainstay.promises.rules import (
    access,
    attacks,
    contact,
    cover,
    difficulties,
    downtime,
    escalation,
    frontline,
    intake,
    missing,
    reports,
    resolution,
    watching,
)

Rule = Callable[[Any], Judgement]

RULES: Mapping[Clause, Rule] = {
    Clause.OFFICE_HOURS: cover.judge,
    Clause.DOWNTIME: downtime.judge,
    Clause.FRONTLINE: frontline.judge,
    Clause.TRACKING: intake.judge,
    Clause.RESOLUTION: resolution.judge,
    Clause.ACCOUNT_MANAGER: contact.judge,
    Clause.REPORTS: reports.judge_issue,
    Clause.REPORT_SECTIONS: reports.judge_content,
    Clause.ESCALATION: escalation.judge,
    Clause.DATA_UPLOAD: partial(difficulties.judge, Clause.DATA_UPLOAD),
    Clause.IMAGE_UPLOAD: partial(difficulties.judge, Clause.IMAGE_UPLOAD),
    Clause.VIEWABILITY: partial(difficulties.judge, Clause.VIEWABILITY),
    Clause.LAYOUT: partial(difficulties.judge, Clause.LAYOUT),
    Clause.ATTACKS: attacks.judge,
    Clause.MAINTENANCE: watching.judge,
    Clause.UPDATES: partial(missing.judge, Clause.UPDATES),
    Clause.PROCESS: partial(missing.judge, Clause.PROCESS),
    Clause.SECURE_ACCESS: access.judge,
    Clause.AMENDMENTS: partial(missing.judge, Clause.AMENDMENTS),
    Clause.REGISTRATION: partial(missing.judge, Clause.REGISTRATION),
    Clause.PARTNERSHIP: partial(missing.judge, Clause.PARTNERSHIP),
}
