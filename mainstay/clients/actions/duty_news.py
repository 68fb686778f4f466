"""Telling people of duties: of a hand-over, and of standing in for somebody."""

from datetime import datetime

from mainstay.access.models import User
from mainstay.clients import letters, queries
from mainstay.clients.models import Absence, Roster
from mainstay.common.mail import Letter, LetterRefused
from mainstay.common.notify import tell


def tell_both(roster: Roster, before: User | None, now: User | None, at: datetime) -> None:
    """Mail whoever leaves and whoever begins; a gap is told to administrators too. Nobody is kept back by another."""
    people = {each.pk: each for each in (before, now) if each is not None and each.is_staff_member}
    if now is None:
        people |= {each.pk: each for each in queries.administrators()}
    for person in people.values():
        letter = letters.duty_handed_over(roster=roster, before=before, now=now, reader=person, at=at)
        _tell(person, letter, f"duty:{roster.pk}:{at.isoformat()}", at)


def tell_stand_in(absence: Absence, at: datetime) -> None:
    """Mail the deputy of an absence."""
    if absence.deputy is not None:
        _tell(absence.deputy, letters.stands_in(absence), f"absence:{absence.pk}:deputy", at)


def _tell(person: User, letter: Letter, key: str, at: datetime) -> None:
    """An address that cannot be written to keeps nothing else back."""
    try:
        tell(person, letter, key=key, at=at)
    except LetterRefused:
        return
