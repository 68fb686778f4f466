"""What is kept about oneself, and erasure of somebody who left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries, worker
from mainstay.access.facts import Permission


@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept, what was agreed to, and the copy that was asked for."""
    copy = request.user.personal_copies.filter(ended_at=None).first()
    consents = request.user.consents.all()[:20]
    return kit.page(request, "access/own_data.html", copy=copy, consents=consents)


@require_POST
def asking(request: HttpRequest) -> HttpResponse:
    """Ask for a copy."""
    try:
        worker.copy_for(user=request.user, at=timezone.now())
    except actions.CopyUnderway:
        return kit.not_done(request, reverse("account-data"), _("You asked for a copy already."))
    return kit.done(request, reverse("account-data"), _("Your copy is being made. Come back in some minutes."))


@never_cache
@require_POST
def taking(request: HttpRequest) -> HttpResponse:
    """Hand the copy out, once."""
    content = actions.take_copy(user=request.user, at=timezone.now())
    if content is None:
        return redirect("account-data")
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="mainstay-my-data.zip"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take away what is personal of somebody who left."""
    person = gates.person_for(request.user, user_id, Permission.USER_EDIT)
    if request.method == "POST":
        try:
            actions.erase_person(user=person, by=request.user, at=timezone.now())
        except actions.StillThere as problem:
            return kit.not_done(request, request.path, str(problem))
        return kit.done(request, reverse("console-staff"), "What was personal is erased.")
    places = queries.places_of(person)
    return kit.page(request, "access/erasure.html", person=person, places=places)
