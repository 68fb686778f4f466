"""What people are told of downtime budgets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.urls import reverse

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.clients.queries import managers_of
from mainstay.common import mail
from mainstay.common.mail import Letter
from mainstay.policy.durations import say
from mainstay.promises import reminder_words as words
from mainstay.promises.facts import WarningKind
from mainstay.promises.models import BudgetWarning, Reminder
from mainstay.watch.queries import Budget

KEY_MAX = 200
REMINDERS_NAMED = 40


def tell_warned(warning: BudgetWarning, budget: Budget, at: datetime) -> None:
    """The account manager and deputy; of a share that was reached, the client's administrators as well."""
    client, website = warning.client, warning.website
    staff = {each.email for each in managers_of([client], at)[client.pk].values()}
    page = f"{_site()}{reverse('console-website', args=[website.pk])}"
    for email in sorted(staff):
        _post(_letter(_subject(warning), (*_lines(warning, budget), page)), email, warning, at)
    if warning.kind != WarningKind.MARK:
        return
    page = f"{_site()}{reverse('portal-website', args=[client.slug, website.pk])}"
    for reader in client.contacts.filter(role=Role.CLIENT_ADMINISTRATOR, is_active=True):
        lines = (f"Dear {reader.name},", *_lines(warning, budget), f"Each outage stands here:\n{page}")
        _post(_letter(_subject(warning), lines), reader.email, warning, at)


def reminders(waiting: Sequence[Reminder], reader: User) -> Letter:
    """To whoever looks after clients today: what there is to act on, client by client."""
    lines = [f"Dear {reader.name},", "before the client asks:"]
    for client, mine in groupby(waiting[:REMINDERS_NAMED], key=lambda each: each.client):
        page = f"{_site()}{reverse('console-account', args=[client.slug])}"
        lines.append("\n".join([client.name, *(f"- {words.of(each)}" for each in mine), page]))
    if len(waiting) > REMINDERS_NAMED:
        lines.append(f"And {len(waiting) - REMINDERS_NAMED} more: {_site()}{reverse('console-my-clients')}")
    lines.append("Each can be ticked, or put off, on the page of the client. Each is told once.")
    number = len(waiting)
    return _letter(f"{number} thing{'' if number == 1 else 's'} to do for your clients", lines)


def _subject(warning: BudgetWarning) -> str:
    name = warning.website.name
    if warning.kind == WarningKind.MARK:
        if warning.charged_s > warning.limit_s:
            return f"The hours of downtime of {name} are used up, and passed"
        return f"{warning.value} % of the year's hours of downtime are used: {name}"
    if warning.kind == WarningKind.FORECAST:
        return f"Heading past the year's hours of downtime: {name}"
    return f"Downtime is used up {warning.value} times too fast: {name}"


def _lines(warning: BudgetWarning, budget: Budget) -> Iterable[str]:
    zone = warning.client.zone
    used = f"{say(warning.charged_s)} of {say(warning.limit_s)}"
    ends = budget.year_end.astimezone(zone)
    yield (
        f"{used} of downtime of {warning.website.name} are charged in the contract year that ends on "
        f"{ends.day} {ends:%B %Y}. {say(budget.left_s)} are left."
    )
    if warning.kind == WarningKind.FORECAST and warning.forecast_s is not None:
        yield f"At the rate so far the year ends with {say(warning.forecast_s)}."
    if warning.kind == WarningKind.BURN:
        yield (
            f"In the time just past it was down {warning.value} times as much as the year allows. A further warning "
            "follows only if that becomes more; this one ends by itself."
        )


def _letter(subject: str, lines: Iterable[str]) -> Letter:
    return Letter(subject=in_one_line(subject), text="\n\n".join(lines) + "\n")


def _post(letter: Letter, email: str, warning: BudgetWarning, at: datetime) -> None:
    key = f"budget-warning:{warning.pk}:{email}"[:KEY_MAX]
    mail.post(letter, to=email, key=key, at=at, client=warning.client, automatic=True)


def _site() -> str:
    return str(settings.MAINSTAY.url.rstrip("/"))
