"""Whose mail may join whose ticket, and what the client reads of it."""

import dataclasses
from collections.abc import Callable

import pytest
from django.urls import reverse

from mainstay.common.models import FactRecord, OutgoingMail
from mainstay.desk import actions, queries
from mainstay.desk.letters.authentication import Confirmation, confirmation
from mainstay.desk.letters.parse import parse
from mainstay.desk.models import Message, Ticket, TicketLink
from mainstay.desk.queries.addresses import seal
from mainstay.desk.rules_joining import Joining, Sign, Writer, joining
from tests.desk.kit import DESK, Stage, letter, sent_to

RITA = "rita.alder@example.org"
EVE = "eve@elsewhere.example"
OURS = "mx.agency.example"
PASSED = f"{OURS}; dmarc=pass header.from=example.org"
FAILED = f"{OURS}; dmarc=fail header.from=example.org; spf=fail; dkim=none"

VERDICTS = {
    "dmarc": ([PASSED], "confirmed"),
    "dmarc failed": ([FAILED], "doubted"),
    "dmarc failed, spf passed": ([f"{OURS}; spf=pass smtp.mailfrom=example.org; dmarc=fail"], "doubted"),
    "dmarc in an error": ([f"{OURS}; dkim=pass header.d=example.org; dmarc=temperror"], "doubted"),
    "dmarc of another From": ([f"{OURS}; dmarc=pass header.from=evil.example"], "doubted"),
    "dkim of the domain": ([f"{OURS}; dmarc=none; dkim=pass header.d=example.org header.s=x"], "confirmed"),
    "dkim by its user": ([f"{OURS}; dkim=pass header.i=@example.org"], "confirmed"),
    "dkim of another domain": ([f"{OURS}; dkim=pass header.d=evil.example"], "doubted"),
    "dkim of a name that ends alike": ([f"{OURS}; dkim=pass header.d=anexample.org"], "doubted"),
    "dkim of a name below": ([f"{OURS}; dkim=pass header.d=evil.example.org"], "doubted"),
    "dkim of the top level": ([f"{OURS}; dkim=pass header.d=org"], "doubted"),
    "dkim failed, then passed": (
        [f"{OURS}; dkim=fail header.d=x.example; dkim=pass header.d=example.org"],
        "confirmed",
    ),
    "spf of the domain": ([f"{OURS}; spf=pass smtp.mailfrom=rita@example.org"], "confirmed"),
    "spf of another domain": ([f"{OURS}; spf=pass smtp.mailfrom=evil@evil.example"], "doubted"),
    "spf by its greeting alone": ([f"{OURS}; spf=pass smtp.helo=example.org"], "doubted"),
    "another server's word": (["mx.evil.example; dmarc=pass header.from=example.org"], "doubted"),
    "a name that begins alike": ([f"{OURS}.evil.example; dmarc=pass"], "doubted"),
    "our name in a comment": ([f"mx.evil.example ({OURS}); dmarc=pass"], "doubted"),
    "the pass in a comment": (
        [f"{OURS}; dmarc=fail (dmarc=pass); spf=none (; dkim=pass header.d=example.org)"],
        "doubted",
    ),
    "the pass inside quotes": ([f'{OURS}; spf=fail reason="x; dkim=pass header.d=example.org"'], "doubted"),
    "the last of two of one name": ([f"{OURS}; dkim=pass header.d=evil.example header.d=example.org"], "doubted"),
    "upper case, version, comments": (
        [f"{OURS.upper()} 1; DMARC = PASS (p=reject) header.from=Example.org"],
        "confirmed",
    ),
    "quoted": ([f'"{OURS}"; dkim/1=pass header.d="example.org"'], "confirmed"),
    "no results": ([f"{OURS}; none"], "doubted"),
    "no name": (["dmarc=pass header.from=example.org"], "doubted"),
    "nothing": ([], "doubted"),
    "two fields of ours": ([f"{OURS}; spf=none", f"{OURS}; dmarc=pass"], "confirmed"),
    "ours above a hop, a forged one below": ([FAILED, None, PASSED], "doubted"),
    "ours below our own hop": ([None, PASSED], "confirmed"),
    "only a bomb": ([f"{OURS}; " + "a" * 3900], "doubted"),
    "open brackets": ([f"{OURS}; " + "(" * 3000 + "dmarc=pass"], "doubted"),
}


def with_fields(fields: list[str | None]) -> bytes:
    lines = [f"Authentication-Results: {each}" if each else "Received: from a by b" for each in fields]
    return "".join(f"{each}\r\n" for each in lines).encode() + letter(RITA)


@pytest.mark.parametrize(("fields", "expected"), VERDICTS.values(), ids=VERDICTS.keys())
def test_what_our_mail_server_says_of_the_sender(fields, expected):
    groups = parse(with_fields(fields)).authentication
    assert confirmation(groups, RITA, [OURS]) == expected
    assert confirmation(groups, RITA, []) is Confirmation.UNASKED
    assert confirmation(groups, "", [OURS]) is Confirmation.DOUBTED


