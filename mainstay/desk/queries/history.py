"""What was done with a ticket, in words, as the team reads it between what was said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mainstay.access.models import User
from mainstay.common.facts import FactRecord
from mainstay.desk.escalation_words import listed, used
from mainstay.desk.facts import Category, ImportSource, Score
from mainstay.desk.models import Ticket, TicketMerge
from mainstay.desk.rules_escalation import TAKEN_WITHIN
from mainstay.policy.durations import say

LINES_MAX = 300
TICKETS = ("ticket_id", "target_id", "new_id", "other_id", "previous_id")
"""Places of a fact's body in which other tickets are named."""
LATE_S = int(TAKEN_WITHIN.total_seconds())


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was done, shaped as an entry of the story."""

    at: datetime
    author_name: str
    text: str
    kind: str = "event"
    is_participant: bool = True


@dataclass(frozen=True)
class _Names:
    users: dict[int, User]
    tickets: dict[int, Ticket]

    def user(self, pk: int | None) -> str:
        return self.users[pk].name if pk in self.users else "nobody"

    def listed(self, pks: list[int]) -> str:
        return listed(self.user(pk) for pk in pks) if pks else "nobody"

    def ticket(self, pk: int | None) -> str:
        return self.tickets[pk].reference if pk in self.tickets else "another ticket"


def _linked(body: dict[str, Any], names: _Names) -> str:
    other = names.ticket(body["other_id"])
    is_from_other, how = body.get("is_from_other", False), body["code"].replace("_", " ")
    if body["code"] == "removed":
        return f"took the link {'of' if is_from_other else 'to'} {other} away."
    return f"linked {other} with it ({how})." if is_from_other else f"linked it with {other} ({how})."


def _opened(body: dict[str, Any], names: _Names) -> str:
    after = f" It follows {names.ticket(body['previous_id'])}." if body.get("previous_id") else ""
    return f"logged it with priority {body['priority']}, about {_category(body['category'])}.{after}"


def _category(word: str) -> str:
    return Category(word).value.replace("_", " ") if word in set(Category) else word


def _fields(names: list[str]) -> str:
    """The fields that a saved answer set, as people call them."""
    return listed(dict.fromkeys(FIELDS.get(each, each.replace("_", " ")) for each in names)) or "nothing"


def _step(body: dict[str, Any], names: _Names) -> str:
    late = f" It was due {say(body['late_s'])} before." if body["late_s"] > LATE_S else ""
    client = " The client was told too." if body["client_told"] else ""
    said = used(body["clock"] or None, body["percent"])
    return f"told {names.listed(body['told'])}: {said}.{client}{late}"


def _missed(body: dict[str, Any], _: _Names) -> str:
    return f"took no step in time: {used(body['clock'], body['percent'])}."


HOLD_ENDS = {
    "day": "ended the agreed hold, since its day came.",
    "early": "ended the agreed hold before its day.",
    "over": "ended the agreed hold with the ticket.",
}


def _clocks(count: int) -> str:
    return "one clock is" if count == 1 else f"{count} clocks are"


def _product(product: str) -> str:
    return ImportSource(product).label if product in set(ImportSource) else product


FIELDS = {"assignee_id": "who has it in hand", "impact": "its impact", "urgency": "its urgency",
          "priority": "its priority", "category": "what it is about"}  # fmt: skip
SCORES = {Score.GOOD: "good", Score.FAIR: "fair", Score.BAD: "not good"}

_Says = Callable[[dict[str, Any], _Names], str]
WORDS: dict[str, _Says] = {
    "desk.ticket_opened": _opened,
    "desk.ticket_sorted": lambda body, _: (
        f"sorted it as {_category(body['after'])} instead of {_category(body['before'])}."
    ),
    "desk.message_released": lambda *_: "let the client read a message that was held back.",
    "desk.ticket_assigned": lambda body, names: f"gave it to {names.user(body['assignee_id'])}.",
    "desk.priority_changed": lambda body, _: f"changed the priority from {body['before']} to {body['after']}.",
    "desk.waiting_began": lambda *_: "set it to wait for the client.",
    "desk.waiting_ended": lambda *_: "ended the waiting.",
    "desk.ticket_resolved": lambda *_: "resolved it.",
    "desk.ticket_closed": lambda body, _: f"closed it: {body['code']}.",
    "desk.ticket_reopened": lambda *_: "opened it again.",
    "desk.ticket_moved": lambda *_: "gave it to the client.",
    "desk.ticket_merged": lambda body, names: f"merged it into {names.ticket(body['target_id'])}.",
    "desk.merge_undone": lambda body, names: f"parted it from {names.ticket(body['target_id'])} again.",
    "desk.ticket_split": lambda body, names: f"took {body['messages']} out into {names.ticket(body['new_id'])}.",
    "desk.ticket_linked": _linked,
    "desk.ticket_snoozed": lambda body, _: "put it to rest for a time." if body["until"] else "brought it back.",
    "desk.ticket_tagged": lambda *_: "changed its tags.",
    "desk.escalation_taken": _step,
    "desk.escalation_repeated": lambda body, names: (
        f"told {names.listed(body['told'])} again, reminder {body['number']}."
    ),
    "desk.escalation_accepted": lambda *_: "accepted the escalation.",
    "desk.escalation_missed": _missed,
    "desk.escalation_lapsed": lambda *_: "found that steps which were due had not been taken until now.",
    "desk.follow_up_planned": lambda body, _: f"set a follow-up for {body['due_on']}.",
    "desk.follow_up_done": lambda *_: "ticked the follow-up off.",
    "desk.hold_began": lambda body, _: f"recorded an agreed hold until {body['until'][:10]}.",
    "desk.hold_ended": lambda body, _: HOLD_ENDS[body["end"]],
    "desk.ticket_recomputed": lambda body, _: (
        f"let its clocks be counted anew: {_clocks(body['clocks'])} due at another time."
    ),
    "desk.clock_corrected": lambda body, _: f"corrected a clock’s result from {body['before']} to {body['after']}.",
    "desk.ticket_imported": lambda body, _: f"brought it in from {_product(body['product'])}.",
    "desk.time_spent": lambda body, _: f"worked on it for {body['minutes']} min.",
    "desk.macro_used": lambda body, _: f"used a saved answer, which set {_fields(body['set'])}.",
    "desk.macro_undone": lambda body, _: f"took back what a saved answer had set: {_fields(body['set'])}.",
    "desk.satisfaction_asked": lambda *_: "asked by mail how content they are with it.",
    "desk.satisfaction_given": lambda body, _: f"was told how content they are with it: {SCORES[body['score']]}.",
    "desk.letter_sent_again": lambda *_: "had a letter sent again that had not arrived.",
    "desk.letter_left": lambda *_: "saw that a letter had not arrived, and left it so.",
}
SAID = (
    "desk.message_received", "desk.reply_sent", "desk.note_written", "desk.event_added", "desk.letter_bounced",
    "desk.letter_not_delivered",
)  # fmt: skip
"""Facts about what stands in the story as a message itself."""
ELSEWHERE: dict[str, _Says] = {
    "desk.ticket_merged": lambda body, names: f"merged {names.ticket(body['ticket_id'])} into it.",
    "desk.merge_undone": lambda body, names: f"parted {names.ticket(body['ticket_id'])} from it again.",
    "desk.ticket_split": lambda body, names: f"took it out of {names.ticket(body['ticket_id'])}.",
}
"""What is on record of another ticket and was done with this one too."""


def history(ticket: Ticket) -> list[Line]:
    """What was done with it, oldest first, the newest 300 things. At most five queries."""
    own = FactRecord.objects.filter(subject=f"ticket:{ticket.pk}", kind__in=list(WORDS)).select_related("by")
    records = [*own.order_by("-id")[:LINES_MAX], *_elsewhere(ticket)]
    records = sorted(records, key=lambda each: each.pk)[-LINES_MAX:]
    names = _names(records)
    return [
        Line(
            at=each.at,
            author_name=each.by.name if each.by else "Mainstay",
            text=(WORDS if each.subject == f"ticket:{ticket.pk}" else ELSEWHERE)[each.kind](each.body, names),
        )
        for each in records
    ]


def _elsewhere(ticket: Ticket) -> list[FactRecord]:
    """Facts about what was merged into the ticket, and about how it was split off another."""
    others = {*TicketMerge.objects.filter(target=ticket).values_list("ticket", flat=True), ticket.previous_id} - {None}
    subjects = [f"ticket:{each}" for each in others]
    found = FactRecord.objects.filter(subject__in=subjects, kind__in=list(ELSEWHERE)).select_related("by")
    return [each for each in found if ticket.pk in (each.body.get("target_id"), each.body.get("new_id"))]


def woven(said: Iterable[Any], done: Iterable[Line]) -> list[Any]:
    """What was said and what was done as one story, by time."""
    return sorted((*said, *done), key=lambda each: each.at)


def _names(records: list[FactRecord]) -> _Names:
    users = [each.body.get("assignee_id") for each in records]
    users += [pk for each in records for pk in each.body.get("told", ())]
    tickets = [each.body.get(key) for each in records for key in TICKETS]
    return _Names(
        User.objects.in_bulk([pk for pk in users if pk]), Ticket.objects.in_bulk([pk for pk in tickets if pk])
    )
