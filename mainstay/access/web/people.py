"""The agency's own people."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries
from mainstay.access.facts import Permission
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
    return kit.page(request, "access/staff.html", page=page, words=words, may_edit=may_edit)


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
            return kit.done(request, reverse("console-staff"), f"{user.name} was invited.")
    return kit.page(request, "access/staff_new.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """One member of staff: another role, suspension."""
    user = gates.colleague_for(request.user, user_id, Permission.USER_EDIT)
    form = ChangeRole(request.POST or None, initial={"role": user.agency_role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(user=user, role=form.cleaned_data["role"], by=request.user, at=timezone.now())
        except actions.LastAdministrator as problem:
            form.add_error("role", str(problem))
        else:
            return kit.done(request, request.path, f"{user.name} is now {user.role_label.lower()}.")
    return kit.page(request, "access/colleague.html", colleague=user, form=form)


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
        form = ChangeRole(initial={"role": user.agency_role})
        return kit.page(request, "access/colleague.html", colleague=user, form=form, problem=str(problem), status=409)
    return kit.done(request, back, f"{user.name} can no longer sign in.")
