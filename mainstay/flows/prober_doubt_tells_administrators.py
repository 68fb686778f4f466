"""A prober is doubted: the agency's administrators are told, since it is their own connection that fails."""

from mainstay.access import queries as access
from mainstay.access.facts import Role
from mainstay.common.facts import FactRecord
from mainstay.common.mail import LetterRefused
from mainstay.common.notify import tell
from mainstay.flows import letters
from mainstay.watch.models import ProberDoubt


def prober_doubt_tells_administrators(record: FactRecord) -> None:
    """Mail each of them once a doubt, in their own time zone. Nobody is kept back by another's wrong address."""
    doubt = ProberDoubt.objects.get(pk=record.body["doubt_id"])
    for person in access.staff_listed().filter(agency_role=Role.ADMINISTRATOR, is_active=True):
        letter = letters.prober_doubted(doubt=doubt, zone=person.zone)
        try:
            tell(person, letter, key=f"prober_doubt:{doubt.pk}:{person.pk}", at=record.at)
        except LetterRefused:
            continue
