"""Pictures of people."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from mainstay.access import portraits
from mainstay.access.models import User
from mainstay.common import files


@transaction.atomic
def set_portrait(*, user: User, upload: BinaryIO, at: datetime) -> User:
    """Give a person a picture, drawn anew from what was sent; the one before is deleted.

    Raises:
        PortraitRefused: it is no picture we take.
    """
    content = portraits.redraw(upload)
    _forget(user)
    user.portrait = files.store(content, media_type=portraits.MEDIA_TYPE, at=at, file_name="portrait.webp").name
    user.save(update_fields=["portrait"])
    return user


@transaction.atomic
def remove_portrait(*, user: User) -> User:
    """Show initials again. Safe to repeat."""
    _forget(user)
    user.portrait = ""
    user.save(update_fields=["portrait"])
    return user


def _forget(user: User) -> None:
    before = files.StoredFile.objects.filter(name=user.portrait).first() if user.portrait else None
    if before is not None:
        files.remove(before)
