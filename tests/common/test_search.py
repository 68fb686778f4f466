"""Words, what is typed into a search field, and excerpts. What the databases find is tests/desk/test_search.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.common import search
from mainstay.common.search import Piece, Term


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The images are broken", ("the", "imag", "are", "broken")),
        ("ÜBERGRÖSSE Überschrift café", ("ubergross", "uberschrift", "cafe")),
        ("ada@harbour.example", ("ada", "harbour", "exampl")),
        ("https://x.example/a_b-c?d=1", ("https", "x", "exampl", "a", "b", "c", "d", "1")),
        ("画像が壊れた", ("画", "像", "か", "壊", "れ", "た")),
        ("Straße 12", ("strass", "12")),
        ("-- '; DROP \x00 \"", ("drop",)),
        ("", ()),
    ],
)
def test_words(text, words):
    assert search.words_of(text).words == words


def test_the_bounds_of_a_text():
    found = search.words_of("x" * 1_000, "word " * 20_000)
    assert len(found.words) == 10_000
    assert max(map(len, found.words)) <= 40


def test_a_mark_is_told_from_any_word():
    assert search.words_of("c7", marks=["c7"]) == search.Words(("c7",), ("_c7",))
    with pytest.raises(ValueError, match="mark"):
        search.words_of("", marks=["c7 OR 1"])


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("broken images", [Term(words=("broken",)), Term(words=("imag",), is_open=True)]),
        ("broken images ", [Term(words=("broken",)), Term(words=("imag",))]),
        ('"broken images"', [Term(words=("broken", "imag"))]),
        ('logo -"image upload"', [Term(words=("logo",)), Term(words=("imag", "upload"), is_unwanted=True)]),
        ("a@b.example", [Term(words=("a", "b", "exampl"), is_open=True)]),
        ("log* x ", [Term(words=("log",), is_open=True), Term(words=("x",))]),
        ('"never closed', [Term(words=("never", "close"))]),
    ],
)
def test_what_is_typed(typed, terms):
    asked = search.asked(typed)
    assert asked is not None
    assert list(asked.terms) == terms


@pytest.mark.parametrize("typed", ["", "   ", "-only", '""', "§ $ %", "-"])
def test_nothing_to_look_for(typed):
    assert search.asked(typed, marks=["c1"]) is None


@given(st.text(max_size=300))
def test_any_text_can_be_typed(typed):
    asked = search.asked(typed)
    assert asked is None or (asked.wanted and len(asked.terms) <= 12)


def test_an_excerpt_shows_the_place():
    text = "Hello. " * 40 + "The broken images of the shop were replaced. " + "Bye. " * 40
    asked = search.asked("replace image ")
    assert asked is not None
    pieces = search.excerpt(text, asked)
    assert [piece.text for piece in pieces if piece.is_found] == ["images", "replaced"]
    assert pieces[0] == Piece("… ")
    assert pieces[-1] == Piece(" …")
    assert sum(len(piece.text) for piece in pieces) < 260


def test_no_excerpt_where_nothing_stands():
    asked = search.asked("logo ")
    assert asked is not None
    assert search.excerpt("Nothing of it.", asked) == []
