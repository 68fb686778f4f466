"""Mail as files in a folder, for demos and tests."""

import hashlib
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from mainstay.common.crash_safe import write_whole
from mainstay.common.mail.transports.base import MailUrlWrong, TemporaryFailure


class Folder:
    """Writes each letter as an `.eml` file, named by its date and Message-ID, so that a second try replaces it."""

    def __init__(self, url: str) -> None:
        path = url.removeprefix("file:")
        path = path.removeprefix("//") if path.startswith("///") else path
        if not path.startswith("/"):
            raise MailUrlWrong("MAINSTAY_MAIL_URL=file: needs the full path of a folder: file:/var/mail/out")
        self._path = Path(path)

    def send(self, message: EmailMessage, *, mail_from: str, rcpt_to: str) -> None:
        posted_at = parsedate_to_datetime(str(message["Date"]))
        digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            write_whole(self._path / f"{posted_at:%Y%m%dT%H%M%S}-{digest}.eml", message.as_bytes())
        except OSError as problem:
            raise TemporaryFailure(f"{self._path}: {problem.strerror}") from problem

    def probe(self) -> str:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise TemporaryFailure(f"{self._path}: {problem.strerror}") from problem
        return f"mail is written to {self._path}"
