"""Everything of the desk, handed out: tickets as JSON lines with their files, and mails as mbox."""

import base64
import json
import mailbox
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

from mainstay.clients.models import Organisation
from mainstay.common import files
from mainstay.desk.letters.headers import is_address, one_line
from mainstay.desk.models import Message, RawMail, Ticket
from mainstay.desk.queries.everything import Handed

FORMAT = "mainstay-desk-1"
MAILS_A_TURN = 50
_POLICY = default.clone(utf8=True)


@dataclass
class HandedOut:
    """How much was written."""

    tickets: int = 0
    messages: int = 0
    attachments: int = 0
    facts: int = 0
    other_mails: int = 0


def hand_out(*, folder: Path, client: Organisation | None = None) -> HandedOut:
    """Write all of the desk to a new folder: `tickets.jsonl`, `messages.mbox`, `other-mail.mbox` (mail on no ticket's
    story), `mails.jsonl` (how each came), `articles.jsonl` and `settings.jsonl`.

    All is written beside it and gets its name at the end: what fails leaves no half of it behind.

    Raises:
        FileExistsError: the folder holds something.
        OSError: it cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        written = _write(beside, client)
        beside.rename(folder)  # an empty folder of that name makes way
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return written


def _write(folder: Path, client: Organisation | None) -> HandedOut:
    written, handed = HandedOut(), Handed(client)
    tickets, messages = folder / "tickets.jsonl", mailbox.mbox(folder / "messages.mbox")
    with closing(messages), tickets.open("w", encoding="utf-8") as out:
        for ticket in handed.tickets():
            out.write(_json(_line(handed, ticket, written)))
            for message in ticket.messages.all():
                messages.add(_mail(ticket, message))
    with closing(mailbox.mbox(folder / "other-mail.mbox")) as other:
        for raw in _other_mails(client).iterator(chunk_size=MAILS_A_TURN):
            other.add(bytes(raw.body.content))
            written.other_mails += 1
    for name, rows in (("mails", handed.mails()), ("articles", handed.articles()), ("settings", handed.settings())):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(map(_json, rows))
    return written


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, default=str) + "\n"


def _other_mails(client: Organisation | None) -> Any:
    found = RawMail.objects.filter(messages__isnull=True, body__isnull=False).select_related("body").order_by("pk")
    return found.filter(client=client) if client else found


def _line(handed: Handed, ticket: Ticket, written: HandedOut) -> dict[str, Any]:
    messages = [_said(handed, each, written) for each in ticket.messages.all()]
    kept = handed.facts(ticket)
    written.tickets += 1
    written.messages += len(messages)
    written.facts += len(kept)
    return {"format": FORMAT, **handed.ticket(ticket), "messages": messages, "facts": kept}


def _said(handed: Handed, message: Message, written: HandedOut) -> dict[str, Any]:
    held = []
    for each in message.attachments.all():
        data = base64.b64encode(files.read(each.file)).decode()
        kept = {"name": each.name, "media_type": each.file.media_type, "sha256": each.file.sha256, "data": data}
        held.append(kept)
    written.attachments += len(held)
    sent = [{**handed.row(each), "to": each.mail.recipient} for each in message.deliveries.all()]
    return {**handed.row(message), "attachments": held, "deliveries": sent}


def _mail(ticket: Ticket, message: Message) -> bytes:
    """The mail as it came, or one that says what the message says."""
    if message.raw and hasattr(message.raw, "body"):
        return bytes(message.raw.body.content)
    made = EmailMessage(policy=_POLICY)
    address = message.author_address if is_address(message.author_address) else "unknown@invalid"
    made["From"] = formataddr((one_line(message.author_name), address), charset="utf-8")
    made["Subject"] = one_line(f"[{ticket.reference}] {ticket.subject}")
    made["Date"] = format_datetime(message.at)
    made["X-Mainstay-Ticket"] = ticket.reference
    made["X-Mainstay-Kind"] = message.kind
    made["X-Mainstay-Public"] = "yes" if message.is_public else "no"
    made.set_content(message.full_text or message.text)
    for each in message.attachments.all():
        main, _, sub = each.file.media_type.partition("/")
        made.add_attachment(files.read(each.file), maintype=main, subtype=sub or "octet-stream", filename=each.name)
    return bytes(made)
