"""Forms for the cause of an outage, its exclusion, and putting the record right."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from mainstay.watch.facts import Attributed

REASON_MAX = 2000
REFERENCE_MAX = 60
SECOND = "%Y-%m-%dT%H:%M:%S"


class Moment(forms.DateTimeField):
    """An instant to the second, in the zone of the client."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local", "step": "1"}, format=SECOND)
        super().__init__(widget=widget, **kwargs)


def _reason(label: str, help_text: str) -> forms.CharField:
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, max_length=REASON_MAX, widget=widget, help_text=help_text)


def _reference() -> forms.CharField:
    help_text = "The ticket or change that shows it, where there is one."
    return forms.CharField(label="Reference", max_length=REFERENCE_MAX, required=False, help_text=help_text)


class AttributionForm(forms.Form):
    """What caused an outage."""

    to = forms.ChoiceField(
        label="What caused it", choices=[(each.value, each.label) for each in Attributed], widget=forms.RadioSelect
    )
    reason = _reason("How we know", "The client reads it.")
    reference = _reference()


class ExclusionForm(forms.Form):
    """What of an outage is not to be charged."""

    starts_at = Moment(label="From")
    ends_at = Moment(label="Until")
    reason = _reason("Why it is not to be charged", "The client decides by it.")
    reference = _reference()

    @staticmethod
    def usual(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[str, Any]:
        """The whole of an outage, in the client's zone."""
        return {"starts_at": starts_at.astimezone(zone), "ends_at": ends_at.astimezone(zone)}


class ReasonForm(forms.Form):
    """Why something is taken back or refused."""

    reason = _reason("Why", "It is kept with the date and your name.")


class CorrectionForm(forms.Form):
    """The times at which the website was really down, or that it was not."""

    how = forms.ChoiceField(
        label="What is wrong",
        choices=[("move", "It began or ended at other times"), ("void", "There was no such outage")],
        widget=forms.RadioSelect,
        initial="move",
    )
    started_at = Moment(label="It began", required=False)
    ended_at = Moment(label="It ended", required=False)
    reason = _reason("How we know", "The client reads it, and the next report prints it.")
    reference = _reference()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == "move":
            for name in ("started_at", "ended_at"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "Say when.")
        return cleaned


class StatementForm(forms.Form):
    """A stretch in which a website was down though no check says so."""

    started_at = Moment(label="It went down")
    ended_at = Moment(label="It was up again")
    reason = _reason("How we know", "The client reads it, and the next report prints it.")
    reference = _reference()
