"""Tags that lists hold many of."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django.template import Context

from mainstay.kit.templatetags.kit import clock_chip, excerpt, moment

AT = datetime(2020, 3, 3, 9, 5, 6, tzinfo=UTC)


def test_a_moment_is_exact_for_machines_and_plain_for_people() -> None:
    said = moment(Context(), AT)
    assert 'datetime="2020-03-03T09:05:06+00:00"' in said
    assert "3 March 2020, 09:05<" in said
    assert "09:05:06 GMT" in said
    assert "09:05:06<" in moment(Context(), AT, seconds=True)


def test_no_moment_is_a_dash() -> None:
    assert moment(Context(), None) == '<span class="muted">–</span>'
    assert moment(Context(), "") == '<span class="muted">–</span>'  # a variable that is not there


def test_what_people_wrote_is_text_in_an_excerpt() -> None:
    pieces = [SimpleNamespace(text="<b>", is_found=False), SimpleNamespace(text="<i>", is_found=True)]
    assert excerpt(pieces) == '<span class="excerpt">&lt;b&gt;<mark>&lt;i&gt;</mark></span>'


def test_a_clock_is_said_with_its_sign(monkeypatch) -> None:
    monkeypatch.setattr("mainstay.kit.templatetags.kit.remaining", lambda context, clock: "late by 2 h")
    chip = clock_chip(Context(), SimpleNamespace(state="late", label="Resolution", due_at=AT, remaining=None))
    assert 'class="chip chip-bad" title="Resolution: due' in chip
    assert '<span aria-hidden="true">✕</span>' in chip
    assert '<span class="chip-words">late by 2 h</span>' in chip
    without = clock_chip(Context(), SimpleNamespace(state="running", label="Resolution", due_at=None, remaining=None))
    assert "title" not in without and "aria-hidden" not in without
