"""Keeping the files that come with messages."""

from collections.abc import Iterable
from datetime import datetime

from mainstay.common import files
from mainstay.desk.filetypes import media_type
from mainstay.desk.letters.headers import one_line
from mainstay.desk.letters.parsed import CONTENT_ID_MAX, FILES_KEPT_MAX, Part
from mainstay.desk.models import Attachment, Message


def attach(message: Message, parts: Iterable[Part], *, at: datetime) -> None:
    """Keep the files of a message, at most fifty; what a file is, its content says, not its name or its sender."""
    for part in list(parts)[:FILES_KEPT_MAX]:
        stored = files.store(
            part.content, media_type=media_type(part.content), at=at, file_name=part.name, client=message.client
        )
        Attachment.objects.create(
            message=message,
            client=message.client,
            file=stored,
            name=(stored.file_name or "unnamed")[-120:],
            content_id=one_line(part.content_id)[:CONTENT_ID_MAX],
        )
