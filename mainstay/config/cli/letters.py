"""`mainstay mail`: taking mail in, and `mainstay mail parse`: what the desk reads in the bytes of a mail."""

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.config.cli import processes
from mainstay.config.cli.mistake import Mistake

BYTES_MAX = 256 * 1024**2

if TYPE_CHECKING:
    from mainstay.desk.letters.parsed import Parsed

app = typer.Typer(help="Take mail in: SMTP or LMTP listener and mailbox reading.", invoke_without_command=True)


@app.callback()
def mail(context: typer.Context) -> None:
    """Take mail in: SMTP or LMTP listener and mailbox reading."""
    if context.invoked_subcommand is None:
        processes.mail()


@app.command("parse")
def parse(
    file: Annotated[Path, typer.Argument(help="A file with the bytes of one mail.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was read as JSON.")] = False,
) -> None:
    """Show what the desk reads in a mail. It needs no installation, and reads any file of bytes."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(BYTES_MAX + 1)
    except OSError as problem:
        raise Mistake(f"{file} cannot be read: {problem.strerror}") from problem
    if len(raw) > BYTES_MAX:
        raise Mistake(f"{file} is larger than {BYTES_MAX // 1024**2} MB: no mail is")
    from mainstay.desk.letters.parse import parse as read  # late: the command line starts without Django

    found = read(raw)
    typer.echo(json.dumps(said(found), indent=1, ensure_ascii=False) if as_json else shown(found))


def said(mail: "Parsed") -> dict[str, Any]:
    """What was read, as JSON values: texts, and for each file its name, type, size in bytes and SHA-256."""
    return {
        "kind": mail.kind.value,
        "subject": mail.subject,
        "from": {"name": mail.sender_name, "address": mail.sender},
        "to": list(mail.to),
        "cc": list(mail.cc),
        "date": mail.written_at.isoformat() if mail.written_at else None,
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "text": mail.text,
        "reply_text": mail.reply,
        "attachments": [
            {
                "name": each.name,
                "type": each.content_type,
                "size": len(each.content),
                "sha256": sha256(each.content).hexdigest(),
            }
            for each in mail.parts
        ],
        "bounce": _bounce(mail),
        "problems": list(mail.problems),
    }


def shown(mail: "Parsed") -> str:
    """What was read, for a person."""
    lines = [
        f"Kind:     {mail.kind.value}",
        f"From:     {mail.sender_name} <{mail.sender}>",
        f"To:       {', '.join(mail.to)}",
        f"Cc:       {', '.join(mail.cc)}",
        f"Date:     {mail.written_at.isoformat() if mail.written_at else 'not said'}",
        f"Subject:  {mail.subject}",
        *(f"File:     {each.name} ({each.content_type}, {len(each.content)} bytes)" for each in mail.parts),
        *(f"Problem:  {each}" for each in mail.problems),
    ]
    for each in mail.bounce.undelivered if mail.bounce else ():
        lines.append(
            f"Bounced:  {each.address} {each.status} {'for good' if each.is_hard else 'for now'}: {each.reason}"
        )
    return "\n".join([*lines, "", mail.reply or mail.text])


def _bounce(mail: "Parsed") -> dict[str, Any] | None:
    if mail.bounce is None:
        return None
    return {
        "original_message_ids": list(mail.bounce.original_ids),
        "undelivered": [
            {
                "address": each.address,
                "status": each.status,
                "kind": "hard" if each.is_hard else "soft",
                "reason": each.reason,
            }
            for each in mail.bounce.undelivered
        ],
    }
