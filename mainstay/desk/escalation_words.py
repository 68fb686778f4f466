"""What people read about steps of the escalation procedure: in letters, on tickets and on pages. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mainstay.policy.clocks import Kind
from mainstay.policy.durations import say
from mainstay.policy.terms.words import Rung

TIMES = {
    Kind.FIRST_RESPONSE: "the time for the first answer",
    Kind.NEXT_RESPONSE: "the time for the next answer",
    Kind.RESOLUTION: "the time for a solution",
}
CLOCKS = {Kind.FIRST_RESPONSE: "First answer", Kind.NEXT_RESPONSE: "Further answers", Kind.RESOLUTION: "Solution"}
ROLES = {
    Rung.ASSIGNEE: "whoever works on the ticket",
    Rung.TEAM_LEAD: "the team lead",
    Rung.ACCOUNT_MANAGER: "the account manager",
    Rung.DIRECTOR: "the director",
}
AS_ROLE = {
    Rung.ASSIGNEE: "working on the ticket",
    Rung.TEAM_LEAD: "team lead",
    Rung.ACCOUNT_MANAGER: "account manager",
    Rung.DIRECTOR: "director",
}


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def used(kind: str | None, percent: int | None) -> str:
    """What a step stands for: `75 % of the time for the first answer is used`."""
    if kind is None or percent is None:
        return "the client has escalated it"
    if percent == 100:
        return f"{TIMES[Kind(kind)]} is used up"
    return f"{percent} % of {TIMES[Kind(kind)]} is used"


def roles(rungs: Iterable[str]) -> str:
    """`the account manager and the team lead`."""
    return listed(ROLES[Rung(each)] for each in rungs)


def person(name: str, rung: str) -> str:
    """`Ada Quill (account manager)`."""
    return f"{name} ({AS_ROLE[Rung(rung)]})"


def on(at: datetime, zone: ZoneInfo) -> str:
    """An instant in a letter, with its zone."""
    return f"{at.astimezone(zone):%A %-d %B, %H:%M %Z}"


def staff_subject(reference: str, kind: str | None, percent: int | None, number: int) -> str:
    """The subject of a letter to whoever a step reaches."""
    again = f"Reminder {number}: " if number else ""
    return f"{again}{reference}: {used(kind, percent)}"


def staff_text(
    *,
    head: str,
    said: str,
    due: str,
    rung: str,
    stands_in: str,
    others: Sequence[str],
    reason: str,
    accept_by: str,
    repeat_every: timedelta,
    url: str,
) -> str:
    """The letter to whoever a step reaches. `said` is what was used, `due` and `accept_by` are instants in words."""
    standing = f", in place of {stands_in}" if stands_in else ""
    lines = (
        head,
        f"{said[:1].upper()}{said[1:]}.{f' It is due {due}.' if due else ''}",
        f"The client's reason:\n{reason}" if reason else "",
        f"You are told as {AS_ROLE[Rung(rung)]}{standing}.{f' Also told: {listed(others)}.' if others else ''}",
        (
            f"Please accept it{f' by {accept_by}' if accept_by else ''}: open the ticket and press “Accept”. "
            f"Until somebody does, this comes again every {say(repeat_every)} in which the clock runs."
        ),
        url,
    )
    return "\n\n".join(line for line in lines if line) + "\n"


def client_text(kind: str, percent: int, people: Sequence[str]) -> str:
    """What the client reads of a step."""
    if percent < 100:
        fact = f"{percent} % of {TIMES[Kind(kind)]} that we promised for this request is used."
    elif percent == 100:
        fact = f"{_capital(TIMES[Kind(kind)])} that we promised for this request is used up."
    else:
        fact = f"This request has taken {percent} % of {TIMES[Kind(kind)]} that we promised."
    return f"{fact} As our escalation procedure says, {_told(people)} now. You need not do anything."


def asked_text(people: Sequence[str]) -> str:
    """What the client reads after it has escalated a ticket itself."""
    return f"You escalated this request. {_capital(_told(people))} now."


def accepted_text(name: str) -> str:
    """What the client reads when somebody has taken the step on, where it was told of the step."""
    return f"{name} has taken this on."


def _told(people: Sequence[str]) -> str:
    if not people:
        return "nobody could be told, and our administrators see that"
    return f"{listed(people)} {'have' if len(people) > 1 else 'has'} been told"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
