"""Files of messages: always a download, never shown as a page."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from mainstay.common import files
from mainstay.desk import gates


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A file, to those who may read its message."""
    found = gates.attachment_for(request.user, attachment_id)
    return download(files.read(found.file), found.name, found.file.media_type)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """An answer that a browser stores and does not run, whatever is in it."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
