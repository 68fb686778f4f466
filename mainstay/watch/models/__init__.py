"""The rows of the watch, one noun a file."""

from mainstay.watch.models.alert import Alert, AlertCase, AlertTold
from mainstay.watch.models.alert_rule import AlertRule
from mainstay.watch.models.attribution import Attribution
from mainstay.watch.models.beat import Beat, BeatSignal
from mainstay.watch.models.blip import Blip
from mainstay.watch.models.book import ClosedBook, PastChange
from mainstay.watch.models.bulk import BulkEdit, BulkLine
from mainstay.watch.models.canary_check import CanaryCheck
from mainstay.watch.models.check import CheckRow
from mainstay.watch.models.correction import Correction
from mainstay.watch.models.day_file import DayFile
from mainstay.watch.models.dependency import Dependency, DependencyFailure, Reliance
from mainstay.watch.models.exclusion import Exclusion
from mainstay.watch.models.gap import Gap
from mainstay.watch.models.late_evidence import LateEvidence
from mainstay.watch.models.latency import Counted, Latency
from mainstay.watch.models.monitor import Monitor
from mainstay.watch.models.outage import Outage
from mainstay.watch.models.prober import Prober
from mainstay.watch.models.prober_doubt import ProberDoubt
from mainstay.watch.models.remote_prober import RemoteProber
from mainstay.watch.models.result_cursor import ResultCursor
from mainstay.watch.models.set_aside import SetAside
from mainstay.watch.models.spell import Spell
from mainstay.watch.models.standing import Standing

__all__ = [
    "Alert",
    "AlertCase",
    "AlertRule",
    "AlertTold",
    "Attribution",
    "Beat",
    "BeatSignal",
    "Blip",
    "BulkEdit",
    "BulkLine",
    "CanaryCheck",
    "CheckRow",
    "ClosedBook",
    "Correction",
    "Counted",
    "DayFile",
    "Dependency",
    "DependencyFailure",
    "Exclusion",
    "Gap",
    "LateEvidence",
    "Latency",
    "Monitor",
    "Outage",
    "PastChange",
    "Prober",
    "ProberDoubt",
    "Reliance",
    "RemoteProber",
    "ResultCursor",
    "SetAside",
    "Spell",
    "Standing",
]