def test_every_case_has_its_answer():
    cases = [(sign, writer, word) for sign in Sign for writer in Writer for word in Confirmation]
    found = {case: joining(*case) for case in cases}
    assert {found[case] for case in cases if case[1] is Writer.ELSEWHERE} == {Joining.APART, Joining.ALONE}
    assert not any(found[case] is Joining.NOTE for case in cases if case[1] is not Writer.STAFF)
    assert not any(found[case] is Joining.SHOWN for case in cases if case[1] is not Writer.ON_IT)
    assert not any(found[case].joins for case in cases if case[0] is Sign.NUMBER and case[2] is Confirmation.DOUBTED)


@pytest.fixture
def asked(settings) -> None:
    """Our mail server's word on senders counts."""
    settings.MAINSTAY = dataclasses.replace(settings.MAINSTAY, mail_authserv_ids=(OURS,))


def token(stage: Stage, ticket: Ticket) -> dict[str, str]:
    return {"rcpt_to": seal().reply_address(ticket.reference, DESK)}


def number(stage: Stage, ticket: Ticket) -> dict[str, str]:
    return {"Subject": f"Re: {ticket.reference}"}


def known_id(stage: Stage, ticket: Ticket) -> dict[str, str]:
    Message.objects.filter(ticket=ticket).update(message_id="<first@client.example>")
    return {"In_Reply_To": "<first@client.example>"}


Carry = Callable[[Stage, Ticket], dict[str, str]]


def write(stage: Stage, ticket: Ticket, sender: str, carry: Carry, result: str = "", text: str = "Hear me.") -> Ticket:
    given = carry(stage, ticket)
    rcpt_to = given.pop("rcpt_to", DESK)
    fields = {**given, **({"Authentication_Results": result} if result else {})}
    taken = stage.mail(letter(sender, text, **fields), rcpt_to=rcpt_to).ticket
    assert taken is not None
    return taken


