"""The forms of adding a website in one step."""

from typing import Any

from django import forms

from mainstay.access.web.forms import NameField
from mainstay.clients.models import Organisation
from mainstay.clients.web.forms import WebAddressField
from mainstay.watch.actions import NewMonitor
from mainstay.watch.probes import KINDS, Kind
from mainstay.watch.rules.suggesting import Suggestion
from mainstay.watch.web.forms import ADDRESS_WORDS
from mainstay.watch.web.kind_fields import PREFIX, fields_of, settings_in

MONITORS_MAX = 20


class AddressForm(forms.Form):
    """The one thing that has to be known, and whose website it is."""

    url = forms.CharField(
        label="Address of the website",
        max_length=2000,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "url", "placeholder": "example.org"}),
    )
    client = forms.ModelChoiceField(
        label="Client", queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )
    allow_private = forms.BooleanField(
        label="It may look at private addresses",
        required=False,
        help_text="For websites inside the agency's or the client's own network.",
    )

    def __init__(self, *args: Any, clients: Any, may_allow_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients
        if not may_allow_private:
            del self.fields["allow_private"]

    def clean_url(self) -> str:
        return "".join(self.cleaned_data["url"].split())


class WebsiteForm(forms.Form):
    """The website as it will be called; `many` monitors are sent with it."""

    name = NameField(label="Name")
    url = WebAddressField(label="Address that visitors use")
    client = forms.CharField(widget=forms.HiddenInput)
    allow_private = forms.BooleanField(required=False, widget=forms.HiddenInput)
    many = forms.IntegerField(min_value=0, max_value=MONITORS_MAX, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="website_%s", **kwargs)  # the form that asked stands on the same page

    @property
    def many_sent(self) -> int:
        """How many monitors the form carries, as far as it can be read."""
        text = str(self.data.get("many", ""))
        return min(int(text), MONITORS_MAX) if text.isdecimal() and len(text) < 3 else 0


class SuggestedForm(forms.Form):
    """One suggested monitor: ticked or not, its address, and those of its settings that were suggested."""

    tick = forms.BooleanField(required=False)
    kind = forms.ChoiceField(
        choices=[(key, each.label) for key, each in KINDS.items() if not each.is_called], widget=forms.HiddenInput
    )
    name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    counts = forms.BooleanField(required=False, widget=forms.HiddenInput)
    interval_seconds = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    url = forms.CharField(max_length=2000)

    def __init__(self, *args: Any, of_kind: Kind, settings: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_kind = of_kind
        self.fields["tick"].label = of_kind.label
        self.fields["url"].label = ADDRESS_WORDS[of_kind.pointed][0]
        for name, field in fields_of(of_kind, settings).items():
            if name.removeprefix(PREFIX) in settings:
                self.fields[name] = field

    @classmethod
    def of(cls, each: Suggestion, prefix: str) -> "SuggestedForm":
        """The form of a suggestion, before it is sent."""
        initial = {"tick": each.is_wise, "kind": each.kind, "url": each.url, "name": each.name}
        initial |= {"reason": each.reason, "counts": each.counts, "interval_seconds": each.interval_seconds}
        return cls(of_kind=KINDS[each.kind], settings=each.settings, prefix=prefix, initial=initial)

    @classmethod
    def sent(cls, data: Any, prefix: str) -> "SuggestedForm":
        """The form as it comes back; the settings are those of its kind that it names, never secret ones."""
        kind = KINDS.get(str(data.get(f"{prefix}-kind", "")), KINDS["http"])
        begin = f"{prefix}-{PREFIX}"
        names = {key.removeprefix(begin) for key in data if key.startswith(begin)}
        known = {name: None for name in kind.settings.model_fields if name in names and name not in kind.secrets}
        return cls(data, of_kind=kind, settings=known, prefix=prefix)

    @property
    def is_ticked(self) -> bool:
        """Whether it is to be added."""
        return bool(self.cleaned_data.get("tick"))

    @property
    def shown_reason(self) -> str:
        """Why it was suggested."""
        return str(self["reason"].value() or "")

    @property
    def settings_fields(self) -> list[forms.BoundField]:
        """The suggested settings."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def wanted(self) -> NewMonitor:
        """The monitor as the action takes it."""
        cleaned = self.cleaned_data
        settings = settings_in(self.of_kind, cleaned, {})
        return NewMonitor(
            self.of_kind.key, cleaned["url"], cleaned["interval_seconds"], cleaned["counts"], cleaned["name"], settings
        )

    def refuse(self, field: str, reason: str) -> None:
        """Say at `field`, or above the form, why it cannot be."""
        self.add_error(field if field in self.fields else None, reason)
