"""Service reviews in the console."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.web import forms
from mainstay.clients.web.console import back_to


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, review_id: int) -> HttpResponse:
    """Say when a review will be, or that it was held."""
    review = gates.review_for(request.user, review_id, Permission.REVIEW_EDIT)
    given = {"arranged_for": forms.as_typed(review.arranged_for, review.client.zone), "held_on": review.held_on}
    now = timezone.now()
    form = forms.Review(request.POST or None, client=review.client, at=now, initial=given)
    if request.method == "POST" and form.is_valid():
        held_on = form.cleaned_data["held_on"]
        if form.cleaned_data["arranged_for"] not in (None, review.arranged_for):
            actions.arrange_review(
                review=review, arranged_for=form.cleaned_data["arranged_for"], by=request.user, at=now
            )
        if held_on not in (None, review.held_on):
            actions.hold_review(review=review, held_on=held_on, by=request.user, at=now)
        return kit.done(request, back_to(review.client), "The service review was noted.")
    return kit.page(request, "clients/review.html", client=review.client, review=review, form=form)
