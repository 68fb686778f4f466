"""The main job, once, for real: a website goes down, it is seen, charged, told, ticketed, and stands in the report."""

import io
import json
import re
import smtplib
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pypdf
import pytest

from tests.mailbox import Arrival, Mailbox
from tests.real.installation import Installation, until
from tests.real.stage import DESK, INTERVAL_S, Stage, signed_in

LONDON = ZoneInfo("Europe/London")
pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]

CHECKS = """
from mainstay.watch.models import CheckRow
rows = CheckRow.objects.filter(monitor=given["monitor"]).order_by("at")
answer = [[row.at.isoformat(), row.state] for row in rows]
"""
TICKETS = """
from mainstay.desk.models import Ticket
answer = [
    {"reference": t.reference, "subject": t.subject, "outage": t.outage_id, "state": t.state, "url": t.url,
     "messages": [m.text for m in t.messages.order_by("id")],
     "clocks": [[each.kind, bool(each.due_at), bool(each.stopped_at)] for each in t.clocks.order_by("id")]}
    for t in Ticket.objects.order_by("id")
]
"""


def test_the_main_job(stage: Stage, smtp_sink: Mailbox, tmp_path: Path) -> None:
    outage, killed_at, back_at = go_down_and_come_back(stage, smtp_sink)
    it_began_with_the_first_failing_check(stage, outage)
    the_ledger_holds_the_real_seconds(stage, outage, killed_at, back_at)
    reference = a_mail_becomes_a_ticket(stage.installation, smtp_sink)
    the_answer_threads_back(stage.installation, smtp_sink, reference)
    the_report_holds_it_all(stage.installation, tmp_path, outage, reference)


def go_down_and_come_back(stage: Stage, mailbox: Mailbox) -> tuple[dict[str, Any], float, float]:
    """The website is killed and started again; both account managers are told both times, over SMTP."""
    stage.website.kill()
    killed_at = time.time()
    told_down = letters(mailbox, "Down: Bookshop")
    assert {each.rcpt_to for each in told_down} == {("max@harbour.example",), ("dora@harbour.example",)}
    ticket = until("the outage has a ticket", lambda: stage.installation.ask(TICKETS))[0]
    assert ticket["outage"] is not None
    assert "Bookshop" in ticket["subject"]
    assert [kind for kind, due, stopped in ticket["clocks"] if due and not stopped] == ["first_response", "resolution"]

    stage.website.start()
    back_at = time.time()
    told_up = letters(mailbox, "Up again: Bookshop")
    assert {each.rcpt_to for each in told_up} == {("max@harbour.example",), ("dora@harbour.example",)}
    assert all(ticket["reference"] in each.text for each in told_up), "the first letter waits for no ticket"
    (outage,) = stage.installation.get("/outages")
    assert outage["ended_at"] is not None
    after = stage.installation.ask(TICKETS)
    assert [each["reference"] for each in after] == [ticket["reference"]]
    assert len(after[0]["messages"]) > len(ticket["messages"]), "recovery adds to the ticket"
    return outage, killed_at, back_at


def it_began_with_the_first_failing_check(stage: Stage, outage: dict[str, Any]) -> None:
    checks = [(instant(at), state) for at, state in stage.installation.ask(CHECKS, monitor=stage.monitor_id)]
    failing = [at for at, state in checks if state == "down"]
    assert is_same(outage["started_at"], failing[0])
    assert is_same(outage["started_after"], max(at for at, state in checks if state == "up" and at < failing[0]))
    assert is_same(outage["ended_at"], min(at for at, state in checks if state == "up" and at > failing[-1]))


def the_ledger_holds_the_real_seconds(stage: Stage, outage: dict[str, Any], killed_at: float, back_at: float) -> None:
    """What really was lies within the bounds, and the bounds lie no wider than the looks that made them."""
    start, end = datetime.fromtimestamp(killed_at - 120, UTC), datetime.fromtimestamp(back_at + 60, UTC)
    found = stage.installation.get(f"/websites/{stage.website_id}/ledger?{period(start, end)}")
    seconds, real_s = found["seconds"], back_at - killed_at
    assert found["charged_lower_seconds"] - 1 <= real_s <= found["charged_upper_seconds"] + 1
    assert found["charged_lower_seconds"] <= seconds["down_charged"] <= found["charged_upper_seconds"]
    assert found["charged_upper_seconds"] - found["charged_lower_seconds"] <= 2 * (INTERVAL_S + 2)
    lasted = instant(outage["ended_at"]) - instant(outage["started_at"])
    assert abs(seconds["down_charged"] - lasted.total_seconds()) <= 1
    assert abs(sum(seconds.values()) - (end - start).total_seconds()) <= len(seconds)
    budget = stage.installation.get(f"/websites/{stage.website_id}/budget")
    assert budget["charged_s"] == seconds["down_charged"]
    assert budget["left_s"] == budget["limit_s"] - budget["charged_s"]


