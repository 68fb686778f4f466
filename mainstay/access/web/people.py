"""The agency's own people."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries, second_factors
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.access.web import asked
from mainstay.access.web.forms import ChangeRole, Invite

PAGE_SIZE = 50


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works for the agency."""
    gates.require_at_agency(request.user, Permission.CONSOLE_USE)
    words = asked.words(request)
    page = Paginator(queries.staff_listed(words=words), PAGE_SIZE).get_page(request.GET.get("page"))
    may_edit = gates.may_at_agency(request.user, Permission.USER_EDIT)
    return kit.page(
        request,
        "access/staff.html",
        page=page,
        words=words,
        may_edit=may_edit,
        may_sort=gates.may_at_agency(request.user, Permission.PEOPLE_EDIT),
        grants=queries.grants_waiting(timezone.now()) if may_edit else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Invite somebody to the agency's staff."""
    gates.require_at_agency(request.user, Permission.USER_EDIT)
    form = Invite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite_staff(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.UserExists as problem:
            form.add_error("email", str(problem))
        else:
            waits = "" if user.agency_role else " A second administrator has to confirm the role."
            return kit.done(request, reverse("console-staff"), f"{user.name} was invited.{waits}")
    return kit.page(request, "access/staff_new.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """One member of staff: another role, suspension."""
    user = gates.colleague_for(request.user, user_id, Permission.USER_EDIT)
    now = timezone.now()
    form = ChangeRole(request.POST or None, initial=_given(user), zone=request.user.zone, at=now)
    if request.method == "POST" and form.is_valid():
        try:
            said = _changed(user, form, request.user, now)
        except actions.LastAdministrator as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, request.path, said)
    has_factor = second_factors.has_one(user)
    return kit.page(request, "access/colleague.html", colleague=user, form=form, has_factor=has_factor)


@require_POST
def suspension(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shut a member of staff out, or let them in again when `restore` is sent."""
    user = gates.colleague_for(request.user, user_id, Permission.USER_EDIT)
    back = reverse("console-colleague", args=[user.pk])
    if "restore" in request.POST:
        actions.restore(user=user, by=request.user, at=timezone.now())
        return kit.done(request, back, f"{user.name} can sign in again.")
    try:
        actions.suspend(user=user, by=request.user, at=timezone.now())
    except actions.LastAdministrator as problem:
        form = ChangeRole(initial=_given(user), zone=request.user.zone, at=timezone.now())
        return kit.page(request, "access/colleague.html", colleague=user, form=form, problem=str(problem), status=409)
    return kit.done(request, back, f"{user.name} can no longer sign in.")


@require_POST
def confirmation(request: HttpRequest, grant_id: int) -> HttpResponse:
    """The second person says that somebody is to be an administrator."""
    grant = gates.grant_for(request.user, grant_id)
    try:
        user = actions.confirm_role(grant=grant, by=request.user, at=timezone.now())
    except (actions.GrantOver, actions.NotTheSecond) as problem:
        return kit.not_done(request, reverse("console-staff"), str(problem))
    return kit.done(request, reverse("console-staff"), f"{user.name} is an administrator now.")


@require_POST
def refusal(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Somebody is not to be an administrator."""
    grant = gates.grant_for(request.user, grant_id)
    try:
        actions.refuse_role(grant=grant, by=request.user, at=timezone.now())
    except actions.GrantOver as problem:
        return kit.not_done(request, reverse("console-staff"), str(problem))
    return kit.done(request, reverse("console-staff"), f"{grant.user.name} is not to be an administrator.")


def _given(user: User) -> dict[str, Any]:
    return {"role": user.agency_role, "access_until": user.access_until}


def _changed(user: User, form: ChangeRole, by: User, at: datetime) -> str:
    """Change the role and the end of access; what to say of it."""
    wanted = form.cleaned_data["role"]
    with transaction.atomic():
        actions.set_access_end(user=user, until=form.access_until, by=by, at=at)
        actions.change_role(user=user, role=wanted, by=by, at=at)
    if user.agency_role != wanted:
        return f"A second administrator has to confirm that {user.name} is one too."
    return f"{user.name} is now {user.role_label.lower()}."
