"""What came with messages: files as downloads, pictures, and mails as they were laid out, in a closed frame."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from mainstay.common import files
from mainstay.desk import gates
from mainstay.desk.letters.framed import with_pictures

NOTHING_ACTS = "sandbox; default-src 'none'"
IN_A_FRAME = (
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self'; "
    "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""No script, no form, nothing from elsewhere. Of the same origin: pictures are served to whoever is signed in."""


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A file, to those who may read its message."""
    found = gates.attachment_for(request.user, attachment_id)
    return download(files.read(found.file), found.name, found.file.media_type)


@require_safe
def picture(request: HttpRequest, picture_id: int) -> HttpResponse:
    """A file that is a picture by what is in it, shown in place. Raises Http404 for any other."""
    found = gates.attachment_for(request.user, picture_id)
    if not found.is_picture:
        raise Http404
    return _kept_apart(HttpResponse(files.read(found.file), content_type=found.file.media_type), NOTHING_ACTS)


@require_safe
def layout(request: HttpRequest, laid_out_id: int) -> HttpResponse:
    """A mail as its writer laid it out, with the pictures that came with it: a page for a frame. Raises Http404 where
    it was plain text."""
    found = gates.laid_out_for(request.user, laid_out_id)
    pictures = (each for each in found.attachments.select_related("file") if each.content_id and each.is_picture)
    html = with_pictures(found.html_clean, {each.content_id: each.picture_url for each in pictures})
    answer = render(request, "desk/layout.html", {"message": found, "html": html})
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return _kept_apart(answer, IN_A_FRAME)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """An answer that a browser stores and does not run, whatever is in it."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return _kept_apart(answer, NOTHING_ACTS)


def _kept_apart(answer: HttpResponse, policy: str) -> HttpResponse:
    answer["Content-Security-Policy"] = policy
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
