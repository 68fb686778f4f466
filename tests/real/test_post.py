"""Mail for real: Debian's Postfix and Dovecot between Mainstay and the client, and between one Mainstay and another."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest

from tests.real.inside import Inside, Roles, inside
from tests.real.installation import Installation, installed, until
from tests.real.post_office import PostOffice, listens, post_office

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

HARBOUR, LIGHTHOUSE = "support@harbour.example", "desk@lighthouse.example"
BOX = "hello@boxes.example"
"""An address of the harbour's whose mail lies in a mailbox, as at a provider."""
RITA = "rita@alder.example"
MAILS, IN_THE_BOX = 800, 200
CLIENT = """
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import actions as clients

ada = User.objects.get(email="ada@harbour.example")
client = clients.create_client(name="Alder Books", slug="alder", starts_on=now.date().replace(day=1), by=ada, at=now)
for name, address in given["contacts"].items():
    clients.add_contact(client=client, name=name, email=address, role=Role.REQUESTER, by=ada, at=now)
answer = client.pk
"""
TICKETS = """
from mainstay.desk.models import Message, RawMail, Ticket
answer = {
    "tickets": [
        {"reference": t.reference, "subject": t.subject, "needs_hand": t.needs_hand, "address": t.requester_address,
         "messages": [[m.kind, m.code, m.text] for m in t.messages.order_by("id")]}
        for t in Ticket.objects.exclude(subject__startswith="Flood").order_by("id")
    ],
    "parked": list(RawMail.objects.filter(state="parked").values_list("park_reason", flat=True)),
    "unread": RawMail.objects.filter(state="stored").count(),
}
"""
ANSWER = """
from mainstay.access.models import User
from mainstay.desk import actions
from mainstay.desk.models import Ticket
ada = User.objects.get(email="ada@harbour.example")
ticket = Ticket.objects.get(reference=given["reference"])
answer = actions.reply(ticket=ticket, text=given["text"], by=ada, at=now).pk
"""
OPEN = """
from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.desk import actions
ada = User.objects.get(email="ada@harbour.example")
contact = Contact.objects.get(email=given["address"])
ticket = actions.open_ticket(
    client=contact.client, subject=given["subject"], text="Logged on the phone.", channel="phone",
    audience="website_user", requester=contact, by=ada, at=now,
)
actions.reply(ticket=ticket, text=given["text"], by=ada, at=now)
answer = ticket.reference
"""
MAILED = """
from mainstay.desk.models import RawMail
answer = RawMail.objects.count() - given["before"]
"""
FLOOD = """
from mainstay.desk.models import Message, RawMail, Ticket
answer = {
    "unread": RawMail.objects.filter(state="stored").count(),
    "mails": RawMail.objects.filter(subject__startswith="Flood").count(),
    "subjects": list(Ticket.objects.filter(subject__startswith="Flood").values_list("subject", flat=True)),
    "texts": list(Message.objects.filter(text__startswith="It floods").values_list("text", flat=True)),
}
"""


@dataclass(frozen=True)
class Mainstay:
    """One of two that run: its processes, and a way to ask it."""

    port: int
    roles: Roles
    inside: Inside

    def look(self) -> dict[str, Any]:
        return dict(self.inside.ask(TICKETS))

    def ask(self, program: str, **given: Any) -> Any:
        return self.inside.ask(program, **given)

    def ticket(self, subject: str, messages: int = 1) -> dict[str, Any]:
        """The one ticket of this subject, once so many messages are on it."""

        def found() -> dict[str, Any] | None:
            about = [each for each in self.look()["tickets"] if subject in each["subject"]]
            assert len(about) <= 1, about
            return about[0] if about and len(about[0]["messages"]) >= messages else None

        return dict(until(f"{messages} messages about {subject!r}", found))


