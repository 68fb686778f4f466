"""What it costs to take mail in: from the bytes at the door to the ticket, with its clocks and the acknowledgement.

A third of the mails begin a ticket, the others answer one by In-Reply-To, and each tenth has a file of 200 kB. All are
of known contacts. Prints mails a second of one processor core, and where the time goes: storing, reading, matching and
writing. The target is 60 a second. `MAILS=2000` for more. With MAINSTAY_DATABASE_URL it is done on PostgreSQL.
"""

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

from _database import in_a_database_of_its_own

MAILS = int(os.environ.get("MAILS", "600"))
WARM = 30
WANTED_A_SECOND = 60
CONTACTS = 20
START = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
FILE = base64.encodebytes(os.urandom(200_000)).decode()
QUOTED = "\n".join(f"> line {n} of what was said before, as mail programs quote it" for n in range(40))


def mail(number: int, sender: str) -> bytes:
    """The bytes of one mail."""
    answers = f"In-Reply-To: <{number - number % 3}@client.example>\r\n" if number % 3 else ""
    head = (
        f"From: Somebody <{sender}>\r\nTo: support@localhost\r\nSubject: Request {number - number % 3}\r\n"
        f"Message-ID: <{number}@client.example>\r\n{answers}MIME-Version: 1.0\r\n"
    )
    text = f"It is broken since this morning ({number}).\n\nOn Mon, 2 Mar 2026 at 10:00, Support wrote:\n{QUOTED}\n"
    if number % 10:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    return (
        f"{head}Content-Type: multipart/mixed; boundary=q\r\n\r\n"
        f"--q\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--q\r\n"
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename=a.pdf\r\n\r\n{FILE}\r\n--q--\r\n"
    ).encode()


def measure(database: str) -> None:
    from mainstay.access.facts import Role
    from mainstay.clients import actions as clients
    from mainstay.clients.models import Organisation
    from mainstay.common.facts import Process
    from mainstay.desk import actions
    from mainstay.desk.letters.parse import parse
    from mainstay.desk.models import Message, RawMail, Ticket

    by = Process("bench")
    Organisation.objects.create(kind="agency", name="Agency", slug="agency", created_at=START)
    client = clients.create_client(name="Alder", slug="alder", starts_on=START.date(), by=by, at=START)
    senders = [f"person{n}@client.example" for n in range(CONTACTS)]
    for each in senders:
        clients.add_contact(client=client, name=each, email=each, role=Role.REQUESTER, by=by, at=START)
    letters = [mail(number, senders[(number // 3) % CONTACTS]) for number in range(MAILS + WARM)]
    spent = {"store": 0.0, "take_in": 0.0}
    began = wall = 0.0
    for number, raw in enumerate(letters):
        if number == WARM:
            spent, began, wall = dict.fromkeys(spent, 0.0), process_time(), perf_counter()
        at = START + timedelta(minutes=3 * number)
        first = process_time()
        stored = actions.receive(raw=raw, mail_from=senders[0], rcpt_to=["support@localhost"], at=at)
        second = process_time()
        actions.take_in(raw=stored, at=at)
        spent["store"] += second - first
        spent["take_in"] += process_time() - second
    core_s, wall_s = process_time() - began, perf_counter() - wall
    lost = RawMail.objects.exclude(state="parsed").count()
    if lost or Message.objects.filter(kind="inbound").count() != len(letters):
        raise SystemExit(f"{lost} mails were not taken in, {Message.objects.count()} messages of {len(letters)} mails")
    first = process_time()
    for raw in letters[WARM:]:
        parse(raw)
    reading = process_time() - first
    figures = {
        "bench": "intake",
        "database": database,
        "mails": MAILS,
        "tickets": Ticket.objects.count(),
        "a_second_and_core": round(MAILS / core_s, 1),
        "a_second_on_the_wall": round(MAILS / wall_s, 1),
        "store_ms": round(1_000 * spent["store"] / MAILS, 2),
        "read_ms": round(1_000 * reading / MAILS, 2),
        "match_and_write_ms": round(1_000 * (spent["take_in"] - reading) / MAILS, 2),
    }
    print(f"{figures['a_second_and_core']} mails a second and core (asked: {WANTED_A_SECOND})")
    print(json.dumps(figures))


if __name__ == "__main__":
    in_a_database_of_its_own(measure)
