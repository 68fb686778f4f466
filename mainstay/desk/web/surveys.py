"""One click from the mail: how content somebody is. Looking counts nothing, since mail scanners look too."""

from datetime import datetime

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.common import tenancy
from mainstay.desk import gates
from mainstay.desk.actions.surveys import COMMENT_MAX, answer_survey
from mainstay.desk.facts import Score
from mainstay.desk.models import Survey

CHOICES = [(Score.GOOD.value, _("Good")), (Score.FAIR.value, _("So-so")), (Score.BAD.value, _("Not good"))]


class SurveyForm(forms.Form):
    score = forms.ChoiceField(
        label=_("How did we do"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    comment = forms.CharField(
        label=_("Anything you want to say"),
        required=False,
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The answer that the link names is chosen already: sending it is what counts. It may be changed and added to.

    The page names the reference alone: whoever was handed the mail on learns nothing of the ticket.
    """
    at = timezone.now()
    with tenancy.everything():
        found = gates.survey_for(token, at)
    with tenancy.scope([found.client_id]):
        return _page(request, found, at)


def _page(request: HttpRequest, found: Survey, at: datetime) -> HttpResponse:
    asked = request.GET.get("score", "")
    sent = request.POST if request.method == "POST" else None
    form = SurveyForm(sent, initial={"score": found.score or (asked if asked in set(Score) else "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer_survey(survey=found, score=Score(given["score"]), comment=given["comment"], at=at)
        return kit.done(request, request.path, _("Thank you. Your answer counts."))
    return kit.page(request, "desk/survey.html", form=form, survey=found, said=dict(CHOICES).get(found.score, ""))
