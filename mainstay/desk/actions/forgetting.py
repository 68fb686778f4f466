"""What somebody wrote in tickets: told to that person, and without their name when they are erased."""

from typing import Any

from django.db.models import Q

from mainstay.access.models import User
from mainstay.desk.models import Message, Ticket

TOLD_MAX = 10_000


def told_of_messages(user: User) -> list[dict[str, Any]]:
    """Messages that the person wrote, the newest first."""
    found = _of(user).order_by("-at", "-pk").values("ticket__reference", "at", "channel", "text")
    return list(found[:TOLD_MAX])


def forget_author(user: User, name: str) -> int:
    """Put `name` in the place of the author's, and of who asked; the words stay, they are the client's."""
    asked = Ticket.objects.filter(requester__user=user)
    asked.update(requester_name=name, requester_phone="", requester_address="")
    return _of(user).update(author_name=name, author_address="")


def _of(user: User) -> Any:
    return Message.objects.filter(Q(user=user) | Q(contact__user=user))
