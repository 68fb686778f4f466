"""What HTML says is read as it is shown, whole and in bearable time; what nobody sees is not."""

import base64
import time

import pytest

from mainstay.desk.letters.body import NOT_DECODED, TEXT_CUT
from mainstay.desk.letters.clean import clean, text_of
from mainstay.desk.letters.parse import parse

HEAD = b"From: Anna <anna@b.example>\nSubject: x\n"


def html(*texts: str) -> bytes:
    parts = b"".join(b"--Z\nContent-Type: text/html; charset=utf-8\n\n" + each.encode() + b"\n" for each in texts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=Z\n\n" + parts + b"--Z--\n"


TOLD = {
    "lines": ("<div>One</div><div>Two</div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
    "paragraphs": ("<p>One<p>Two</p>", "One\n\nTwo"),
    "white space": ("<p>One\n  two&nbsp; three</p>", "One two  three"),
    "preformatted": ("<pre>a\n b</pre>c", "a\nb\n\nc"),
    "cells": ("<table><tr><td>a</td><td><p>b</p></td></tr><tr><th>c<th>d</table>", "a\tb\nc\td"),
    "a link": ('See <a title="t" href="https://x.example/a?b=1&amp;c=2">the page</a>.',
               "See the page <https://x.example/a?b=1&c=2>."),
    "a link that says itself": ('<a href="https://x.example/">x.example</a>', "x.example"),
    "a link of script": ("<a href='javascript:x()'>click</a>", "click"),
    "a picture": ('<img src="cid:1" alt="The error">', "[The error]"),
    "a face": ("Thanks <img alt='🙂' src=x>", "Thanks 🙂"),
    "no tag": ("1 < 2 and 3 > 2, a<b", "1 < 2 and 3 > 2, a<b"),
    "an attribute with >": ('<img alt="a > b">', "[a > b]"),
    "a quote that never closes": ("<p title=\"x>One</p><p>Two's</p>", "One\n\nTwo's"),
    "an answer": ('Yes.<blockquote type="cite"><div>Old?</div></blockquote>', "Yes.\n\n> Old?"),
    "set in": ("<blockquote>New</blockquote>", "New"),
    "entities": ("&lt;p&gt; &amp;amp; &eacute;", "<p> &amp; é"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "text"), TOLD.values(), ids=TOLD)
def test_html_is_told_as_it_is_shown(said: str, text: str):
    assert text_of(said) == text


UNSEEN = [
    "<style>.x{color:red}</style>",
    "<script>alert('x')</script>",
    "<title>x</title>",
    "<!-- x -->",
    "<!--[if mso]><p>x</p><![endif]-->",
    "<div style='display:none'><div>x</div>x</div>",
    '<span STYLE="color:red; display : NONE !important">x</span>',
    "<div style='visibility:hidden'>x</div>",
    "<div style='font-size:0px'>x</div>",
    "<p style='mso-hide:all'>x</p>",
    "<p hidden>x</p>",
    "<template>x</template>",
]


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_neither_told_nor_shown(unseen: str):
    assert text_of(f"<p>One</p>{unseen}<p>Two</p>") == "One\n\nTwo"
    assert "x" not in clean(f"<p>One</p>{unseen}<p>Two</p>")
    assert text_of("<b>a</b>" * 14_000 + unseen) == "a" * 14_000


@pytest.mark.parametrize(
    "said",
    [
        "<div style='display:none'>All of it</div>",
        "<div style='display:none'>All of it",
        "<p style='font-size:0.9em'>All of it</p>",
        "<style>All of it",
        "<p style='display:none'>x<p>All of it</p>",
    ],
)
def test_nothing_is_hidden_where_all_would_be(said: str):
    assert "All of it" in text_of(said)


@pytest.mark.parametrize(
    ("plain", "rich", "text"),
    [
        ("This message requires an HTML viewer.", "<p>It is down</p>", "It is down"),
        ("Your program cannot show this.", "<p>Down</p>", "Down"),
        ("Dear team,", "<p>Dear team,</p><p>" + "it is down again. " * 40 + "</p>",
         "Dear team,\n\n" + ("it is down again. " * 40).strip()),
        ("It is down. See [1].", "<p>It is down. See <a href='https://x.example'>it</a>.</p>", "It is down. See [1]."),
        ("这个页面打不开", "<p>这个页面打不开</p>", "这个页面打不开"),
    ],
)  # fmt: skip
def test_of_two_alternatives_the_one_is_told_that_says_it(plain: str, rich: str, text: str):
    raw = (
        HEAD
        + (
            "Content-Type: multipart/alternative; boundary=Z\n\n"
            f"--Z\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
            f"--Z\nContent-Type: text/html; charset=utf-8\n\n{rich}\n--Z--\n"
        ).encode()
    )
    assert parse(raw).text == text.strip()


def test_what_stands_beside_html_is_shown_with_it():
    raw = html("<p>One").replace(b"--Z--", b"--Z\nContent-Type: text/plain\n\nTwo <b>\n--Z--")
    assert parse(raw).html == "<p>One</p>\n<p>Two &lt;b&gt;</p>"


def test_pasted_pictures_are_files_that_the_html_names():
    said = base64.b64encode(b"\x89PNG" + b"x" * 90_000).decode()
    read = parse(
        html(f'<p>See <img alt="it" src="data:image/png;base64,{said}"> and <IMG src=cid:a.1></p>', "<b>Two</b>")
    )
    [picture] = read.parts
    assert (picture.content_type, len(picture.content), picture.name) == ("image/png", 90_004, "picture-1.png")
    assert f'src="cid:{picture.content_id}"' in read.html
    assert 'src="cid:a.1"' in read.html
    assert (read.text, read.is_whole) == ("See [it] and\nTwo", True)


@pytest.mark.parametrize(
    "source", ["https://x.example/a.png", "data:text/html;base64,AAAA", "x.png", "//x", "javascript:x"]
)
def test_no_picture_is_fetched(source: str):
    assert "<img" not in clean(f"<img src='{source}'>")


def test_each_cut_is_said():
    assert parse(html("<p>" + "word " * 90_000, "x" * 90_000)).problems == (TEXT_CUT,)
    assert parse(html("<i></i>" * 20_000 + "word " * 190_000)).problems == (TEXT_CUT,)
    assert parse(html("<p>One <img src='data:image/png;base64,AAAAA'>")).problems == (NOT_DECODED,)
    many = parse(html(*["<b>word</b> " * 5_000] * 8))
    assert (many.text.count("word"), many.html.count("word"), many.problems) == (40_000, 40_000, ())


SIZES = {
    "tags": "<b>x</b>" * 120_000, "open": "<b><p>" * 160_000, "half": "<a" * 450_000, "half2": "<p " * 300_000,
    "quotes": "<a b='x\" <" * 95_000, "comments": "<!--" * 240_000, "hidden": "<div style='display:none'>" * 35_000,
    "hidden names": "".join(f"<x{n} hidden>a" for n in range(60_000)), "style": "<style>a</style>" * 60_000,
    "cells": "<td>a" * 190_000, "tables": "<table><tr><td>" * 60_000, "links": "<a href='https://x.example'>" * 33_000,
    "attributes": "<a " + "a=1 " * 240_000 + ">", "equals": "<a " + "=" * 950_000 + ">", "half3": "<a =" * 240_000,
    "amps": "&" * 950_000, "entities": "&nbsp;" * 160_000, "quote": "<blockquote type=cite>a" * 40_000,
    "formatting": "".join(f"<b a={n}>" for n in range(900)) + "<p>x" * 100_000, "declared": "<!" * 450_000,
    "closed": "</a" * 300_000, "closed2": "<div>" * 100_000 + "</div>" * 70_000, "less": "<" * 950_000,
    "bad bytes": "\udcff" * 3_000_000, "pictures": "<img src='data:image/png;base64,AAAA'>" * 600_000,
    "spaces": "<p style='display" + " " * 900_000 + ":none'>x</p>", "words": "word " * 9_000_000,
}  # fmt: skip


@pytest.mark.parametrize("said", SIZES.values(), ids=SIZES)
def test_no_html_takes_long(said: str):
    raw = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + said.encode("utf-8", "surrogateescape")
    began = time.process_time()
    read = parse(raw)
    assert time.process_time() - began < 2
    assert len(read.text) <= 500_000
    assert len(read.html) <= 6_000_000


def test_no_html_in_many_parts_takes_long():
    raw = html(*["<i>" * 3_300] * 450)
    began = time.process_time()
    parse(raw)
    assert time.process_time() - began < 2
