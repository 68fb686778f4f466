"""How views answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Show `template`. A form that was sent and came back with errors answers 422, so that programs see it too."""
    form = context.get("form")
    if status == 200 and request.method == "POST" and getattr(form, "errors", None):
        status = 422
    return render(request, template, context, status=status)


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """Go on to `url` and say there what was done. An htmx request is told to load that page whole."""
    if message:
        messages.success(request, message)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