@dataclass(frozen=True)
class Post:
    """Two Mainstays and the mail servers between them and their clients."""

    office: PostOffice
    harbour: Mainstay
    lighthouse: Mainstay


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """Both set up and running. The harbour's mail comes over LMTP and from a mailbox."""
    with ExitStack() as stack:
        folders = [tmp_path_factory.mktemp(name) for name in ("harbour", "lighthouse")]
        pair = [stack.enter_context(installed(folder, "smtp://127.0.0.1:1")) for folder in folders]
        ports = {each.partition("@")[2]: one.smtp_port for one, each in zip(pair, (HARBOUR, LIGHTHOUSE), strict=True)}
        office = stack.enter_context(post_office(ports))
        for one, address in zip(pair, (HARBOUR, LIGHTHOUSE), strict=True):
            one.environ |= environ(office, address)
        set_up(pair[0], HARBOUR)
        pair[1].begin_as(pair[0])
        found = [running(stack, each) for each in pair]
        contacts = {"Rita Reader": RITA, "Gone Gordon": "gordon@gone.example", "The lighthouse": LIGHTHOUSE}
        found[0].ask(CLIENT, contacts=contacts)
        yield Post(office, *found)


def environ(office: PostOffice, address: str) -> dict[str, str]:
    return {
        "MAINSTAY_MAIL_ADDRESSES": f"{address},{BOX}" if address == HARBOUR else address,
        "MAINSTAY_MAIL_FROM": address,
        "MAINSTAY_MAIL_PROTOCOL": "lmtp",
        "MAINSTAY_MAIL_URL": office.url,
        "MAINSTAY_IMAP_INTERVAL": "1",
        "MAINSTAY_IMAP_URL": office.imap_url(BOX) if address == HARBOUR else "",
    }


def set_up(installation: Installation, address: str) -> None:
    installation.make_tables()
    installation.run(
        "init", "--agency", "Harbour Web Studio", "--name", "Ada Whitfield", "--email", "ada@harbour.example",
        "--url", installation.url, "--support-address", address,
    )  # fmt: skip


def running(stack: ExitStack, installation: Installation) -> Mainstay:
    roles = Roles(installation, "mail", "work")
    stack.callback(roles.kill)
    roles.start()
    return Mainstay(installation.smtp_port, roles, stack.enter_context(inside(installation)))


def test_a_conversation_by_mail_is_one_ticket(post: Post) -> None:
    post.office.send(mail(RITA, HARBOUR, "Prices are wrong", "All prices are last year's."))
    ticket = post.harbour.ticket("Prices are wrong")
    (acknowledged,) = post.office.waits_for(RITA)
    assert ticket["reference"] in acknowledged["Subject"]

    post.harbour.ask(ANSWER, reference=ticket["reference"], text="They are this year's now.")
    answer = post.office.waits_for(RITA, 2)[1]
    assert "They are this year's now." in text_of(answer)
    post.office.send(answered(answer, "Thank you, all is well."))
    ticket = post.harbour.ticket("Prices are wrong", 3)
    assert [(kind, text) for kind, _, text in ticket["messages"]] == [
        ("inbound", "All prices are last year's."),
        ("reply", "They are this year's now."),
        ("inbound", "Thank you, all is well."),
    ]


def test_mail_from_a_mailbox_is_read_and_answered(post: Post) -> None:
    post.office.send(mail(RITA, BOX, "The map is missing", "On the page about us."))
    ticket = post.harbour.ticket("The map is missing")
    post.harbour.ask(ANSWER, reference=ticket["reference"], text="It is back.")
    answer = until(
        "the answer", lambda: [each for each in post.office.mails(RITA) if "It is back." in text_of(each)]
    )[-1]  # fmt: skip
    post.office.send(answered(answer, "I see it."))
    ticket = post.harbour.ticket("The map is missing", 3)
    assert [text for *_, text in ticket["messages"]] == ["On the page about us.", "It is back.", "I see it."]


def test_a_letter_that_comes_back_is_noted_on_its_ticket(post: Post) -> None:
    post.harbour.ask(OPEN, address="gordon@gone.example", subject="Who is there", text="Are you there?")
    ticket = post.harbour.ticket("Who is there", 3)
    kind, code, text = ticket["messages"][2]
    assert (kind, code, ticket["needs_hand"]) == ("event", "bounced", True)
    assert text.startswith("The letter to gordon@gone.example could not be delivered")
    assert "bounce" in post.harbour.look()["parked"]


