"""The page of codes: what a check can come to, what it means, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.watch import gates
from mainstay.watch.codes import Code, sentence, state_of
from mainstay.watch.guide import GUIDE


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Every code there is, made of the tables that the checks themselves use."""
    gates.require_console(request.user)
    rows = [
        {"code": code, "state": state_of(code), "sentence": sentence(code), "meaning": meaning, "to_do": to_do}
        for code, (meaning, to_do) in ((each, GUIDE[each]) for each in Code)
    ]
    return kit.page(request, "watch/console/codes.html", rows=rows)
