"""An answer finds its ticket by what can be trusted, and by nothing else."""

import pytest

from mainstay.desk import actions
from mainstay.desk.letters.threads import Seal
from mainstay.desk.models import Ticket
from mainstay.desk.queries.addresses import seal, takes
from tests.desk.kit import DESK, Stage, letter, sent_to

RITA = "rita.alder@example.org"
EVE = "eve@elsewhere.example"
SEAL = Seal(b"key")


def test_a_token_opens_its_ticket_alone():
    address = SEAL.reply_address("MS-2026-00042", DESK)
    assert SEAL.reference_in_address(address) == "MS-2026-00042"
    assert SEAL.reference_in_address(address.upper()) == "MS-2026-00042"
    assert SEAL.reference_in_address(address.replace("00042", "00043")) == ""
    assert Seal(b"other").reference_in_address(address) == ""
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "address", ["", "support@localhost", "support+ms-2026-00042@localhost", "support+ms-2026-00042.@x"]
)
def test_no_token_opens_nothing(address):
    assert SEAL.reference_in_address(address) == ""


def test_a_message_id_is_signed_with_its_name():
    message_id = SEAL.message_id("MS-2026-00042", "17", "localhost")
    assert SEAL.reference_in_id(message_id) == "MS-2026-00042"
    assert SEAL.reference_in_id(message_id.replace(".17.", ".18.")) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (DESK, True),
        ("SUPPORT@LOCALHOST", True),
        ("support+anything@localhost", True),
        ("sales@localhost", False),
        ("", False),
    ],
)
def test_which_addresses_are_ours(address, expected, db):
    assert takes(address) is expected


def answer_to(stage: Stage, ticket: Ticket) -> dict[str, str]:
    """What an answer may carry: each sign by itself."""
    stage.reply(ticket)
    sent = sent_to(RITA)[-1]
    foreign = ticket.messages.earliest("id")
    foreign.message_id = "<first@client.example>"
    foreign.save()
    return {"own id": sent.message_id, "foreign id": "<first@client.example>", "reply to": sent.headers["Reply-To"]}


TABLE = {
    "token in the envelope": (EVE, lambda signs: ({}, signs["reply to"]), True),
    "token in To": (EVE, lambda signs: ({"To": signs["reply to"]}, DESK), True),
    "In-Reply-To ours": (EVE, lambda signs: ({"In_Reply_To": signs["own id"]}, DESK), True),
    "References ours": (EVE, lambda signs: ({"References": f"<a@b> {signs['own id']} <c@d>"}, DESK), True),
    "In-Reply-To of the client's own mail": (RITA, lambda signs: ({"In_Reply_To": signs["foreign id"]}, DESK), True),
    "number from a participant": (RITA, lambda signs: ({"Subject": "Re: Logo [MS-2026-00001]"}, DESK), True),
    "number from a stranger": (EVE, lambda signs: ({"Subject": "Re: Logo [MS-2026-00001]"}, DESK), False),
    "forged token": (EVE, lambda signs: ({}, "support+ms-2026-00001.aaaaaaaaaaaaaaaa@localhost"), False),
    "forged id": (EVE, lambda signs: ({"In_Reply_To": "<ms-2026-00001.1.aaaaaaaaaaaaaaaa@localhost>"}, DESK), False),
    "nothing": (RITA, lambda signs: ({}, DESK), False),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("sender", "carry", "matches"), TABLE.values(), ids=TABLE.keys())
def test_the_order_of_signs(stage: Stage, sender, carry, matches):
    ticket = stage.ticket()
    fields, rcpt_to = carry(answer_to(stage, ticket))
    raw = stage.mail(letter(sender, "An answer.", **fields), rcpt_to=rcpt_to)
    assert (raw.ticket == ticket) is matches
    if matches:
        message = ticket.messages.latest("id")
        assert (message.text, message.is_participant) == ("An answer.", sender == RITA)


@pytest.mark.django_db
def test_an_answer_carries_what_threads_it(stage: Stage):
    ticket = stage.mail(letter(RITA, Message_ID="<1@client.example>")).ticket
    stage.reply(ticket, "We look.")
    stage.reply(ticket, "Done.")
    first, second = [each for each in sent_to(RITA) if "Auto-Submitted" not in each.headers]
    assert (first.subject, first.headers["In-Reply-To"]) == ("Re: Broken", "<1@client.example>")
    assert second.headers["References"] == f"<1@client.example> {first.message_id}"
    assert seal().reference_in_id(second.message_id) == ticket.reference
    assert seal().reference_in_address(second.headers["Reply-To"]) == ticket.reference
    assert "We look." in first.text


@pytest.mark.django_db
def test_a_note_sends_nothing(stage: Stage):
    ticket = stage.ticket()
    before = len(sent_to(""))
    actions.note(ticket=ticket, text="Between us.", by=stage.cast.helper, at=stage.now)
    assert len(sent_to("")) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("sender", "requester", "is_participant"), [(EVE, RITA, False), (RITA, RITA, True)])
def test_what_follows_an_old_ticket_is_said_by_whoever_wrote_it(stage: Stage, sender, requester, is_participant):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    stage.later(days=15)
    follow_up = stage.mail(letter(sender), rcpt_to=seal().reply_address(ticket.reference, DESK)).ticket
    message = follow_up.messages.get()
    assert (follow_up.previous, follow_up.requester.email) == (ticket, requester)
    assert (message.author_address, message.is_participant, follow_up.needs_hand) == (
        sender,
        is_participant,
        not is_participant,
    )


@pytest.mark.django_db
def test_of_two_mails_with_one_id_the_writers_own_counts(stage: Stage):
    first = stage.mail(letter(RITA, "Mine.", Message_ID="<same@x.example>")).ticket
    theirs = stage.mail(letter(EVE, "A copy of that id.", Message_ID="<same@x.example>")).ticket
    assert stage.mail(letter(RITA, "And more.", In_Reply_To="<same@x.example>")).ticket == first
    assert stage.mail(letter(EVE, "More of mine.", In_Reply_To="<same@x.example>")).ticket == theirs
    assert stage.mail(letter("third@x.example", "Who am I?", In_Reply_To="<same@x.example>")).ticket == first


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["own id", "foreign id", "reply to", "number"])
def test_no_sign_brings_one_client_onto_anothers_ticket(stage: Stage, sign: str):
    ticket = stage.ticket()
    signs = answer_to(stage, ticket)
    other = stage.cast.b.contacts.filter(is_active=True).first()
    fields = {"Subject": f"[{ticket.reference}] ours"} if sign == "number" else {}
    to = signs["reply to"] if sign == "reply to" else DESK
    if sign.endswith("id"):
        fields["References"] = signs[sign]
    taken = stage.mail(letter(other.email, "What only we may read.", **fields), rcpt_to=to)
    assert taken.ticket != ticket
    assert taken.ticket.client == stage.cast.b
    assert not ticket.messages.filter(text__contains="only we may").exists()


@pytest.mark.django_db
def test_somebody_who_was_unknown_stays_on_their_ticket_when_they_become_a_contact(stage: Stage):
    ticket = stage.mail(letter(EVE, "Help.", Message_ID="<eve1@x.example>")).ticket
    stage.cast.b.contacts.create(name="Eve", email=EVE, role="requester", created_at=stage.now)
    assert stage.mail(letter(EVE, "More.", In_Reply_To="<eve1@x.example>")).ticket == ticket
