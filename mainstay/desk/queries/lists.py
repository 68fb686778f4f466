"""Lists of tickets: narrowed, in an order that an index holds, and page by page whatever their number."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from mainstay.access.models import User
from mainstay.common import keyset
from mainstay.desk import rules
from mainstay.desk.facts import Standing, TicketState
from mainstay.desk.models import Ticket
from mainstay.desk.queries.agreed import follow_ups_due
from mainstay.desk.queries.tickets import tickets

COUNTED_MAX = 1_000
"""What is counted exactly; a list that holds more says so."""
RESTING = "resting"
ANY = "any"
VIEWS = ("all", "mine", "unassigned", "late", "hand", "watched", "follow")
SORTS = {
    "left": ("standing", "stands_at", "id"),
    "moved": ("-updated_at", "-id"),
    "newest": ("-opened_at", "-id"),
    "oldest": ("opened_at", "id"),
    "priority": ("priority", "standing", "stands_at", "id"),
}
"""The orders that a list may have. By time left: what came back from rest, then what is due, then what is not."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list shows. Empty is no matter; without a state, and without words, it is what is under way.

    `assignee` is a person's id or "none"; `since` and `until` are days, both included, on which a ticket was opened.
    """

    view: str = "all"
    state: str = ""
    client: str = ""
    priority: int | None = None
    category: str = ""
    audience: str = ""
    channel: str = ""
    assignee: str = ""
    tag: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    sort: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        """By time left where something is under way, else by the last movement, unless asked otherwise."""
        usual = "left" if self.state not in (ANY, TicketState.RESOLVED, TicketState.CLOSED) else "moved"
        return SORTS.get(self.sort, SORTS[usual])


def listed(among: QuerySet[Ticket], wanted: Wanted, *, user: User, zone: ZoneInfo, at: datetime) -> QuerySet[Ticket]:
    """Those of `among` that are wanted, by reference where the words name one; other words are for `search`."""
    return among.filter(narrowed(wanted, user=user, zone=zone, at=at)).order_by(*wanted.order)


def page(among: QuerySet[Ticket], wanted: Wanted, token: str, size: int, **given: Any) -> keyset.Page[Ticket]:
    """A page of what `listed` finds with `given`."""
    return keyset.page(listed(among, wanted, **given), wanted.order, token, size)


def view_counts(among: QuerySet[Ticket], *, user: User, at: datetime) -> dict[str, int]:
    """How many tickets each view holds: up to 1,000 exactly, and 1,001 for more. One query, of which each part ends."""
    parts = [among.filter(_of_state(Wanted(view=view)), _of_view(view, user, at)) for view in VIEWS]
    compiled = [part.order_by().values("pk")[: COUNTED_MAX + 1].query.sql_with_params() for part in parts]
    counted = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) part)" for sql, _ in compiled)  # nosec B608 # noqa: S608 - values apart
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}", [value for _, params in compiled for value in params])
        return dict(zip(VIEWS, cursor.fetchone(), strict=True))


def capped(found: QuerySet[Any], most: int = COUNTED_MAX) -> int:
    """How many there are, `most` + 1 for more than that: no more rows than that are looked at."""
    return found.order_by()[: most + 1].count()


def narrowed(wanted: Wanted, *, user: User, zone: ZoneInfo, at: datetime, of: str = "") -> Q:
    """The condition on a ticket, which is reached by the path `of` ("message__ticket__")."""
    conditions = [_of_state(wanted), _of_view(wanted.view, user, at), _of_day(wanted, zone)]
    plain: dict[str, Any] = {
        "client__slug": wanted.client,
        "priority": wanted.priority,
        "category": wanted.category,
        "audience": wanted.audience,
        "channel": wanted.channel,
        "tickettags__word": wanted.tag.lower(),
        "reference__in": rules.references_in(wanted.words),
    }
    conditions.append(Q(**{name: value for name, value in plain.items() if value}))
    if wanted.assignee:
        conditions.append(Q(assignee=None) if wanted.assignee == "none" else Q(assignee=int(wanted.assignee)))
    both = Q()
    for each in conditions:
        both &= _reached(each, of)
    return both


def tickets_in_order(ids: list[int]) -> list[Ticket]:
    """The tickets with these ids, in the order of the ids."""
    found = tickets().in_bulk(ids)
    return [found[each] for each in ids if each in found]


def _under_way() -> Q:
    return Q(standing__lte=Standing.UNDUE)


def _of_state(wanted: Wanted) -> Q:
    if wanted.state == RESTING:
        return Q(standing=Standing.RESTING)
    if wanted.state in (TicketState.OPEN, TicketState.WAITING):
        return Q(standing__lte=Standing.RESTING, state=wanted.state)
    if wanted.state in (TicketState.RESOLVED, TicketState.CLOSED):
        return Q(state=wanted.state)
    return Q() if wanted.state == ANY or wanted.words or wanted.view == "follow" else _under_way()


def _of_view(view: str, user: User, at: datetime) -> Q:
    late = Q(standing=Standing.RETURNED, next_due_at__lt=at) | Q(standing=Standing.DUE, stands_at__lt=at)
    conditions = {
        "mine": Q(assignee=user),
        "unassigned": Q(assignee__isnull=True),
        "late": late,  # said so that the index of the queue holds both halves
        "hand": Q(needs_hand=True),
        "watched": Q(ticketwatchs__user=user),
        "follow": Q(pk__in=follow_ups_due(user, at).values("ticket")),
    }
    return conditions.get(view, Q())


def _of_day(wanted: Wanted, zone: ZoneInfo) -> Q:
    found = Q()
    if wanted.since:
        found &= Q(opened_at__gte=datetime.combine(wanted.since, time.min, zone))
    if wanted.until:
        found &= Q(opened_at__lte=datetime.combine(wanted.until, time.max, zone))
    return found


def _reached(condition: Q, of: str) -> Q:
    """The same condition on what stands at the end of a path."""
    if not of:
        return condition
    children = [
        _reached(each, of) if isinstance(each, Q) else (f"{of}{each[0]}", each[1]) for each in condition.children
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)
