"""The rows of `common`: facts, jobs, mail, notifications, channels, stored files, the record, and the sealed log."""

from mainstay.common.models.channel import Channel
from mainstay.common.models.fact import FactRecord
from mainstay.common.models.fact_delivery import FactDelivery
from mainstay.common.models.facts_sealed import FactsSealed
from mainstay.common.models.job import Job
from mainstay.common.models.notification import Notification
from mainstay.common.models.outgoing_mail import OutgoingMail
from mainstay.common.models.periodic_slot import PeriodicSlot
from mainstay.common.models.privacy import Consent, PersonalCopy
from mainstay.common.models.seal import Leaf, TimeStamp, TreeHead
from mainstay.common.models.stored_file import StoredFile
from mainstay.common.models.trace import Trace

__all__ = [
    "Channel",
    "Consent",
    "FactDelivery",
    "FactRecord",
    "FactsSealed",
    "Job",
    "Leaf",
    "Notification",
    "OutgoingMail",
    "PeriodicSlot",
    "PersonalCopy",
    "StoredFile",
    "TimeStamp",
    "Trace",
    "TreeHead",
]
