"""How views answer."""

from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Show `template`. A form that was sent and came back with errors answers 422, so that programs see it too."""
    form = context.get("form")
    if status == 200 and request.method == "POST" and getattr(form, "errors", None):
        status = 422
    return render(request, template, context, status=status)


def part(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Show a part of a page that keeps itself up to date: while it is the same, the answer is 304 without a body.

    The part must hold nothing that differs from one answer to the next, such as the token of a form.
    """
    answer = render(request, template, context)
    etag = f'"{blake2b(answer.content, digest_size=16).hexdigest()}"'
    answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
    patch_vary_headers(answer, ["HX-Request"])  # the whole page may have the same address
    return get_conditional_response(request, etag=etag, response=answer) or answer


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """Go on to `url` and say there what was done. An htmx request is told to load that page whole."""
    return _on(request, url, message, messages.SUCCESS)


def not_done(request: HttpRequest, url: str, why: str) -> HttpResponse:
    """Go on to `url` and say there why nothing was done; else as `done`."""
    return _on(request, url, why, messages.WARNING)


def _on(request: HttpRequest, url: str, said: str, level: int) -> HttpResponse:
    if said:
        messages.add_message(request, level, str(said))  # in the language of this request, which ends before it is kept
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
