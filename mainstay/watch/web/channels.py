"""Channels in the console: added, tried out, paused."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import may_anywhere
from mainstay.common import notify
from mainstay.common.notify import AddressWrong, Channel, Message
from mainstay.watch import gates
from mainstay.watch.web.alert_forms import ChannelForm

MESSAGES_SHOWN = 20
TRIAL = Message("A trial by Mainstay", "If you can read this, alerts will arrive here.")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All channels, and how they last did."""
    gates.require_console(request.user)
    may_edit = may_anywhere(request.user, Permission.CHANNEL_EDIT)
    return kit.page(request, "watch/console/channels.html", channels=Channel.objects.all(), may_edit=may_edit)


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """A new channel."""
    gates.require_right(request.user, Permission.CHANNEL_EDIT)
    form = ChannelForm(request.POST or None, may_allow_private=_may_allow_private())
    if request.method == "POST" and form.is_valid():
        given = {"allow_private": False, **form.cleaned_data}
        try:
            channel = notify.add_channel(**given, by=request.user, at=timezone.now())
        except AddressWrong as problem:
            form.add_error("address", str(problem))
        else:
            return kit.done(request, _page_of(channel), "The channel was added. Send a trial.")
    return kit.page(request, "watch/console/channel_new.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, channel_id: int) -> HttpResponse:
    """One channel: what was said on it, and what it is."""
    channel = gates.channel_for(request.user, channel_id)
    initial = {"name": channel.name, "allow_private": channel.allow_private}
    form = ChannelForm(request.POST or None, channel=channel, may_allow_private=_may_allow_private(), initial=initial)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"allow_private": channel.allow_private, **form.cleaned_data}
        try:
            notify.change_channel(channel=channel, **given, by=request.user, at=timezone.now())
        except AddressWrong as problem:
            form.add_error("address", str(problem))
        else:
            return kit.done(request, _page_of(channel), "The channel was changed.")
    messages = channel.notifications.order_by("-pk")[:MESSAGES_SHOWN]
    kind = notify.KINDS[channel.kind].label
    return kit.page(
        request, "watch/console/channel.html", form=form, channel=channel, kind=kind, messages_said=messages
    )


@require_POST
def trial(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Say something on the channel, to see whether it arrives."""
    channel = gates.channel_for(request.user, channel_id)
    notify.say(channel, TRIAL, key=f"trial:{uuid.uuid4().hex}", at=timezone.now())
    return kit.done(
        request, _page_of(channel), "A trial is on its way. Load this page again to see whether it arrived."
    )


@require_POST
def pause(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Say nothing more on it for now."""
    channel = gates.channel_for(request.user, channel_id)
    notify.pause_channel(channel=channel, by=request.user, at=timezone.now())
    return kit.done(request, _page_of(channel), "The channel is paused. Its alerts go elsewhere.")


@require_POST
def resumption(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Use it again."""
    channel = gates.channel_for(request.user, channel_id)
    notify.resume_channel(channel=channel, by=request.user, at=timezone.now())
    return kit.done(request, _page_of(channel), "The channel is in use again.")


def _page_of(channel: Channel) -> str:
    return reverse("console-channel", args=[channel.pk])


def _may_allow_private() -> bool:
    """Where the setting lets administrators allow private addresses; only they come here."""
    return bool(settings.MAINSTAY.watch_allow_private)
