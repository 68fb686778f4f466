"""The PDF: tagged, complete, the same each time, and deaf to what strangers write."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdf
import pytest
import typst

from mainstay.report.figures import shapes
from mainstay.report.pdf import render
from mainstay.report.pdf.coverage import characters, showable
from mainstay.report.printed import Heading, lay_out
from tests.report import sample

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
HEADING = Heading(number="7", issued_at="2026-11-03T09:00:00+00:00")


def rendered(figures: shapes.Figures) -> bytes:
    return render.pdf(lay_out(figures, HEADING), at=AT)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    """`text` without white space, which a PDF's lines break anywhere."""
    return re.sub(r"[\s\u200b\u00ad\u00a0]", "", text)


@pytest.fixture(scope="module")
def content() -> bytes:
    return rendered(sample.figures(*sample.HOSTILE))


def test_the_same_figures_give_the_same_file(content: bytes):
    assert rendered(sample.figures(*sample.HOSTILE)) == content


def test_it_is_tagged_for_people_who_do_not_see(content: bytes):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]) == "Service report, October 2026, Harbour & Sons Ltd"
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        roles = list(elements(pdf.Root.StructTreeRoot))
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/P"} <= {str(each.S) for each in roles}


def test_every_picture_has_words(content: bytes):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pictures = [each for each in elements(pdf.Root.StructTreeRoot) if str(each.S) == "/Figure"]
        assert len(pictures) >= 23
        assert all(str(each.get("/Alt", "")) for each in pictures)


def elements(node: Any) -> Any:
    """All structure elements below `node`."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_every_font_is_embedded(content: bytes):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(each.keys()) for each in fonts)


def test_pages_are_numbered(content: bytes):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


def test_hostile_subjects_are_text(content: bytes):
    found = squeezed(text_of(content))
    for subject in (*sample.HOSTILE[:2], sample.HOSTILE[4]):
        assert found.count(squeezed(subject)) == 3
    assert "‹U+4E2D›‹U+6587›" in found
    assert "\u202e" not in found
    assert squeezed("are written as their Unicode number") in found
    assert squeezed("are written as their Unicode number") not in squeezed(text_of(rendered(sample.figures())))


def test_hostile_text_adds_no_links_scripts_or_files(content: bytes):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        assert "/OpenAction" not in pdf.Root
        actions = [note for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note and "/URI" in note.A]
    assert actions == []


def test_a_report_about_nothing_is_whole():
    desk = shapes.DeskFigures(
        opened=0, closed=0, backlog=0, by_audience=(), by_category=(), by_priority=(), clocks=(), breaches=(),
        breaches_left_out=0, tickets=(), tickets_left_out=0,
    )  # fmt: skip
    from dataclasses import replace

    bare = replace(sample.figures(), websites=(), desk=desk, gaps=(), gaps_left_out=0, sections=())
    found = text_of(rendered(bare))
    assert "No website was under this agreement." in found
    assert "No clock fell due in the month." in found


def test_the_template_reaches_no_file_outside_memory():
    files = {"main.typ": b'#read("/etc/hostname")', "look.typ": b"", "data.json": b"{}"}
    with pytest.raises(typst.TypstError):
        render._compile(files, AT, [])


def test_a_cluster_without_a_glyph_still_gives_a_tagged_file():
    printed = lay_out(sample.figures("plain"), HEADING)
    printed["desk"]["tickets"][0]["subject"] = "zalgo Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢"
    with pikepdf.open(io.BytesIO(render.pdf(printed, at=AT))) as pdf:
        assert pdf.Root.MarkInfo.Marked


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain é ß Ж Ω", "plain é ß Ж Ω"),
        ("e\u0301", "é"),
        ("中", "‹U+4E2D›"),
        ("a\x00\x1b\u202eb", "ab"),
        ("🚀 مرحبا שלום", "🚀 مرحبا שלום"),
    ],
)
def test_what_no_font_has_is_written_out(given: str, shown: str):
    assert showable(given) == shown


def test_the_bundled_fonts_cover_what_reports_say():
    assert {ord(each) for each in "≥≤–…’·“”‹›−✓€£"} <= characters()
