"""What staff fill in for the life of a ticket."""

from datetime import datetime
from typing import Any

from django import forms

from mainstay.clients.models import Contact
from mainstay.desk.facts import LinkKind
from mainstay.desk.models import Ticket
from mainstay.desk.models.life import MINUTES_MAX
from mainstay.desk.web.forms import OnTicket

LINK_LABELS = [
    (LinkKind.RELATED.value, "Related to"),
    (LinkKind.DUPLICATE.value, "A duplicate of"),
    (LinkKind.CAUSED_BY.value, "Caused by"),
]


class _Naming(OnTicket):
    """Names another ticket that the reader may see, by its reference."""

    reference = forms.CharField(label="Reference", max_length=24, widget=forms.TextInput(attrs={"placeholder": "MS-"}))

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among

    def clean_reference(self) -> Ticket:
        found: Ticket | None = self.among.filter(reference=self.cleaned_data["reference"].strip().upper()).first()
        if found is None:
            raise forms.ValidationError("There is no ticket with this reference.")
        return found


class Merge(_Naming):
    field_order = ("reference",)


class Link(_Naming):
    kind = forms.ChoiceField(label="It is", choices=LINK_LABELS)
    field_order = ("kind", "reference")


class Split(OnTicket):
    subject = forms.CharField(label="Subject of the new ticket", max_length=250)
    messages = forms.MultipleChoiceField(label="Messages to take out", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, entries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages"].choices = entries  # type: ignore[attr-defined]


class Snooze(OnTicket):
    until = forms.DateTimeField(
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        return until


class FollowUp(OnTicket):
    due_on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label="What to look at", max_length=250, required=False)


class Hold(OnTicket):
    reason = forms.CharField(label="Why the time stands", max_length=250, help_text="The client reads it.")
    until = forms.DateField(
        label="Goes on by itself on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    agreed_by = forms.ModelChoiceField(
        label="Who of the client agreed", queryset=Contact.objects.none(), empty_label="Choose a person"
    )
    agreed_how = forms.CharField(
        label="Where that is on record", max_length=200, help_text="Such as: on the phone today; mail of 3 March."
    )

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed_by"].queryset = contacts  # type: ignore[attr-defined]


class Tags(OnTicket):
    words = forms.CharField(label="Tags", max_length=800, required=False, help_text="Separated by commas.")

    def clean_words(self) -> list[str]:
        return str(self.cleaned_data["words"]).split(",")


class Time(OnTicket):
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=MINUTES_MAX)
