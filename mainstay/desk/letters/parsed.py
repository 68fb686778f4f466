"""What a mail holds, once read."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FILES_KEPT_MAX = 50
"""Files of one message that are kept."""

CONTENT_ID_MAX = 200

FILE_BYTES_KEPT_MAX = 50 * 1024 * 1024
"""A file that is larger is not kept: what common.files stores at most."""

_ANSWERS = re.compile(r"\s*(re|aw|antw|sv|vs|rif|ref|odp|atb|ynt|回复|答复|返信)(\[\d+\])?\s*[:：]", re.IGNORECASE)


class Kind(StrEnum):
    """Who wrote a mail, as far as it shows: a person, a mail server about a mail, a machine that answers, a list."""

    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A recipient whom a mail did not reach. `status` is an enhanced status code (RFC 3463) or empty.

    `is_hard` when trying again is of no use; `reason` is what the server says, on one line.
    """

    address: str
    status: str
    is_hard: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What a mail server says of another mail. `original_ids` are the Message-IDs by which that is known, its own
    first."""

    undelivered: tuple[Undelivered, ...] = ()
    original_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file that came with a mail. `name` is as sent, without folders; `content_type` is only the claim.

    `content_id` is what `cid:` addresses in the HTML call it, without brackets; empty where it has none.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A mail as the desk understands it. Every field is printable text; what is missing is empty.

    `delivered_to` are the mailboxes that servers on the way wrote down (Delivered-To, X-Original-To).

    `authentication` are the fields Authentication-Results from the top, those between two hops together.
    `text` is the whole readable text, `reply` the part that is new. `problems` say in words what could not be
    read; when `is_whole` is false the raw mail must be kept within reach of whoever reads the ticket.
    """

    subject: str = ""
    sender_name: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()
    written_at: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    reply: str = ""
    html: str = ""
    parts: tuple[Part, ...] = ()
    problems: tuple[str, ...] = ()
    bounce: Bounce | None = None
    is_automatic: bool = False
    is_list: bool = False
    wants_no_answer: bool = False
    return_path: str | None = None
    authentication: tuple[tuple[str, ...], ...] = ()

    @property
    def kind(self) -> Kind:
        """What kind of mail it is; a bounce is always automatic, and counts as a bounce."""
        if self.bounce is not None:
            return Kind.BOUNCE
        if self.is_automatic:
            return Kind.AUTO_REPLY
        return Kind.LIST if self.is_list else Kind.MESSAGE

    @property
    def is_answer(self) -> bool:
        """Whether it says that it answers another mail: by their ids, or by how its subject begins."""
        return bool(self.in_reply_to or self.references or _ANSWERS.match(self.subject))

    @property
    def is_whole(self) -> bool:
        """Whether everything in the mail could be read."""
        return not self.problems
