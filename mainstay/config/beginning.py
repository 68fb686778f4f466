"""How a real agency begins: the database, the agency with its policy, the first administrator."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from mainstay.access.actions import create_user, first_invitation
from mainstay.access.facts import Role
from mainstay.clients.actions import AgreementRefused, create_agency, sign_agreement
from mainstay.clients.models import Organisation
from mainstay.common import facts
from mainstay.config import prepare
from mainstay.config.first_settings import BeginningRefused, check_address
from mainstay.policy import terms


def begin(*, agency: str, name: str, email: str, policy: Path | None) -> str:
    """Prepare the database, create the agency and its first administrator; the link that sets the first password.

    Raises:
        BeginningRefused: an agency is there already, or the address or the policy is wrong.
    """
    changed_terms = _read_policy(policy)
    check_address(email)
    if not agency.strip() or not name.strip():
        raise BeginningRefused("the agency and its first administrator need a name")
    prepare.database()
    if Organisation.objects.exists():
        raise BeginningRefused("this installation has an agency already: it was set up before")
    at, by = timezone.now(), facts.Process("init")
    with transaction.atomic():
        organisation = create_agency(name=agency, by=by, at=at)
        today = at.astimezone(organisation.zone).date()
        try:
            sign_agreement(client=organisation, effective_from=today, terms=changed_terms, by=by, at=at)
        except AgreementRefused as problem:
            raise BeginningRefused(f"the policy {policy} is wrong: {problem}") from problem
        user = create_user(email=email, name=name, agency_role=Role.ADMINISTRATOR, by=by, at=at)
        return first_invitation(user=user, at=at)


def _read_policy(path: Path | None) -> dict[str, object] | None:
    if path is None:
        return None
    try:
        return terms.as_dict(terms.from_toml(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise BeginningRefused(f"the policy {path} cannot be read: {problem}") from problem
    except ValueError as problem:
        raise BeginningRefused(f"the policy {path} is wrong: {problem}") from problem
