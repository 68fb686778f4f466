"""Forms of alert rules and channels."""

from typing import Any

from django import forms
from django.db.models import Q

from mainstay.access.web.forms import NameField
from mainstay.clients import queries as clients
from mainstay.clients.models import Organisation, Roster, Website
from mainstay.common.notify import KINDS, Channel
from mainstay.watch.alert_facts import Event, Who
from mainstay.watch.models import AlertRule
from mainstay.watch.models.alert_rule import MINUTES_MAX
from mainstay.watch.rules.alerting import REPEATS_MAX

ADDRESS_MAX = 2000
NEEDS = {Who.PERSON: ("person", "Choose the person."), Who.ON_CALL: ("roster", "Choose the roster.")}
CLOCK = {"type": "time"}


class AlertRuleForm(forms.Form):
    """Who is told of what, by which way, and when. Of a client's own page the client is given."""

    website = forms.ModelChoiceField(
        label="For", queryset=Website.objects.none(), required=False, empty_label="All of the client's websites"
    )
    events = forms.MultipleChoiceField(label="When", widget=forms.CheckboxSelectMultiple)
    who = forms.ChoiceField(label="Tell", choices=[(each.value, each.label) for each in Who])
    person = forms.ModelChoiceField(label="Person", queryset=clients.staff(), required=False, empty_label="–")
    roster = forms.ModelChoiceField(label="Roster", queryset=Roster.objects.all(), required=False, empty_label="–")
    channel = forms.ModelChoiceField(
        label="By", queryset=Channel.objects.all(), required=False, empty_label="Mail to the person"
    )
    other_channel = forms.ModelChoiceField(
        label="When that fails, by",
        queryset=Channel.objects.all(),
        required=False,
        empty_label="Mail to the person, else to every administrator",
    )
    after_minutes = forms.IntegerField(
        label="After (minutes)", min_value=0, max_value=MINUTES_MAX, initial=0, help_text="0: at once."
    )
    repeat_minutes = forms.IntegerField(
        label="Again every (minutes)",
        min_value=0,
        max_value=MINUTES_MAX,
        initial=0,
        help_text=f"Until somebody has taken it on, at most {REPEATS_MAX} times. 0: not again.",
    )
    quiet_from = forms.TimeField(label="Quiet from", required=False, widget=forms.TimeInput(CLOCK, format="%H:%M"))
    quiet_until = forms.TimeField(
        label="Quiet until",
        required=False,
        widget=forms.TimeInput(CLOCK, format="%H:%M"),
        help_text="What falls into this time is told at its end, if it still goes on.",
    )
    quiet_in_client_zone = forms.BooleanField(
        label="By the client's clock", required=False, help_text="Else by the clock of the person who is told."
    )
    urgent = forms.MultipleChoiceField(label="Also in quiet hours", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, client: Organisation | None, kept: Website | None = None, **kwargs: Any) -> None:
        """`kept` is the website of the rule that is changed: it can be kept also when it is looked after no more."""
        super().__init__(*args, **kwargs)
        events = [each for each in Event if client is None or each is not Event.DOUBT]
        self.fields["events"].choices = [(each.value, each.label) for each in events]  # type: ignore[attr-defined]
        self.fields["urgent"].choices = [  # type: ignore[attr-defined]
            (each.value, each.label) for each in events if each is not Event.UP
        ]
        if client is None:
            del self.fields["website"]
        else:
            offered = Q(is_active=True) | Q(pk=kept.pk if kept is not None else None)
            self.fields["website"].queryset = client.websites.filter(offered)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        who = cleaned.get("who")
        for needed, (name, message) in NEEDS.items():
            if who == needed and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
            elif who != needed:
                cleaned[name] = None
        if who in (Who.MANAGER, Who.DEPUTY) and Event.DOUBT in cleaned.get("events", ()):
            self.add_error("events", "A doubted prober is no client's: name a person, a roster or a channel for it.")
        if who == Who.CHANNEL and not cleaned.get("channel"):
            self.add_error("channel", "Choose the channel.")
        if cleaned.get("other_channel") and cleaned.get("other_channel") == cleaned.get("channel"):
            self.add_error("other_channel", "This is the channel that has failed then: choose another.")
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_until")):
            self.add_error("quiet_until", "Give both ends of the quiet hours, or neither.")
        elif cleaned.get("quiet_from") and cleaned["quiet_from"] == cleaned["quiet_until"]:
            self.add_error("quiet_until", "These are no hours: give another end, or leave both empty.")
        return cleaned


def values_of(rule: AlertRule) -> dict[str, Any]:
    """What a rule says, to fill its form with."""
    return {name: getattr(rule, name) for name in AlertRuleForm.base_fields}


class ChannelForm(forms.Form):
    """A channel; its address is entered, and never shown again."""

    name = NameField(label="Name", help_text="As in: Slack of the on-call team.")
    kind = forms.ChoiceField(label="Kind", choices=[(each.key, each.label) for each in KINDS.values()])
    address = forms.CharField(
        label="Address",
        max_length=ADDRESS_MAX,
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    allow_private = forms.BooleanField(
        label="It may lead into a private network",
        required=False,
        help_text="For a receiver inside the agency's own network. Never needed for services on the internet.",
    )

    def __init__(self, *args: Any, channel: Channel | None = None, may_allow_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel
        self.fields["address"].help_text = " ".join(f"{each.label}: {each.help_text}" for each in KINDS.values())
        if channel is not None:
            del self.fields["kind"]
            self.fields["address"].required = False
            self.fields["address"].help_text = "Leave it empty to keep the present one, which is not shown."
        if not may_allow_private:
            del self.fields["allow_private"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Channel.objects.filter(name=name).exclude(pk=self.channel.pk if self.channel else None)
        if others.exists():
            raise forms.ValidationError("There is a channel of this name.")
        return name
