"""The rows of `common`: facts and their delivery, jobs, outgoing mail, notifications, channels, stored files."""

from mainstay.common.models.channel import Channel
from mainstay.common.models.fact import FactRecord
from mainstay.common.models.fact_delivery import FactDelivery
from mainstay.common.models.job import Job
from mainstay.common.models.notification import Notification
from mainstay.common.models.outgoing_mail import OutgoingMail
from mainstay.common.models.periodic_slot import PeriodicSlot
from mainstay.common.models.stored_file import StoredFile

__all__ = [
    "Channel",
    "FactDelivery",
    "FactRecord",
    "Job",
    "Notification",
    "OutgoingMail",
    "PeriodicSlot",
    "StoredFile",
]
