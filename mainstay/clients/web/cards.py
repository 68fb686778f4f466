"""People as the person card shows them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from mainstay.access.models import User
from mainstay.clients import queries
from mainstay.clients.models import Organisation
from mainstay.clients.rules import say_week


def account_manager_card(client: Organisation, at: datetime) -> dict[str, Any] | None:
    """The account manager with deputy and hours, and who stands in while the manager is away.

    The deputy alone when nobody else is named; None with neither.
    """
    care = queries.care_of([client], at)[client.pk]
    if care.manager is None:
        return person_card(care.deputy, _("Deputy account manager"), hours(client, at)) if care.deputy else None
    card = person_card(care.manager, _("Your account manager"), hours(client, at))
    deputy = care.deputy.name if care.deputy else ""
    return {**card, "deputy": deputy, "away_until": care.away_until, "today": _today(care)}


def person_card(person: User, role: str, hours: str = "") -> dict[str, Any]:
    """What `<c-person-card>` takes."""
    return {
        "name": person.name,
        "role": role,
        "portrait_url": person.portrait_url,
        "initials": person.initials,
        "phone": person.phone,
        "email": person.email,
        "hours": hours,
        "deputy": "",
        "away_until": None,
        "today": None,
    }


def _today(care: queries.Care) -> dict[str, str] | None:
    """Who stands in today, and how to reach them; None while the manager is there, or nobody is."""
    if care.today is None or not care.is_stood_in:
        return None
    return {"name": care.today.name, "phone": care.today.phone, "email": care.today.email}


def hours(client: Organisation, at: datetime) -> str:
    """The office hours in force, with their zone."""
    found = queries.office_hours(client, at)
    return f"{say_week(found.week)} ({found.timezone.replace('_', ' ')})"
