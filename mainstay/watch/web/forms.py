"""Forms of the watch."""

from typing import Any

from django import forms

from mainstay.clients.models import Environment
from mainstay.common.addresses import AddressRefused
from mainstay.watch.actions.kinds import address_of, settings_of
from mainstay.watch.models.monitor import TIMEOUT_S_MAX
from mainstay.watch.probes import Kind, Pointed, SettingsWrong
from mainstay.watch.rules.prober_fault import host_of
from mainstay.watch.web.kind_fields import PREFIX, fields_of, settings_in

NOTE_MAX = 2000
ADDRESS_WORDS = {
    Pointed.URL: ("Address", "As in https://www.example.org/."),
    Pointed.HOST: ("Name", "As in example.org."),
    Pointed.HOST_PORT: ("Name and port", "As in mail.example.org or mail.example.org:465."),
    Pointed.NOTHING: ("Name of the task", "As in nightly backup."),
}


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
    """What is checked, how often, and whether it makes the website down. The settings are those of its kind."""

    environment = forms.ModelChoiceField(label="Environment", queryset=Environment.objects.none(), empty_label=None)
    url = forms.CharField(label="Address", max_length=2000, widget=forms.TextInput({"autocomplete": "off"}))
    name = forms.CharField(label="Name", max_length=100, required=False, help_text="Shown instead of the address.")
    interval_seconds = forms.IntegerField()
    timeout_seconds = forms.IntegerField(label="Time limit (seconds)", min_value=1, max_value=TIMEOUT_S_MAX, initial=10)
    counts = forms.BooleanField(label="It can make the website down", required=False, help_text="Else it only alerts.")
    allow_private = forms.BooleanField(
        label="It may look at private addresses",
        required=False,
        help_text="For websites inside the agency's or the client's own network.",
    )

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        environments: Any,
        may_allow_private: bool,
        is_new: bool,
        kept: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self._kept = kind, kept or {}
        self.fields["environment"].queryset = environments
        self.fields["url"].label, self.fields["url"].help_text = ADDRESS_WORDS[kind.pointed]
        self._shape_interval(kind)
        self.fields["counts"].initial = kind.counts
        if not is_new:
            del self.fields["environment"]
        if kind.is_called:
            del self.fields["timeout_seconds"]
        if not may_allow_private or kind.is_called:
            del self.fields["allow_private"]
        self.fields.update(fields_of(kind, self._kept))

    def _shape_interval(self, kind: Kind) -> None:
        label = "Expected every (seconds)" if kind.is_called else "Checked every (seconds)"
        self.fields["interval_seconds"] = forms.IntegerField(
            label=label, min_value=kind.interval_s_min, max_value=kind.interval_s_max, initial=kind.interval_s
        )

    def clean_url(self) -> str:
        try:
            return address_of(self.kind, str(self.cleaned_data["url"]), allow_private=True)  # the action says
        except AddressRefused as problem:
            raise forms.ValidationError(f"{problem}.") from problem

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._ask_secrets_again(str(cleaned.get("url", "")))
        if not self.errors:
            try:
                settings_of(self.kind, self._settings)
            except SettingsWrong as problem:
                self.refuse(f"settings.{problem.field}", str(problem))
        return cleaned

    def _ask_secrets_again(self, url: str) -> None:
        """A kept secret goes to the host that it was entered for, and to no other."""
        before = str(self.initial.get("url", ""))
        if not before or not url or host_of(url) == host_of(before):
            return
        for name in self.kind.secrets:
            if self._kept.get(name) and not self.cleaned_data.get(PREFIX + name):
                self.add_error(PREFIX + name, "Enter it again: the address leads to another host.")

    def refuse(self, field: str, reason: str) -> None:
        """Say at `field`, or where there is none of that name above the form, why it cannot be."""
        self.add_error(field if field in self.fields else None, reason)

    @property
    def wanted(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith(PREFIX)}
        return {**plain, "settings": self._settings}

    @property
    def _settings(self) -> dict[str, Any]:
        return settings_in(self.kind, self.cleaned_data, self._kept)