def test_two_desks_that_write_to_each_other_stop(post: Post) -> None:
    """One writes, the other acknowledges, and that is all: what a machine wrote is answered by none."""
    post.harbour.ask(OPEN, address=LIGHTHOUSE, subject="Certificates", text="Yours ends soon.")
    theirs = post.lighthouse.ticket("Certificates")
    until("the acknowledgement is here", lambda: "auto_reply" in post.harbour.look()["parked"])
    post.lighthouse.ask(ANSWER, reference=theirs["reference"], text="We have ordered a new one.")
    post.harbour.ticket("Certificates", 3)
    until("no letter is on its way", post.office.is_idle)
    before = counts(post)
    time.sleep(3)  # long enough for an answer to an answer
    assert counts(post) == before
    assert [text for *_, text in post.harbour.ticket("Certificates")["messages"]][1:] == [
        "Yours ends soon.",
        "We have ordered a new one.",
    ]
    assert [kind for kind, *_ in post.lighthouse.ticket("Certificates")["messages"]] == ["inbound", "reply"]


def test_a_thousand_mails_across_two_kills_are_a_thousand_tickets(post: Post) -> None:
    """Postfix hands most of them on, the others lie in a mailbox. Each is one ticket, none is lost, none doubled."""
    chance = random.Random(7)
    numbers = [f"{number:04}" for number in range(MAILS + IN_THE_BOX)]
    flood = [mail(f"person{each}@alder.example", HARBOUR, f"Flood {each}", f"It floods {each}.") for each in numbers]
    before = post.harbour.ask(MAILED, before=0)
    post.office.lay(BOX, [addressed(each, BOX) for each in flood[MAILS:]])
    post.office.send(*flood[:MAILS])
    for share in (0.1, 0.5):
        enough = share * len(flood)
        until(
            "some are there",
            lambda enough=enough: post.harbour.ask(MAILED, before=before) >= enough,
            timeout_s=300,
            every_s=0.05,
        )
        time.sleep(chance.uniform(0, 0.3))  # any instant will do
        post.harbour.roles.kill()
        assert post.harbour.ask(FLOOD)["mails"] < len(flood), "too late to prove anything"
        post.harbour.roles.start()
        until("it listens", lambda: listens(post.harbour.port), timeout_s=120)
        post.office.try_again()

    def all_read() -> dict[str, Any] | None:
        found = dict(post.harbour.ask(FLOOD))
        return found if not found["unread"] and found["mails"] >= len(flood) else None

    found = until("all are read", all_read, timeout_s=300, every_s=1)
    until("nothing waits at Postfix", post.office.is_idle)
    assert Counter(found["subjects"]) == Counter(f"Flood {each}" for each in numbers)
    assert Counter(found["texts"]) == Counter(f"It floods {each}." for each in numbers)
    assert found["mails"] == len(flood)


def counts(post: Post) -> list[Any]:
    """How much there is on both sides."""
    return [
        (len(look["parked"]), look["unread"], sum(len(each["messages"]) for each in look["tickets"]))
        for look in (post.harbour.look(), post.lighthouse.look())
    ]


def mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """What a mail program writes. A flood asks for no acknowledgements."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{subject.replace(' ', '.').lower()}@{sender.partition('@')[2]}>"
    if subject.startswith("Flood"):
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    return message


def addressed(message: EmailMessage, to: str) -> EmailMessage:
    message.replace_header("To", to)
    return message


def answered(letter: EmailMessage, text: str) -> EmailMessage:
    """What a client's mail program makes of "Reply" to `letter`: the thread kept, the letter quoted below."""
    quoted = "".join(f"> {line}\n" for line in text_of(letter).splitlines())
    to = str(letter["Reply-To"] or letter["From"])
    reply = mail(str(letter["To"]), to, f"Re: {letter['Subject']}", f"{text}\n\nOn Monday the desk wrote:\n{quoted}")
    reply.replace_header("Message-ID", f"<{time.time_ns()}@alder.example>")
    reply["In-Reply-To"] = str(letter["Message-ID"])
    reply["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    return reply


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""
