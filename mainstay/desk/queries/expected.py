"""By when a person answers what is asked now, as the client's agreement promises it."""

from collections.abc import Iterable
from datetime import date, datetime

from mainstay.clients.models import Organisation
from mainstay.clients.queries import agreement_for
from mainstay.desk import rules
from mainstay.desk.facts import Category
from mainstay.policy.clocks import Act, Clock, Event, Kind
from mainstay.policy.terms import default, load


def answers_due(client: Organisation, categories: Iterable[Category], at: datetime) -> dict[Category, datetime | None]:
    """For each category the instant at which a request made at `at` is owed a first answer; one query.

    None where the agreement's hours never come to it.
    """
    agreement = agreement_for(client, at)
    terms = load(agreement.terms) if agreement else default()
    holidays = [date.fromisoformat(day) for day in agreement.holidays] if agreement else []
    hours = terms.office_hours(holidays=holidays)
    start = [Event(at=at, act=Act.START)]

    def due(category: Category) -> datetime | None:
        span = terms.response_for(rules.usual_priority(terms, category)).first
        return Clock(kind=Kind.FIRST_RESPONSE, span=span, hours=hours, events=start).state(at).due_at

    return {category: due(category) for category in categories}


def answer_due(client: Organisation, category: Category, at: datetime) -> datetime | None:
    """As `answers_due`, for one category."""
    return answers_due(client, [category], at)[category]
