"""What a mail holds, once read."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file that came with a mail. `name` is as sent, without folders; `content_type` is only the claim."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A mail as the desk understands it. Every field is printable text; what is missing is empty.

    `text` is the whole readable text, `reply` the part that is new. `problems` say in words what could not be
    read; when `is_whole` is false the raw mail must be kept within reach of whoever reads the ticket.
    """

    subject: str = ""
    sender_name: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    written_at: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    reply: str = ""
    html: str = ""
    parts: tuple[Part, ...] = ()
    problems: tuple[str, ...] = ()
    is_bounce: bool = False
    is_automatic: bool = False
    is_list: bool = False
    wants_no_answer: bool = False
    return_path: str | None = None
    authentication: tuple[str, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether everything in the mail could be read."""
        return not self.problems
