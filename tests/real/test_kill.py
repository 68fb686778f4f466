"""`kill -9` at any instant: nothing acknowledged is lost, nothing doubled, and the time between is unknown."""

import random
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.mailbox import Mailbox
from tests.real.installation import until
from tests.real.stage import INTERVAL_S, Stage
from tests.real.writers import Writer, all_mail_read, api_writer, form_writer, mail_writer

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

VOUCH_S = 2 * INTERVAL_S
ROUNDS = 3
OUTAGES = """
from mainstay.common.models import FactRecord
from mainstay.desk.models import Ticket
from mainstay.watch.models import Outage
answer = {
    "outages": Outage.objects.count(),
    "open": Outage.objects.filter(ended_at__isnull=True).count(),
    "tickets": list(Ticket.objects.filter(outage__isnull=False).values_list("outage", flat=True)),
    "facts": [[f.kind, f.subject] for f in FactRecord.objects.filter(kind__startswith="watch.outage")],
}
"""


def test_nothing_acknowledged_is_lost_and_nothing_doubled(stage: Stage) -> None:
    installation, chance = stage.installation, random.Random(20)
    noted_on = installation.call("POST", "/clients/alder/tickets", {"subject": "Notes", "text": "Held here."})
    writers = [mail_writer(installation), api_writer(installation), form_writer(installation, noted_on["reference"])]
    for writer in writers:
        writer.start()
    for _ in range(ROUNDS):
        before = [len(writer.acknowledged) for writer in writers]
        until("everybody is heard", lambda before=before: all_went_on(writers, before), timeout_s=90, every_s=0.05)
        time.sleep(chance.uniform(0, 0.5))  # any instant will do
        installation.kill()
        installation.start()
    mailed, called, noted = [writer.end() for writer in writers]

    found = until("all mail is read", lambda: all_mail_read(installation), timeout_s=120)
    subjects, texts = Counter(found["subjects"]), Counter(found["texts"])
    assert {words: subjects[words] for words in mailed + called} == dict.fromkeys(mailed + called, 1)
    assert {words: texts[words] for words in noted} == dict.fromkeys(noted, 1)
    assert max(subjects.values()) == 1, "what was not acknowledged may be there, but once"


def test_the_time_without_mainstay_is_unknown(stage: Stage) -> None:
    stage.installation.kill()
    killed_at = time.time()
    time.sleep(VOUCH_S + 8)  # the time that nobody may vouch for
    started_at = time.time()
    stage.installation.start()
    until("somebody watches again", lambda: stage.state() == "up")

    nobody = ledger(stage, killed_at + VOUCH_S, started_at)
    whole = ledger(stage, killed_at - 3600, started_at)
    assert set(nobody) - zero(nobody) == {"unknown"}
    assert abs(nobody["unknown"] - (started_at - killed_at - VOUCH_S)) <= 2
    assert abs(sum(whole.values()) - (started_at - killed_at + 3600)) <= len(whole)


def test_an_outage_across_a_kill_is_one_outage_with_one_ticket(stage: Stage, smtp_sink: Mailbox) -> None:
    installation = stage.installation
    stage.website.kill()
    until("the outage is told", lambda: down_letters(smtp_sink), timeout_s=90)
    installation.kill()
    killed_at = time.time()
    time.sleep(VOUCH_S + 5)  # the time that nobody may vouch for
    started_at = time.time()
    installation.start()
    stage.wait_until("down")
    stage.website.start()
    until("the outage is over", lambda: not installation.ask(OUTAGES)["open"], timeout_s=90)

    found = installation.ask(OUTAGES)
    assert len(set(found["tickets"])) == len(found["tickets"]) == found["outages"]
    assert [fact for fact, times in Counter(map(tuple, found["facts"])).items() if times > 1] == []
    told = Counter((each.rcpt_to, str(each.message["Message-ID"])) for each in down_letters(smtp_sink))
    assert len(told) == 2 * found["outages"]
    nobody = ledger(stage, killed_at + VOUCH_S, started_at)
    assert set(nobody) - zero(nobody) == {"unknown"}


def all_went_on(writers: list[Writer], before: list[int]) -> bool:
    return all(len(writer.acknowledged) >= number + 2 for writer, number in zip(writers, before, strict=True))


def down_letters(mailbox: Mailbox) -> list[object]:
    return [each for each in mailbox.arrivals if "Down: Bookshop" in each.subject]


def ledger(stage: Stage, start: float, end: float) -> dict[str, int]:
    """The seconds of each state between two instants of the wall clock."""
    first, last = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") for at in (start, end))
    return stage.installation.get(f"/websites/{stage.website_id}/ledger?start={first}&end={last}")["seconds"]


def zero(seconds: dict[str, int]) -> set[str]:
    """The states that hold nothing (a second at most, from rounding)."""
    return {state for state, amount in seconds.items() if amount <= 1}
