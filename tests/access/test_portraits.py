"""Pictures of people."""

import zlib
from io import BytesIO

import pytest
from django.http import Http404
from PIL import Image

from mainstay.access import actions, portraits
from mainstay.access.gates import portrait_owner_for
from mainstay.access.queries import portrait_of
from mainstay.common import files


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), **options) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(out, kind, **options)
    out.seek(0)
    return out


def claiming(side: int) -> BytesIO:
    """A picture of 8 × 8 pixels whose header says that it has `side` × `side`."""
    content = bytearray(picture("PNG", (8, 8)).read())
    content[16:24] = side.to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return BytesIO(bytes(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_square(kind) -> None:
    with Image.open(BytesIO(portraits.redraw(picture(kind)))) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (320, 320))


def test_nothing_but_pixels_remains() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    drawn = portraits.redraw(picture("JPEG", exif=exif, comment=b"hidden words"))
    assert b"taken at home" not in drawn
    assert b"hidden words" not in drawn


def test_a_program_hidden_behind_a_picture_is_gone() -> None:
    upload = BytesIO(picture("PNG").read() + b"<?php system($_GET['c']); ?>")
    assert b"system(" not in portraits.redraw(upload)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n0000"]
)
def test_what_is_no_picture_is_refused(content) -> None:
    with pytest.raises(portraits.PortraitRefused, match="cannot be read"):
        portraits.redraw(BytesIO(content))


def test_other_formats_are_refused() -> None:
    with pytest.raises(portraits.PortraitRefused):
        portraits.redraw(picture("BMP"))


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(portraits.PortraitRefused, match="7000 × 7000"):
        portraits.redraw(claiming(7000))


def test_a_flood_of_pixels_is_refused() -> None:
    with pytest.raises(portraits.PortraitRefused):
        portraits.redraw(claiming(60_000))


def test_a_new_picture_replaces_the_one_before(cast, now, django_capture_on_commit_callbacks) -> None:
    actions.set_portrait(user=cast.helper, upload=picture(), at=now)
    first = portrait_of(cast.helper)
    place = files.path_of(first)
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_portrait(user=cast.helper, upload=picture("JPEG"), at=now)
    assert cast.helper.portrait != first.name
    assert not place.exists()
    assert files.read(portrait_of(cast.helper)).startswith(b"RIFF")


def test_initials_come_back_without_one(cast, now) -> None:
    actions.set_portrait(user=cast.helper, upload=picture(), at=now)
    assert cast.helper.portrait_url
    actions.remove_portrait(user=cast.helper)
    assert (cast.helper.portrait_url, cast.helper.initials) == ("", "HH")


def test_clients_see_the_staff_and_themselves_only(cast, now) -> None:
    for user in (cast.helper, cast.a_viewer, cast.b_administrator):
        actions.set_portrait(user=user, upload=picture(), at=now)
    assert portrait_owner_for(cast.a_viewer, cast.helper.pk) == cast.helper
    assert portrait_owner_for(cast.a_viewer, cast.a_viewer.pk) == cast.a_viewer
    assert portrait_owner_for(cast.helper, cast.b_administrator.pk) == cast.b_administrator
    for user_id in (cast.b_administrator.pk, cast.auditor.pk, 0):
        with pytest.raises(Http404):
            portrait_owner_for(cast.a_viewer, user_id)