def a_mail_becomes_a_ticket(installation: Installation, mailbox: Mailbox) -> str:
    """The client writes; the answer by return holds the reference and an address that leads back."""
    write(installation, to=DESK, subject="Prices are wrong", text="All prices on the shop page are last year's.")
    (acknowledged,) = letters(mailbox, "Your request is logged", to="rita@alder.example", count=1)
    (ticket,) = [each for each in installation.ask(TICKETS) if each["subject"] == "Prices are wrong"]
    assert ticket["messages"][0] == "All prices on the shop page are last year's."
    assert ticket["reference"] in acknowledged.subject + acknowledged.text
    assert len([1 for _, due, stopped in ticket["clocks"] if due and not stopped]) == 2
    return str(ticket["reference"])


def the_answer_threads_back(installation: Installation, mailbox: Mailbox, reference: str) -> None:
    """Staff answer in the console, the client answers that mail, and all of it is one conversation."""
    console, page = signed_in(installation), f"/console/desk/{reference}/"
    console.send(f"{page}reply/", seen_on=page, text="We have put this year's prices in.", then="open")
    (answer,) = letters(mailbox, "Prices are wrong", to="rita@alder.example", count=1)
    assert "We have put this year's prices in." in answer.text

    back = str(answer.message["Reply-To"] or answer.message["From"])
    threads = {"In-Reply-To": str(answer.message["Message-ID"]), "References": str(answer.message["Message-ID"])}
    write(installation, to=back, subject=f"Re: {answer.subject}", text="Thank you, all is well.", **threads)
    until("the client's answer is in the story", lambda: "Thank you, all is well." in console.read(page))
    about = [each for each in installation.ask(TICKETS) if "Prices" in each["subject"]]
    assert [each["reference"] for each in about] == [reference]
    assert [kind for kind, _, stopped in about[0]["clocks"] if stopped] == ["first_response"]


def the_report_holds_it_all(installation: Installation, folder: Path, outage: dict[str, Any], reference: str) -> None:
    """The month's report, read back with PDF readers; its figures are those of the JSON."""
    month = datetime.now(UTC).strftime("%Y-%m")
    for ending in ("pdf", "json", "html"):
        installation.run("report", "alder", month, "--out", str(folder / f"report.{ending}"))
    content = (folder / "report.pdf").read_bytes()
    figures, html = json.loads((folder / "report.json").read_text()), (folder / "report.html").read_text()
    printed = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))
    started = instant(outage["started_at"]).astimezone(LONDON)
    told = [
        reference,
        "Prices are wrong",
        f"{started.day} {started:%B %Y, %H:%M:%S}",
        "The server refused the connection.",
    ]
    for each in told:
        assert squeezed(each) in printed, each
        assert squeezed(each) in squeezed(re.sub("<[^>]+>", "", html)), each
    assert outage["id"] in [each["id"] for site in figures["websites"] for each in site["outages"]]
    assert reference in json.dumps(figures)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root


def write(installation: Installation, *, to: str, subject: str, text: str, **headers: str) -> None:
    """Hand a mail of the client over to Mainstay's own listener."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Rita Reader <rita@alder.example>", to, subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@alder.example>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", installation.smtp_port, timeout=30) as client:
        assert client.send_message(mail) == {}


def letters(mailbox: Mailbox, subject: str, *, to: str = "", count: int = 2) -> list[Arrival]:
    """The letters about `subject` (to `to`), as soon as there are `count` of them."""

    def found() -> list[Arrival]:
        return [each for each in mailbox.arrivals if subject in each.subject and (not to or to in each.rcpt_to)]

    until(f"{count} letters about {subject!r}", lambda: len(found()) >= count, timeout_s=90)
    return found()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_same(told: str, at: datetime) -> bool:
    """Whether the API, which tells whole milliseconds, means `at`."""
    return instant(told) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def period(start: datetime, end: datetime) -> str:
    return f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"


def squeezed(text: str) -> str:
    """`text` without white space and what may break a line."""
    return re.sub(r"[\s\u200b\u00ad\u00a0]", "", text)