STAFF = {
    "token, nobody asked": (token, "", False, "note"),
    "number, nobody asked": (number, "", False, "elsewhere"),
    "known id, nobody asked": (known_id, "", False, "held"),
    "token, confirmed": (token, PASSED, True, "note"),
    "number, confirmed": (number, PASSED, True, "note"),
    "token, doubted": (token, FAILED, True, "held"),
    "number, doubted": (number, FAILED, True, "elsewhere"),
    "number, another server's word": (number, "evil.example; dmarc=pass", True, "elsewhere"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("carry", "result", "is_asked", "expected"), STAFF.values(), ids=STAFF.keys())
def test_who_says_to_be_staff(stage: Stage, request, carry, result, is_asked, expected):
    if is_asked:
        request.getfixturevalue("asked")
    ticket, helper = stage.ticket(), stage.cast.helper
    stage.reply(ticket)
    result = result.replace("example.org", helper.email.partition("@")[2])
    taken = write(stage, ticket, helper.email, carry, result)
    message = taken.messages.latest("id")
    if expected == "elsewhere":
        assert taken != ticket
        return
    assert taken == ticket
    found = (message.kind == "note", message.is_public, message.user == helper, message.is_doubted)
    assert found == ((True, False, True, False) if expected == "note" else (False, False, False, True))


CONTACT = {
    "token, confirmed": (token, PASSED, "shown"),
    "number, confirmed": (number, PASSED, "shown"),
    "token, doubted": (token, FAILED, "doubted"),
    "known id, doubted": (known_id, FAILED, "held"),
    "number, doubted": (number, FAILED, "elsewhere"),
    "number, no word": (number, "", "elsewhere"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("carry", "result", "expected"), CONTACT.values(), ids=CONTACT.keys())
def test_who_says_to_be_on_the_ticket(stage: Stage, client, asked, carry, result, expected):
    ticket = stage.ticket()
    stage.reply(ticket)
    taken = write(stage, ticket, RITA, carry, result)
    message = taken.messages.latest("id")
    assert (taken == ticket) is (expected != "elsewhere")
    assert message.is_doubted is (expected != "shown")
    assert (message.user is None) is (expected != "shown")
    client.force_login(stage.cast.a_requester)
    page = client.get(reverse("portal-ticket", args=["alder", taken.reference])).content.decode()
    assert ("Hear me." in page) is (expected != "held")
    assert ("Sender not confirmed" in page) is (expected in ("doubted", "elsewhere"))


@pytest.mark.django_db
@pytest.mark.parametrize("carry", [token, known_id])
def test_another_clients_mail_opens_a_ticket_of_their_own_which_the_team_finds(stage: Stage, client, carry):
    ticket, other = stage.ticket(), stage.cast.b.contacts.filter(is_active=True).first()
    own = write(stage, ticket, other.email, carry, text="What only Birch may read.")
    assert (own.client, own.requester) == (stage.cast.b, other)
    assert TicketLink.objects.get().other == ticket
    client.force_login(stage.cast.a_requester)
    page = client.get(reverse("portal-ticket", args=["alder", ticket.reference])).content.decode()
    assert "only Birch" not in page
    assert own.reference not in page
    assert write(stage, ticket, other.email, carry, text="And more.") == own
    assert TicketLink.objects.count() == 1


@pytest.mark.django_db
def test_two_clients_who_answer_one_mail_of_ours_do_not_meet(stage: Stage):
    b = stage.cast.b.contacts.filter(is_active=True).first()
    ours = letter(
        stage.cast.helper.email, "We change servers.", To=f"{RITA}, {b.email}", Cc=DESK, Message_ID="<n@a.example>"
    )
    began = stage.mail(ours).ticket
    one = stage.mail(letter(RITA, "A's secret.", In_Reply_To="<n@a.example>", Message_ID="<a@a.example>")).ticket
    two = stage.mail(letter(b.email, "B's secret.", In_Reply_To="<n@a.example>", Message_ID="<b@b.example>")).ticket
    assert (one.client, two.client) == (stage.cast.a, stage.cast.b)
    assert began.messages.count() == 1
    assert stage.mail(letter(RITA, "More.", In_Reply_To="<n@a.example>")).ticket == one


@pytest.mark.django_db
def test_what_follows_an_old_ticket_by_another_clients_hand_is_theirs(stage: Stage):
    other = stage.cast.b.contacts.filter(is_active=True).first()
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    stage.later(days=20)
    before = len(sent_to(RITA))
    assert write(stage, ticket, other.email, token).client == stage.cast.b
    assert len(sent_to(RITA)) == before


@pytest.mark.django_db
def test_a_strangers_word_on_an_old_ticket_is_held_and_acknowledged_to_nobody(stage: Stage):
    ticket = stage.ticket()
    actions.resolve(ticket=ticket, text="Done.", by=stage.cast.helper, at=stage.now)
    stage.later(days=20)
    before = OutgoingMail.objects.count()
    assert write(stage, ticket, EVE, token).messages.get().is_held
    assert OutgoingMail.objects.count() == before


@pytest.mark.django_db
def test_the_nearest_id_of_a_stranger_does_not_draw_a_mail_away(stage: Stage):
    mine = stage.mail(letter(RITA, "Mine.", Message_ID="<1@x.example>")).ticket
    stage.mail(letter(EVE, "A copy.", Message_ID="<2@x.example>"))
    fields = {"In_Reply_To": "<2@x.example>", "References": "<1@x.example> <2@x.example>"}
    assert stage.mail(letter(RITA, "More.", **fields)).ticket == mine


@pytest.mark.django_db
def test_a_strangers_message_is_read_by_the_client_once_it_is_released(stage: Stage, client):
    ticket = stage.ticket()
    write(stage, ticket, EVE, token, text="I have seen it too.")
    message = ticket.messages.latest("id")
    page = reverse("portal-ticket", args=["alder", ticket.reference])
    client.force_login(stage.cast.a_requester)
    assert "seen it too" not in client.get(page).content.decode()
    client.force_login(stage.cast.helper)
    console = client.get(ticket.url).content.decode()
    assert "Held back" in console
    assert client.post(reverse("console-message-release", args=[message.pk])).status_code == 302
    assert "Held back" not in client.get(ticket.url).content.decode()
    client.force_login(stage.cast.a_requester)
    assert "seen it too" in client.get(page).content.decode()
    message.refresh_from_db()
    assert (message.released_by, message.is_indexed) == (stage.cast.helper, False)
    assert FactRecord.objects.get(kind="desk.message_released").by == stage.cast.helper
    with pytest.raises(actions.NothingHeld):
        actions.release(message=message, by=stage.cast.helper, at=stage.now)


@pytest.mark.django_db
def test_a_note_is_not_released(stage: Stage):
    note = actions.note(ticket=stage.ticket(), text="Between us.", by=stage.cast.helper, at=stage.now)
    with pytest.raises(actions.NothingHeld):
        actions.release(message=note, by=stage.cast.helper, at=stage.now)


@pytest.mark.django_db
def test_a_held_message_is_seen_before_an_answer_goes_out(stage: Stage):
    from mainstay.desk.queries import life

    ticket = stage.ticket()
    seen = life.newest_public(ticket)
    write(stage, ticket, EVE, token)
    assert [each.is_held for each in life.said_since(ticket, seen)] == [True]
    assert not any(each.is_held for each in queries.story(ticket, for_client=True))


@pytest.mark.django_db
def test_a_doubted_strangers_mail_is_acknowledged_to_nobody(stage: Stage, asked):
    ticket = stage.mail(letter(EVE, Authentication_Results=FAILED)).ticket
    assert ticket.messages.get().is_doubted
    assert not OutgoingMail.objects.exists()
