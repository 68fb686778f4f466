"""One screen in which each person with access is confirmed or removed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mainstay import kit
from mainstay.access import actions as access
from mainstay.access import gates as access_gates
from mainstay.access import queries as access_queries
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import actions, gates, queries
from mainstay.clients.facts import Decision
from mainstay.clients.web.ways import back_to

CHOICES = [
    (Decision.KEPT.value, gettext_lazy("Still needs access")),
    (Decision.REMOVED.value, gettext_lazy("Remove")),
]


MISSING = gettext_lazy("Say whether this person still needs access.")


class Review(forms.Form):
    """A choice for each person. Nothing is chosen beforehand; the reader's own row can only be confirmed."""

    def __init__(self, *args: Any, people: list[Any], own: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            choices = CHOICES[:1] if person.pk == own else CHOICES
            self.fields[f"person-{person.pk}"] = forms.ChoiceField(
                label=person.name, choices=choices, widget=forms.RadioSelect, error_messages={"required": MISSING}
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """Each person with its field."""
        return [(person, self[f"person-{person.pk}"]) for person in self.people]

    def decisions(self) -> dict[int, Decision]:
        """What was chosen, by the number of the person."""
        return {each.pk: Decision(self.cleaned_data[f"person-{each.pk}"]) for each in self.people}


@require_http_methods(["GET", "HEAD", "POST"])
def of_client(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm or remove each of the client's people."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    now = timezone.now()
    people = list(queries.people_with_access(client))
    there = dict(_there([each.user_id for each in people]))
    for each in people:
        each.there_at = there.get(each.user_id)
    own = next((each.pk for each in people if each.user_id == request.user.pk), None)
    form = Review(request.POST or None, people=people, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_access(client=client, decisions=form.decisions(), by=request.user, at=now)
        except (actions.PersonNotDecided, actions.OwnReview):
            form.add_error(None, _("The list has changed. Look at it once more."))
        else:
            return kit.done(request, back_to(client), _("The review is on record. Thank you."))
    last = client.access_reviews.select_related("held_by").first()
    due_on = queries.access_review_due_on(client, now)
    shown = {"client": client, "form": form, "last": last, "due_on": due_on}
    return kit.page(request, "clients/portal_access_review.html", **shown)


@require_http_methods(["GET", "HEAD", "POST"])
def of_staff(request: HttpRequest) -> HttpResponse:
    """Confirm or remove each of the agency's own people."""
    access_gates.require_at_agency(request.user, Permission.USER_EDIT)
    now = timezone.now()
    people = list(access_queries.with_last_there(queries.staff_with_access()))
    form = Review(request.POST or None, people=people, own=request.user.pk)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_staff(decisions=form.decisions(), by=request.user, at=now)
        except (actions.PersonNotDecided, actions.OwnReview, access.LastAdministrator) as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, reverse("console-staff"), "The review is on record.")
    last = queries.agency().access_reviews.select_related("held_by").first()
    return kit.page(request, "clients/access_review.html", form=form, last=last)


def _there(users: list[int]) -> Any:
    """When each of these people was there last."""
    return access_queries.with_last_there(User.objects.filter(pk__in=users)).values_list("pk", "there_at")
