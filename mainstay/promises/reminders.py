"""Reminding account managers: looking at many clients at once, telling, putting off and ticking."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.clients.queries import care_of
from mainstay.common import facts
from mainstay.common.mail import LetterRefused
from mainstay.common.notify import tell
from mainstay.promises import letters
from mainstay.promises.facts import ReminderKept, ReminderKind, ReminderRaised
from mainstay.promises.models import Reminder
from mainstay.promises.queries.reminding import situations
from mainstay.promises.rules.reminding import ALIKE_WITHIN, Cause, causes, is_over

PROCESS = facts.Process("promises")
PUT_OFF_MAX = timedelta(days=366)
TOLD_MAX = 5_000


class ReminderOver(ValueError):
    """Somebody has ticked it, or it has settled itself."""


class WrongDay(ValueError):
    """It cannot be put off until that day."""


@transaction.atomic
def remind(*, clients: Sequence[Organisation], at: datetime) -> int:
    """Write down what is new to act on for `clients`, and close what has settled itself. How many are new."""
    known = situations(clients, at)
    since = at - ALIKE_WITHIN
    rows = list(Reminder.objects.filter(Q(over_at__isnull=True) | Q(raised_at__gt=since), client__in=clients))
    lately: dict[int, set[str]] = defaultdict(set)
    for each in rows:
        if each.kind == ReminderKind.SAME_KIND and each.raised_at > since:
            lately[each.client_id].add(each.about)
    found = {each.pk: causes(known[each.pk], lately[each.pk]) for each in clients}
    _settle(rows, {pk: {cause.key for cause in due} for pk, due in found.items()}, at)
    return _raise(clients, found, at)


@transaction.atomic
def tell_managers(*, at: datetime) -> int:
    """One letter a person of all that is new, or was put off until now. How many letters."""
    waiting = list(untold(at).select_related("client").order_by("client__name", "raised_at")[:TOLD_MAX])
    care = care_of({each.client for each in waiting}, at)
    of_person: dict[int, list[Reminder]] = defaultdict(list)
    people: dict[int, User] = {}
    for each in waiting:
        looks = care[each.client_id]
        person = looks.today or looks.manager or looks.deputy
        if person is not None:
            people[person.pk] = person
            of_person[person.pk].append(each)
    for pk, mine in of_person.items():
        _tell(people[pk], mine, at)
    told = [each.pk for mine in of_person.values() for each in mine]
    Reminder.objects.filter(pk__in=told).update(told_at=at)
    return len(of_person)


@transaction.atomic
def put_off(*, reminder: Reminder, until: date, today: date, by: User, at: datetime) -> Reminder:
    """Show it again on `until`, and tell of it again then.

    Raises:
        WrongDay: that day is not to come, or more than a year away.
        ReminderOver: there is nothing to put off any more.
    """
    if not today < until <= today + PUT_OFF_MAX:
        raise WrongDay("Choose a day from tomorrow on, within a year.")
    if not Reminder.objects.open().filter(pk=reminder.pk).update(again_on=until):
        raise ReminderOver("This was ticked already.")
    reminder.again_on = until
    _record(reminder, "put_off", by, at)
    return reminder


@transaction.atomic
def tick(*, reminder: Reminder, by: User, at: datetime) -> None:
    """It was seen to.

    Raises:
        ReminderOver: somebody ticked it before, or it has settled itself.
    """
    if not Reminder.objects.open().filter(pk=reminder.pk).update(over_at=at, over_by=by):
        raise ReminderOver("This was ticked already.")
    _record(reminder, "ticked", by, at)


def untold(at: datetime) -> QuerySet[Reminder]:
    """Open reminders that nobody was told of, or not since the day that they were put off until."""
    today = at.date()
    never = Q(told_at__isnull=True) & (Q(again_on__isnull=True) | Q(again_on__lte=today))
    again = Q(again_on__lte=today, told_at__date__lt=F("again_on"))
    found: QuerySet[Reminder] = Reminder.objects.open().filter(client__is_active=True)
    return found.filter(never | again)


def _settle(rows: Iterable[Reminder], present: dict[int, set[str]], at: datetime) -> None:
    for each in rows:
        if each.over_at is None and is_over(ReminderKind(each.kind), each.key, present[each.client_id]):
            Reminder.objects.open().filter(pk=each.pk).update(over_at=at)
            _record(each, "settled", PROCESS, at)


def _raise(clients: Sequence[Organisation], found: dict[int, list[Cause]], at: datetime) -> int:
    keys = {cause.key for due in found.values() for cause in due}
    known = set(Reminder.objects.filter(client__in=clients, key__in=keys).values_list("client", "key"))
    new = [
        Reminder(
            client=client,
            kind=cause.kind.value,
            key=cause.key,
            about=cause.about[:120],
            value=cause.value,
            due_on=cause.due_on,
            target_id=cause.target_id,
            raised_at=at,
        )
        for client in clients
        for cause in found[client.pk]
        if (client.pk, cause.key) not in known
    ]
    for each in Reminder.objects.bulk_create(new):
        fact = ReminderRaised(client_id=each.client_id, reminder_id=each.pk, about=each.kind)
        facts.record(fact, by=PROCESS, at=at, client=each.client)
    return len(new)


def _tell(person: User, mine: Collection[Reminder], at: datetime) -> None:
    """An address that cannot be written to keeps nobody else's letter back."""
    try:
        tell(person, letters.reminders(list(mine), person), key=f"reminders:{at.date().isoformat()}", at=at)
    except LetterRefused:
        return


def _record(reminder: Reminder, step: str, by: User | facts.Process, at: datetime) -> None:
    fact = ReminderKept(client_id=reminder.client_id, reminder_id=reminder.pk, step=step)
    facts.record(fact, by=by, at=at, client=reminder.client)
