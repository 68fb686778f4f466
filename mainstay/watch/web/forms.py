"""Forms of the watch."""

from typing import Any

from django import forms

from mainstay.clients.models import Environment
from mainstay.common.addresses import AddressRefused, parse
from mainstay.watch.models.monitor import INTERVAL_S_MAX, INTERVAL_S_MIN, TIMEOUT_S_MAX

NOTE_MAX = 2000


class Acknowledgement(forms.Form):
    """Somebody takes an outage on."""

    note = forms.CharField(
        label="Note for the team",
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text="What you are going to do first. The client does not see it.",
    )


class MonitorForm(forms.Form):
    """What is checked, how often, and whether it makes the website down."""

    environment = forms.ModelChoiceField(label="Environment", queryset=Environment.objects.none(), empty_label=None)
    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.URLInput({"inputmode": "url", "autocomplete": "off", "placeholder": "https://www.example.org/"}),
    )
    name = forms.CharField(label="Name", max_length=100, required=False, help_text="Shown instead of the address.")
    interval_seconds = forms.IntegerField(
        label="Checked every (seconds)", min_value=INTERVAL_S_MIN, max_value=INTERVAL_S_MAX, initial=60
    )
    timeout_seconds = forms.IntegerField(label="Time limit (seconds)", min_value=1, max_value=TIMEOUT_S_MAX, initial=10)
    slow_ms = forms.IntegerField(
        label="Slow from (milliseconds)",
        required=False,
        min_value=1,
        max_value=60_000,
        help_text="An answer that takes this long makes the website degraded, never down.",
    )
    counts = forms.BooleanField(
        label="It can make the website down", required=False, initial=True, help_text="Else it only alerts."
    )
    allow_private = forms.BooleanField(
        label="It may look at private addresses",
        required=False,
        help_text="For websites inside the agency's or the client's own network.",
    )

    def __init__(self, *args: Any, environments: Any, may_allow_private: bool, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["environment"].queryset = environments
        if not is_new:
            del self.fields["environment"]
        if not may_allow_private:
            del self.fields["allow_private"]

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            return parse(url).url
        except AddressRefused as problem:
            raise forms.ValidationError(f"{problem}.") from problem

    @property
    def wanted(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        found = dict(self.cleaned_data)
        slow_ms = found.pop("slow_ms")
        return {**found, "settings": {"slow_ms": slow_ms} if slow_ms else {}}
