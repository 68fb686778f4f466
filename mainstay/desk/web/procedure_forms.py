"""What somebody fills in to write a version of the escalation procedure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from mainstay.desk.escalation_words import CLOCKS, ROLES
from mainstay.desk.rules import PRIORITIES
from mainstay.desk.rules_escalation import (
    MINUTES_MAX,
    MINUTES_MIN,
    PERCENT_MAX,
    STEPS_MAX,
    Procedure,
    ProcedureStep,
    Reach,
    Way,
)
from mainstay.policy.clocks import Kind
from mainstay.policy.terms.words import Rung

TEXT_MAX = 20_000
MINUTE = timedelta(minutes=1)
WAYS = [
    (Way.FUNCTIONAL.value, "More hands in the team (functional)"),
    (Way.HIERARCHICAL.value, "One level up (hierarchical)"),
]


def _boxes(label: str, choices: Iterable[tuple[Any, str]]) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(label=label, choices=list(choices), widget=forms.CheckboxSelectMultiple)


def _minutes(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=MINUTES_MIN, max_value=MINUTES_MAX, initial=30)


class ReachForm(forms.Form):
    """Whom a step reaches, by when it is to be accepted, and how often it is said again."""

    tells = _boxes("Tells", ((each.value, text[:1].upper() + text[1:]) for each, text in ROLES.items()))
    accept_min = _minutes("Minutes to accept it")
    repeat_min = _minutes("Said again every … minutes")

    def reach(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "tells": tuple(Rung(each) for each in given["tells"]),
            "accept_within": given["accept_min"] * MINUTE,
            "repeat_every": given["repeat_min"] * MINUTE,
        }


class StepForm(ReachForm):
    """One step of the ladder."""

    percent = forms.IntegerField(label="At … % of the time", min_value=1, max_value=PERCENT_MAX)
    way = forms.ChoiceField(label="Kind of step", choices=WAYS)
    clocks = _boxes("Of which time", ((each.value, CLOCKS[each]) for each in Kind))
    priorities = _boxes("At which priority", ((str(each), f"Priority {each}") for each in PRIORITIES))
    tells_client = forms.BooleanField(label="Tell the client too", required=False)

    field_order = ("percent", "way", "tells", "clocks", "priorities", "accept_min", "repeat_min", "tells_client")

    def step(self) -> ProcedureStep:
        given = self.cleaned_data
        return ProcedureStep(
            **self.reach(),
            percent=given["percent"],
            way=Way(given["way"]),
            clocks=tuple(Kind(each) for each in given["clocks"]),
            priorities=tuple(int(each) for each in given["priorities"]),
            tells_client=given["tells_client"],
        )


class ProcedureForm(forms.Form):
    """The introduction, and the day from which the version is to hold."""

    text = forms.CharField(
        label="Introduction", required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What clients read above the steps. Markdown: ## heading, **strong**, - list.",
    )  # fmt: skip
    effective_on = forms.DateField(
        label="In force from", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needed only to put it in force. Tickets that are open keep the version they were opened under.",
    )  # fmt: skip


StepForms = formset_factory(
    StepForm, extra=0, can_delete=True, max_num=STEPS_MAX, absolute_max=STEPS_MAX, validate_max=True
)


def initial_of(procedure: Procedure) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The steps, and what the client's button does, as the forms begin."""
    steps = [
        {
            **_reach(each),
            "percent": each.percent,
            "way": each.way.value,
            "clocks": [kind.value for kind in each.clocks],
            "priorities": [str(priority) for priority in each.priorities],
            "tells_client": each.tells_client,
        }
        for each in procedure.steps
    ]
    return steps, _reach(procedure.asked)


def with_one_more(given: Mapping[str, Any]) -> Any:
    """What was posted, with one more empty step."""
    data = given.copy()  # type: ignore[attr-defined]
    total = data.get("steps-TOTAL_FORMS", "")
    if total.isdecimal() and int(total) < STEPS_MAX:
        number = int(total)
        data["steps-TOTAL_FORMS"] = str(number + 1)
        data.setlist(f"steps-{number}-clocks", [each.value for each in Kind])
        data.setlist(f"steps-{number}-priorities", [str(each) for each in PRIORITIES])
        data[f"steps-{number}-accept_min"] = data[f"steps-{number}-repeat_min"] = "30"
    return data


def procedure_in(steps: "BaseFormSet[StepForm]", asked: ReachForm) -> Procedure:
    """The procedure that valid forms hold, lowest share first."""
    kept = [each.step() for each in steps.forms if each.cleaned_data and not each.cleaned_data.get("DELETE")]
    return Procedure(steps=tuple(sorted(kept, key=lambda each: each.percent)), asked=Reach(**asked.reach()))


def _reach(reach: Reach) -> dict[str, Any]:
    return {
        "tells": [each.value for each in reach.tells],
        "accept_min": reach.accept_within // MINUTE,
        "repeat_min": reach.repeat_every // MINUTE,
    }
