"""The words of the desk: what tickets, messages and clocks can be. Pure."""

from enum import IntEnum, StrEnum

from mainstay.policy.clocks import Act as ClockAct
from mainstay.policy.clocks import Kind as ClockKind

CLOCK_KINDS = tuple(ClockKind)
CLOCK_ACTS = tuple(ClockAct)
"""The promises of time on a ticket, and what can happen to them: the policy's words, which are the desk's too."""


class Channel(StrEnum):
    """The way by which a ticket or a message came. `website`: the help page behind a button on a client's website."""

    MAIL = "mail"
    PORTAL = "portal"
    PHONE = "phone"
    API = "api"
    WATCH = "watch"
    CONSOLE = "console"
    WEBSITE = "website"


class Category(StrEnum):
    """What a ticket is about; the first six are the difficulties that the policy names."""

    DATA_UPLOAD = "data_upload"
    IMAGE_UPLOAD = "image_upload"
    VIEWABILITY = "viewability"
    LAYOUT = "layout"
    ATTACK = "attack"
    OUTAGE = "outage"
    ACCESS = "access"
    CHANGE = "change"
    OTHER = "other"


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Standing(IntEnum):
    """A ticket's place in the queue; lower ones come first."""

    RETURNED = 0
    DUE = 1
    UNDUE = 2
    RESTING = 3
    OVER = 9


class BulkChange(StrEnum):
    """What can be done to many tickets at once."""

    ASSIGN = "assign"
    CATEGORY = "category"
    TAG = "tag"
    UNTAG = "untag"
    REST = "rest"
    CLOSE = "close"


class LineState(StrEnum):
    """How far one ticket of a bulk change is."""

    WAITING = "waiting"
    DONE = "done"
    LEFT = "left"


class HoldEnd(StrEnum):
    """Why a hold is over: its day came, it was ended before, or the ticket ended."""

    DAY = "day"
    EARLY = "early"
    OVER = "over"


class MessageKind(StrEnum):
    """What an entry in a ticket is. Only inbound and reply are ever shown to the client, and events marked so."""

    INBOUND = "inbound"
    REPLY = "reply"
    NOTE = "note"
    EVENT = "event"


class RawState(StrEnum):
    """What has become of a message that came by mail."""

    STORED = "stored"
    PARSED = "parsed"
    PARKED = "parked"


class ParkReason(StrEnum):
    """Why a message was set aside instead of becoming part of a ticket."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    OWN = "own"
    FLOOD = "flood"
    FAULT = "fault"


class LinkKind(StrEnum):
    """How one ticket belongs to another."""

    RELATED = "related"
    DUPLICATE = "duplicate"
    CAUSED_BY = "caused_by"


class DraftKind(StrEnum):
    """What somebody is writing: an answer to the client, or a note for the team."""

    REPLY = "reply"
    NOTE = "note"


class Score(StrEnum):
    """How content somebody was with how their request ended."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
