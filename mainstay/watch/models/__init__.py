"""The rows of the watch, one noun a file."""

from mainstay.watch.models.alert import Alert, AlertCase, AlertTold
from mainstay.watch.models.alert_rule import AlertRule
from mainstay.watch.models.beat import Beat, BeatSignal
from mainstay.watch.models.blip import Blip
from mainstay.watch.models.canary_check import CanaryCheck
from mainstay.watch.models.check import CheckRow
from mainstay.watch.models.gap import Gap
from mainstay.watch.models.latency import Counted, Latency
from mainstay.watch.models.monitor import Monitor
from mainstay.watch.models.outage import Outage
from mainstay.watch.models.prober import Prober
from mainstay.watch.models.prober_doubt import ProberDoubt
from mainstay.watch.models.spell import Spell
from mainstay.watch.models.standing import Standing

__all__ = [
    "Alert",
    "AlertCase",
    "AlertRule",
    "AlertTold",
    "Beat",
    "BeatSignal",
    "Blip",
    "CanaryCheck",
    "CheckRow",
    "Counted",
    "Gap",
    "Latency",
    "Monitor",
    "Outage",
    "Prober",
    "ProberDoubt",
    "Spell",
    "Standing",
]
