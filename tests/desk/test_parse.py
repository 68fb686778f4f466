"""Reading mail never fails, and what it reads is what a person would."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.desk.letters import clean
from mainstay.desk.letters.heads import HEADER_CUT
from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.reply import new_text


def simple(**fields: str) -> bytes:
    head = {"From": "Ann <ann@client.example>", "To": "support@agency.example", "Subject": "Hello", **fields}
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items()).encode() + b"\r\nText.\r\n"


def mixed(*parts: bytes) -> bytes:
    """A mail of several parts, each with its own header."""
    head = b"Subject: Parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def test_a_plain_mail():
    mail = parse(simple(Message_ID="<1@client.example>", Date="Mon, 02 Nov 2026 10:00:00 +0100"))
    assert (mail.sender, mail.sender_name, mail.subject) == ("ann@client.example", "Ann", "Hello")
    assert (mail.text, mail.reply, mail.message_id) == ("Text.", "Text.", "<1@client.example>")
    assert mail.written_at is not None and mail.written_at.isoformat() == "2026-11-02T09:00:00+00:00"
    assert mail.is_whole and not (mail.bounce or mail.is_automatic or mail.is_list)


NASTY = {
    "empty": b"",
    "only newlines": b"\r\n\r\n\r\n",
    "no header": b"Just words, and nothing else.",
    "binary": bytes(range(256)) * 40,
    "nul bytes": b"Subject: a\x00b\r\nFrom: x@y.example\r\n\r\nbody\x00here\xff",
    "unknown charset": b"Subject: x\r\nContent-Type: text/plain; charset=klingon-9\r\n\r\n\xe4\xf6\xfc",
    "charset of bytes": b"Content-Type: text/plain; charset=\xff\xfe\r\n\r\nbody",
    "charset idna": b"Subject: =?idna?q?abc?=\r\nContent-Type: text/plain; charset=idna\r\n\r\nbody",
    "charset rot13": b"Subject: =?rot13?q?abc?=\r\nContent-Type: text/plain; charset=rot13\r\n\r\nbody",
    "raw 8-bit header": "Subject: Überraschung\r\nFrom: Jörg <j@x.example>\r\n\r\nbody".encode("latin-1"),
    "bad encoded word": b"Subject: =?utf-8?b?!!!notbase64?=\r\n\r\nbody",
    "odd message id": b"Message-ID: <[x]@>\r\n\r\nbody",
    "odd date": b"Date: Tue, 99 Foo 99999999999 99:99:99 +9999\r\n\r\nbody",
    "bad from": b'From: <<<>>>@@@, ,,, "\r\n\r\nbody',
    "bad base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!a",
    "bad boundary": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\nbody',
    "missing boundary": b"Content-Type: multipart/mixed\r\n\r\nbody",
    "uuencode": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 f\r\n!!!\r\nend",
    "filename bomb": b"Content-Type: application/x; name*0*=utf-8''%FF; name*9999999=x\r\n\r\nbody",
    "header bomb": b"".join(b"X-%d: %s\r\n" % (n, b"a" * 900) for n in range(2000)) + b"Subject: x\r\n\r\nbody",
    "one long header": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nbody",
    "long references": b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nbody",
    "address bomb": b"To: " + b"(" * 50_000 + b"\r\nFrom: " + b'"' * 9999 + b"\r\n\r\nbody",
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000 + b"--b--",
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
    "nested mails": b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"body",
    "html only": b"Content-Type: text/html\r\n\r\n<p>one<script>alert(1)</script><p>two",
    "tag bomb": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "lone surrogate": b"Subject: =?utf-16?b?2AA=?=\r\n\r\nbody",
    "header without colon": b"Subject hello\r\nFrom x\r\n\r\nbody",
    "bare cr": b"Subject: a\rBcc: x\r\n\r\nbody",
    "parameter bomb": b"Content-Type: text/plain; " + b"a=b;" * 50_000 + b"\r\n\r\nbody",
    "disposition bomb": b"Content-Disposition: attachment; " + b"a;" * 100_000 + b"\r\n\r\nbody",
    "open tags": b"Content-Type: text/html\r\n\r\n" + b"<div></x>" * 9_000,
    "entities": b"Content-Type: text/html\r\n\r\n" + b"&" * 900_000,
    "only dates": b"Subject: x\r\n\r\n" + b"On Mon, 1 Jan 2026 at 10:00, " * 3_000,
    "only prepositions": b"Subject: x\r\n\r\n" + b"On " * 30_000,
    "blank lines": b"Subject: x\r\n\r\na" + b"\r\n" * 50_000 + b"b",
}


@pytest.mark.parametrize("raw", NASTY.values(), ids=NASTY.keys())
def test_nothing_makes_it_fail(raw):
    started = time.monotonic()
    mail = parse(raw)
    assert time.monotonic() - started < 2
    whole = mail.subject + mail.sender + mail.sender_name + mail.text + mail.reply + mail.html
    assert "\x00" not in whole
    whole.encode()
    assert len(mail.parts) <= 50


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=4000))
def test_no_bytes_make_it_fail(raw):
    parse(raw).text.encode()


@settings(max_examples=150, deadline=2000)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["From", "Subject", "Content-Type", "Message-ID", "Date", "Content-Transfer-Encoding", "To"]
            ),
            st.binary(max_size=60),
        ),
        max_size=8,
    ),
    st.binary(max_size=500),
)
def test_no_header_makes_it_fail(fields, body):
    raw = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields) + b"\r\n" + body
    parse(raw).subject.encode()


def test_text_in_what_charset_it_really_has():
    assert "äöü" in parse(NASTY["unknown charset"]).text
    raw = parse(NASTY["raw 8-bit header"])
    assert (raw.subject, raw.sender_name) == ("Überraschung", "Jörg")


def test_too_many_parts_are_said():
    assert "more than 500 parts" in parse(NASTY["many parts"]).problems[0]


def test_too_deep_a_nesting_still_shows_its_header_and_beginning():
    mail = parse(b"Subject: deep\r\nFrom: ann@client.example\r\n" + NASTY["deep"])
    assert (mail.subject, mail.sender) == ("deep", "ann@client.example")
    assert "nested too deeply" in mail.problems[0]
    assert "Content-Type" in mail.text


def test_a_mail_forwarded_a_hundred_times_is_read():
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 100 + b"Subject: first\r\n\r\nThe oldest."
    mail = parse(mixed(b"Content-Type: text/plain\r\n\r\nSee below.", nested))
    assert (mail.text, mail.is_whole) == ("See below.", True)
    assert b"The oldest." in mail.parts[0].content


def test_a_digest_of_many_mails_is_read():
    mail = parse(mixed(b"\r\nSeventy mails.", *[b"Content-Type: message/rfc822\r\n\r\nSubject: n\r\n\r\nText."] * 70))
    assert (mail.text, len(mail.parts)) == ("Seventy mails.", 50)
    assert "more than 50 files" in mail.problems[0]


def test_an_invitation_is_a_file():
    mail = parse(mixed(b"\r\nOn Monday?", b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"))
    assert (mail.text, [part.name for part in mail.parts]) == ("On Monday?", ["unnamed.ics"])


def test_parts_that_cannot_be_told_apart_are_text():
    assert "body" in parse(NASTY["missing boundary"]).text


def test_what_is_cut_off_is_said():
    assert parse(b"A: " + b"x" * 300_000 + b"\r\nFrom: a@b.example\r\n\r\nbody").problems == (HEADER_CUT,)
    assert "too long" in parse(b"Subject: x\r\n\r\n" + b"y" * 600_000).problems[0]


SENDERS = {
    "rita@alder.example <eve@evil.example>": ("rita@alder.example", "eve@evil.example"),
    "=?utf-8?Q?a=0D=0ABcc:_x@y.example?= <rita@alder.example>": ("a Bcc: x@y.example", "rita@alder.example"),
    "Reader, Rita <rita@alder.example>": ("Reader, Rita", "rita@alder.example"),
    '"Reader, Rita" <Rita@Alder.Example>': ("Reader, Rita", "rita@alder.example"),
    "Group: a@x.example, B <b@y.example>;": ("", "a@x.example"),
    "a@x.example, B <b@y.example>": ("", "a@x.example"),
    "rita@alder.example (Rita)": ("Rita", "rita@alder.example"),
    "(" * 3000 + " rita@alder.example": ("", "rita@alder.example"),
}


@pytest.mark.parametrize(("field", "expected"), SENDERS.items(), ids=range(len(SENDERS)))
def test_who_wrote_it(field, expected):
    mail = parse(f"From: {field}\r\n\r\nbody".encode())
    assert (mail.sender_name, mail.sender) == expected


def test_html_is_read_and_made_harmless():
    mail = parse(NASTY["html only"])
    assert mail.text == "one\n\ntwo"
    assert mail.html == "<p>one</p><p>two</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<form action=/console/><button>x</button></form>",
        "<style>body{}</style>",
        "<div style='position:fixed' class=button onclick=x>y</div>",
        "<svg><script>1</script></svg>",
        "<iframe src=//x></iframe>",
        "<base href=//x><meta http-equiv=refresh content=0>",
    ],
)
def test_nothing_active_survives_the_cleaning(html):
    found = clean.clean(html).lower()
    assert not any(
        word in found for word in ("on", "javascript", "<form", "style", "class", "<svg", "iframe", "src", "meta")
    )


def test_files_keep_their_content_and_lose_their_folders():
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@client.example", "Files"
    message.set_content("See the file.")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../etc/pass wd.png")
    [part] = parse(message.as_bytes()).parts
    assert (part.name, part.content_type, part.content) == ("pass wd.png", "image/png", b"\x89PNG")


def test_a_mail_inside_a_mail_is_a_file():
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("Inside.")
    outer["Subject"] = "Outer"
    outer.set_content("Outside.")
    outer.add_attachment(inner)
    mail = parse(outer.as_bytes())
    assert (mail.subject, mail.text) == ("Outer", "Outside.")
    assert b"Inside." in mail.parts[0].content


def test_machines_are_recognised():
    assert parse(simple(Auto_Submitted="auto-replied")).is_automatic
    assert not parse(simple(Auto_Submitted="no")).is_automatic
    assert parse(simple(List_Id="<news.example>")).is_list
    assert parse(simple(Precedence="bulk")).is_list
    assert parse(simple(Content_Type="multipart/report; report-type=delivery-status; boundary=x")).bounce
    assert parse(simple(Content_Type="multipart/report; report-type=disposition-notification; boundary=x")).is_automatic
    assert parse(simple(Precedence="auto-reply")).is_automatic
    assert parse(simple(Return_Path="<>")).return_path == ""
    assert parse(simple()).return_path is None


REPLIES = {
    "english": (
        "It works now.\n\nOn Mon, 2 Nov 2026 at 10:00, Support <s@a.example> wrote:\n> Please try.\n",
        "It works now.",
    ),
    "german": (
        "Geht wieder.\n\nAm 02.11.2026 um 10:00 schrieb Support <s@a.example>:\n> Bitte testen.\n",
        "Geht wieder.",
    ),
    "outlook": (
        "Thanks.\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Ann\nSubject: x\n\nold",
        "Thanks.",
    ),
    "gmail wrapped": (
        "Fine.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Harbour Support <\nsupport+x@a.example> wrote:\n\n> Please try.\n",
        "Fine.",
    ),
    "gmail as html": ("Fine.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Support <s@a.example> wrote:\n\nPlease try.", "Fine."),
    "apple": ("Fine.\n\nSent from my iPhone\n\n> On 2 Nov 2026, at 10:00, Support wrote:\n>\n> Please try.\n", "Fine."),
    "outlook without a line": ("Fine.\n\nFrom: Support <s@a.example>\nSent: Monday\nTo: Ann\n\nPlease try.", "Fine."),
    "outlook german": ("Gut.\n________________________________\nVon: Support\nGesendet: Montag\n\nBitte.", "Gut."),
    "outlook french": ("Bien.\n\nDe : Support\nEnvoyé : lundi 2 novembre 2026\nÀ : Ann\n\nMerci.", "Bien."),
    "german wrapped": ("Gut.\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb S <\ns@a.example>:\n\n> Bitte.\n", "Gut."),
    "czech": ("Díky.\n\nDne 2. 11. 2026 v 10:00 Support napsal(a):\n> Zkuste to.\n", "Díky."),
    "czech gmail": ("Díky.\n\npo 2. 11. 2026 v 10:00 odesílatel S <s@a.example> napsal:\n\n> Zkuste to.\n", "Díky."),
    "answers between": ("On 2 Nov 2026 Support wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.", "Yes.\n\n\nNo."),
    "no quote at all": ("On page 3 I wrote the following:\nhello", "On page 3 I wrote the following:\nhello"),
    "a greeting in the middle": ("Please help.\n\nKind regards,\nAnn\n\nPS: it is urgent.",) * 2,
    "signature": ("All fine.\n\n-- \nAnn\nClient Ltd\n", "All fine."),
    "answers below the writer's own signature": (
        "> Question 1\nAnswer 1\n-- \nBob\n> Question 2\nAnswer 2\n",
        "Answer 1\nAnswer 2",
    ),
    "answers in an unmarked quote": (
        "Answers below.\n\nFrom: Support\nSent: Monday\nTo: Bob\nSubject: x\n\nQ1?\n[Bob] YES ONE",
    )
    * 2,
    "below, of something else": (
        "The picture is missing below the text. " + "It is the third. " * 20 + "\n\nFrom: S\nSent: Monday\n\nold",
        "The picture is missing below the text. " + ("It is the third. " * 20).strip(),
    ),
    "only a quote": ("> Please try.\n", "> Please try."),
}


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_the_new_part_of_a_reply(text, expected):
    assert new_text(text) == expected
