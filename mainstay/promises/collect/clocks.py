"""S3, S5 and D1 to D4: the clocks of tickets that fell due this month, or last month where none did yet."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.rules import PRIORITIES
from mainstay.policy.clocks import Kind
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.collect.timed import Timed, timed
from mainstay.promises.facts import Attained, AttainmentFacts
from mainstay.promises.rules.outcome import Outcome
from mainstay.promises.rules.schedule import LAST, previous_month

DIFFICULTIES = {
    "D1": Category.DATA_UPLOAD,
    "D2": Category.IMAGE_UPLOAD,
    "D3": Category.VIEWABILITY,
    "D4": Category.LAYOUT,
}
TWO_MONTHS = timedelta(days=63)
GROUP_WORDS = {Kind.FIRST_RESPONSE: "first answers", Kind.RESOLUTION: "resolutions"}


@dataclass(frozen=True)
class Group:
    """Which clocks belong to one group of a clause, and the per cent of them that must be met.

    `warns` says for which of them running out of time is a risk.
    """

    name: str
    target_percent: int
    holds: Callable[[Timed], bool]
    warns: Callable[[Timed], bool]


def collect(scope: Scope) -> Iterator[tuple[int, str, AttainmentFacts]]:
    """One query for all clients."""
    found = scope.once(_by_client)
    for bound in scope:
        clocks = found[bound.client.pk]
        for clause, groups in _groups(bound).items():
            yield bound.client.pk, clause, _facts(clocks, groups, bound)


def first_answers(scope: Scope, bound: Bound, month: date) -> Attained:
    """The first answers of one client that fell due in `month`, whoever asked."""
    group = Group("first answers", bound.terms.attained.first, lambda clock: clock.kind is Kind.FIRST_RESPONSE, _never)
    return _attained(scope.once(_by_client).get(bound.client.pk, []), group, month, bound)


def _by_client(scope: Scope) -> dict[int, list[Timed]]:
    found: dict[int, list[Timed]] = defaultdict(list)
    for clock in timed(scope.ids, scope.at - TWO_MONTHS, scope.at, measured=_is_measured):
        found[clock.client_id].append(clock)
    return found


def _is_measured(clock: Timed) -> bool:
    """Whether some clause warns when this clock runs out of time."""
    return _is_urgent(clock) or clock.category in DIFFICULTIES.values()


def _groups(bound: Bound) -> dict[str, list[Group]]:
    first, resolution = bound.terms.attained.first, bound.terms.attained.resolution
    audiences = [Audience(each) for each in bound.terms.frontline.audiences]
    return {
        "S3": [Group(_plural(each), first, _first_of(each), _never) for each in audiences],
        "S5": [Group(f"priority {each}", resolution, _resolution_of(each), _is_urgent) for each in PRIORITIES],
        **{
            clause: [
                Group(GROUP_WORDS[Kind.FIRST_RESPONSE], first, _of(category, Kind.FIRST_RESPONSE), _always),
                Group(GROUP_WORDS[Kind.RESOLUTION], resolution, _of(category, Kind.RESOLUTION), _always),
            ]
            for clause, category in DIFFICULTIES.items()
        },
    }


def _never(clock: Timed) -> bool:
    return False


def _always(clock: Timed) -> bool:
    return True


def _is_urgent(clock: Timed) -> bool:
    return clock.priority == 1


def _plural(audience: Audience) -> str:
    return audience.label if audience is Audience.IT_TEAM else f"{audience.label.lower()}s"


def _first_of(audience: Audience) -> Callable[[Timed], bool]:
    return lambda clock: clock.kind is Kind.FIRST_RESPONSE and clock.audience == audience


def _resolution_of(priority: int) -> Callable[[Timed], bool]:
    return lambda clock: clock.kind is Kind.RESOLUTION and clock.priority == priority


def _of(category: Category, kind: Kind) -> Callable[[Timed], bool]:
    return lambda clock: clock.kind is kind and clock.category == category


def _facts(clocks: list[Timed], groups: list[Group], bound: Bound) -> AttainmentFacts:
    """This month's clocks; last month's where none of the clause fell due in this one yet.

    At its very end a month is judged by itself: nothing more will fall due in it.
    """
    this = _month(bound.at, bound)
    is_over = _month(bound.at + LAST, bound) != this
    for month in (this,) if is_over else (this, previous_month(this)):
        attained = tuple(_attained(clocks, group, month, bound) for group in groups)
        if any(each.due for each in attained):
            return AttainmentFacts(period=f"in {month:%B %Y}", groups=attained)
    period = f"in {this:%B %Y}" if is_over else f"in {previous_month(this):%B} or {this:%B %Y}"
    return AttainmentFacts(period=period, groups=tuple(_attained(clocks, group, this, bound) for group in groups))


def _month(at: datetime, bound: Bound) -> date:
    return bound.local(at).date().replace(day=1)


def _attained(clocks: list[Timed], group: Group, month: date, bound: Bound) -> Attained:
    """The clocks of `group` decided in `month`, with those that are running now."""
    mine = [clock for clock in clocks if group.holds(clock)]
    running = [clock for clock in mine if clock.outcome is Outcome.RUNNING]
    decided = [clock.outcome for clock in mine if _month(clock.decided_at, bound) == month]
    return Attained(
        group=group.name,
        target_percent=group.target_percent,
        met=decided.count(Outcome.MET),
        missed=decided.count(Outcome.MISSED),
        running=len(running),
        urgent_bp=max((clock.used_bp for clock in running if group.warns(clock)), default=0),
    )
