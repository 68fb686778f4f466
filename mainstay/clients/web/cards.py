"""People as the person card shows them."""

from datetime import datetime
from typing import Any

from mainstay.access.models import User
from mainstay.clients import queries
from mainstay.clients.models import Organisation
from mainstay.clients.rules import say_week


def account_manager_card(client: Organisation, at: datetime) -> dict[str, Any] | None:
    """The account manager with deputy and hours; the deputy alone when nobody else is named; None with neither."""
    manager, deputy = queries.account_manager(client, at), queries.deputy(client, at)
    if manager is None:
        return person_card(deputy, "Deputy account manager", hours(client, at)) if deputy else None
    return {**person_card(manager, "Your account manager", hours(client, at)), "deputy": deputy.name if deputy else ""}


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
    }


def hours(client: Organisation, at: datetime) -> str:
    """The office hours in force, with their zone."""
    found = queries.office_hours(client, at)
    return f"{say_week(found.week)} ({found.timezone.replace('_', ' ')})"
