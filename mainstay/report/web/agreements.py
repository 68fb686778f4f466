"""Agreements and the public policy as PDF."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients import queries as clients
from mainstay.report.papers import policy_printed, version_printed
from mainstay.report.pdf.render import pdf

SOURCE = "agreement.typ"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The public policy has no date of its own: the same terms always give the same bytes."""


@require_safe
def version_pdf(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """A version as it was signed. The same version always gives the same bytes."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    agreement = gates.agreement_of(client, request.user, version, Permission.AGREEMENT_VIEW)
    content = pdf(version_printed(agreement), at=agreement.signed_at, source=SOURCE)
    return _file(content, f"{agreement.file_stem}.pdf")


@login_not_required
@require_safe
def policy_pdf(request: HttpRequest) -> HttpResponse:
    """The policy with the terms that hold where nothing else is agreed."""
    text = clients.public_policy() if settings.MAINSTAY.public_policy else None
    if text is None:
        raise Http404
    return _file(pdf(policy_printed(text), at=UNDATED, source=SOURCE), "policy.pdf")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
