"""Pictures of people: whatever was sent is decoded within bounds and written anew, so that only pixels remain."""

from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

BYTES_MAX = 5 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PortraitRefused(ValueError):
    """The file is no picture we take: the message says why."""


def redraw(upload: BinaryIO) -> bytes:
    """A square WebP picture of `SIDE` pixels, without the metadata or anything else of the file that was sent.

    Raises:
        PortraitRefused: another format, too many pixels, or damaged.
    """
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            return _square(picture)
    except PortraitRefused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, *BOMBS) as problem:
        raise PortraitRefused(_("This file cannot be read as a picture. Choose a JPEG, PNG or WebP file.")) from problem


def _square(picture: Image.Image) -> bytes:
    """The size is known from the header, before a pixel is decoded."""
    width, height = picture.size
    if width * height > PIXELS_MAX:
        raise PortraitRefused(
            _("This picture has %(width)d × %(height)d pixels. Choose a smaller one.")
            % {"width": width, "height": height}
        )
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    out = BytesIO()
    ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
