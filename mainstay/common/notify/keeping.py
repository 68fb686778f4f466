"""Adding, changing and pausing channels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from mainstay.common import facts, sealed
from mainstay.common.models.channel import Channel
from mainstay.common.notify.channels import KINDS


@dataclass(frozen=True)
class ChannelKept:
    """A channel was added, changed, paused or resumed: `step`."""

    kind: ClassVar[str] = "common.channel_kept"
    channel_id: int
    step: str

    @property
    def subject(self) -> str:
        return f"channel:{self.channel_id}"


@transaction.atomic
def add_channel(*, name: str, kind: str, address: str, allow_private: bool, by: Any, at: datetime) -> Channel:
    """Keep a way out, its address sealed.

    Raises:
        AddressWrong: the address is none of that kind, or leads where nothing is sent.
    """
    KINDS[kind].check(address, allow_private=allow_private)
    channel = Channel.objects.create(
        name=name, kind=kind, address=sealed.seal(address), allow_private=allow_private, created_at=at
    )
    facts.record(ChannelKept(channel.pk, "added"), by=by, at=at)
    return channel


@transaction.atomic
def change_channel(*, channel: Channel, name: str, address: str, allow_private: bool, by: Any, at: datetime) -> Channel:
    """Change a channel; an empty `address` keeps the one there is. Raises as `add_channel`."""
    kept = address or sealed.unseal(channel.address)
    KINDS[channel.kind].check(kept, allow_private=allow_private)
    channel.name, channel.address, channel.allow_private = name, sealed.seal(kept), allow_private
    channel.save(update_fields=["name", "address", "allow_private"])
    facts.record(ChannelKept(channel.pk, "changed"), by=by, at=at)
    return channel


@transaction.atomic
def pause_channel(*, channel: Channel, by: Any, at: datetime) -> None:
    """Say nothing more on a channel; what was to be said there is raised elsewhere."""
    if Channel.objects.filter(pk=channel.pk, paused_at__isnull=True).update(paused_at=at):
        facts.record(ChannelKept(channel.pk, "paused"), by=by, at=at)


@transaction.atomic
def resume_channel(*, channel: Channel, by: Any, at: datetime) -> None:
    """Use a paused channel again."""
    if Channel.objects.filter(pk=channel.pk, paused_at__isnull=False).update(paused_at=None):
        facts.record(ChannelKept(channel.pk, "resumed"), by=by, at=at)
