"""Pages for what goes wrong, in kind words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What was sent cannot be understood."""
    return render(request, "kit/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The person is known and has not the right."""
    return render(request, "kit/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """There is nothing here, or nothing for this person."""
    return render(request, "kit/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Mainstay failed. The page needs nothing that could fail too."""
    return render(request, "kit/errors/500.html", status=500)
