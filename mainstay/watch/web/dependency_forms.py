"""Forms of what websites depend on."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from mainstay.clients.models import Environment
from mainstay.watch.actions.dependencies import PLACED_MAX
from mainstay.watch.facts import DependencyKind
from mainstay.watch.models import Dependency


class DependencyForm(forms.Form):
    """What it is, and where it is looked at."""

    name = forms.CharField(label="Name", max_length=100, help_text="Clients read it when it makes an outage.")
    kind = forms.ChoiceField(
        label="What it is", choices=[(each.value, each.label.capitalize()) for each in DependencyKind]
    )
    address = forms.CharField(
        label="Address",
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="As in web-3.example.net or 192.0.2.7. With a port (web-3.example.net:443) a connection is made; "
        "without one it is asked for an echo.",
    )
    asks_for = forms.CharField(
        label="A name it must answer for",
        max_length=253,
        required=False,
        help_text="For name servers alone, as in example.org.",
    )
    behind = forms.ModelChoiceField(
        label="Stands behind",
        queryset=Dependency.objects.none(),
        required=False,
        empty_label="Nothing that is watched",
        help_text="As a host behind a gateway: when both fail, the gateway is the cause.",
    )
    allow_private = forms.BooleanField(label="It may be at a private address", required=False)

    def __init__(self, *args: Any, dependency: Dependency | None, may_allow_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Dependency.objects.all() if dependency is None else Dependency.objects.exclude(pk=dependency.pk)
        self.fields["behind"].queryset = others  # type: ignore[attr-defined]
        if dependency is not None:
            del self.fields["kind"]
            if dependency.kind != DependencyKind.NAME_SERVER:
                del self.fields["asks_for"]
        if dependency is not None or not may_allow_private:
            del self.fields["allow_private"]

    def clean_kind(self) -> DependencyKind:
        return DependencyKind(self.cleaned_data["kind"])

    def refuse(self, field: str, reason: str) -> None:
        """Say at `field`, or where there is none of that name above the form, why it cannot be."""
        self.add_error(field if field in self.fields else None, reason)


class WebsitesForm(forms.Form):
    """The websites that were chosen, by their live environments, and whether they are taken away."""

    environments = forms.ModelMultipleChoiceField(queryset=Environment.objects.none())
    away = forms.BooleanField(required=False)

    def __init__(self, *args: Any, among: QuerySet[Environment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["environments"].queryset = among  # type: ignore[attr-defined]

    def clean_environments(self) -> QuerySet[Environment]:
        chosen: QuerySet[Environment] = self.cleaned_data["environments"]
        if len(chosen) > PLACED_MAX:
            raise forms.ValidationError(f"At most {PLACED_MAX} websites at once.")
        return chosen
