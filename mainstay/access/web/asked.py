"""What was asked for in an address."""

from django.http import HttpRequest

WORDS_MAX = 100


def words(request: HttpRequest, name: str = "q") -> str:
    """The words that a list is searched for, without what no text holds (NUL, which PostgreSQL refuses)."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:WORDS_MAX]
