"""Putting reminders off, and ticking them, wherever they are shown."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.promises import gates, reminders
from mainstay.promises.models import Reminder

CHOICES = (("1", "until tomorrow"), ("7", "for a week"), ("14", "for two weeks"), ("30", "for 30 days"))


class PutOff(forms.Form):
    days = forms.TypedChoiceField(choices=CHOICES, coerce=int)


@require_POST
def putting_off(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """Show it again later."""
    reminder = gates.reminder_for(request.user, reminder_id, Permission.REMINDER_EDIT)
    form, now = PutOff(request.POST), timezone.now()
    if not form.is_valid():
        return kit.done(request, _back(request, reminder), "Nothing was put off: choose for how long.")
    today = now.astimezone(reminder.client.zone).date()
    until = today + timedelta(days=form.cleaned_data["days"])
    try:
        reminders.put_off(reminder=reminder, until=until, today=today, by=request.user, at=now)
    except reminders.ReminderOver as problem:
        return kit.not_done(request, _back(request, reminder), str(problem))
    return kit.done(request, _back(request, reminder), f"It comes back on {until.day} {until:%B}.")


@require_POST
def ticking(request: HttpRequest, reminder_id: int) -> HttpResponse:
    """It was seen to."""
    reminder = gates.reminder_for(request.user, reminder_id, Permission.REMINDER_EDIT)
    try:
        reminders.tick(reminder=reminder, by=request.user, at=timezone.now())
    except reminders.ReminderOver as problem:
        return kit.not_done(request, _back(request, reminder), str(problem))
    return kit.done(request, _back(request, reminder), "Ticked: it is done.")


def _back(request: HttpRequest, reminder: Reminder) -> str:
    """The page of ours that the form stood on."""
    asked = request.POST.get("from", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("console-account", args=[reminder.client.slug])
