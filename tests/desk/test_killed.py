"""`kill -9` of the listener at any instant: what was acknowledged is there, once."""

import os
import random
import smtplib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from mainstay.desk import worker
from mainstay.desk.models import Message, RawMail, Ticket
from tests.desk.kit import DESK, Stage, letter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real]

MAILS = 120
BEFORE_KILL = 20
PROGRAM = """
import asyncio, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from mainstay.desk.channels import smtp

async def serve():
    async with smtp.listening("127.0.0.1:0", protocol="smtp", size_limit=1_000_000) as port:
        print(port, flush=True)
        await asyncio.sleep(120)

asyncio.run(serve())
"""


def start() -> tuple[subprocess.Popen[str], int]:
    """A listener in a process of its own, on the test's database."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(connection.settings_dict["NAME"])],
        stdout=subprocess.PIPE, text=True, env=environ, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def end(process: subprocess.Popen[str]) -> None:
    """Wait for a killed listener."""
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def hand_over(port: int, number: int) -> bool:
    """Send one mail; whether it was acknowledged."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            sender = f"person{number}@client.example"
            client.sendmail(sender, [DESK], letter(sender, f"Mail {number}."))
    except (smtplib.SMTPException, OSError):
        return False
    return True


def until_killed(process: subprocess.Popen[str], port: int, waiting: list[int], after_s: float) -> list[int]:
    """Hand mails over; after twenty the listener is killed at some instant of the next. Those not acknowledged."""
    killer, left = threading.Timer(after_s, process.kill), list(waiting)
    for number in waiting:
        if not hand_over(port, number):
            break
        left.remove(number)
        if len(waiting) - len(left) == BEFORE_KILL:
            killer.start()
    killer.join()
    end(process)
    return left


def test_nothing_acknowledged_is_lost_and_nothing_doubled(stage: Stage):
    chance, waiting = random.Random(5), list(range(MAILS))
    for _ in range(3):
        process, port = start()
        waiting = until_killed(process, port, waiting, chance.random() / 100)
    assert waiting, "the listener was killed too late to prove anything"
    process, port = start()
    assert all(hand_over(port, number) for number in waiting)
    process.kill()
    end(process)
    assert RawMail.objects.count() == MAILS
    RawMail.objects.update(due_at=stage.now)
    while worker.take_in_due(stage.now):
        pass
    texts = Message.objects.values_list("text", flat=True)
    assert sorted(texts) == sorted(f"Mail {number}." for number in range(MAILS))
    assert Ticket.objects.count() == MAILS
