"""Reminders in words: what it is, what would be good to do, and where."""

from datetime import date

from django.urls import reverse

from mainstay.promises.facts import ReminderKind
from mainstay.promises.models import Reminder

ADVICE = {
    ReminderKind.BUDGET_HALF: "Say what cost the hours and what is done about it, before the client asks.",
    ReminderKind.SAME_KIND: "Find the common cause; an article, a change or a talk may end it.",
    ReminderKind.REPORT_UNREAD: "Ring and go through it together, or ask who should get it.",
    ReminderKind.REVIEW_DUE: "Propose two dates to the client, and note the one that is agreed.",
    ReminderKind.RENEWAL: "Go through the year with the client, and prepare the next terms.",
    ReminderKind.POOR_ANSWER: "Ring whoever answered, listen, and note what was agreed.",
}


def of(reminder: Reminder) -> str:
    """What there is, in one sentence."""
    about, value = reminder.about, reminder.value
    match ReminderKind(reminder.kind):
        case ReminderKind.BUDGET_HALF:
            return f"{about}: {value} % of the year's hours of downtime are used."
        case ReminderKind.SAME_KIND:
            return f"{value} tickets of one kind came in thirty days: {about.replace('_', ' ')}."
        case ReminderKind.REPORT_UNREAD:
            month = date.fromisoformat(f"{about}-01")
            return f"Nobody at the client has opened the report for {month:%B %Y}; it was issued {value} days before."
        case ReminderKind.REVIEW_DUE:
            return f"The review meeting due on {_on(reminder.due_on)} is not arranged."
        case ReminderKind.RENEWAL:
            return f"The agreement goes into its next year on {_on(reminder.due_on)}, and no terms are signed for it."
    return f"Somebody was not content with how {about} ended."


def advice(reminder: Reminder) -> str:
    """What would be good to do."""
    return ADVICE[ReminderKind(reminder.kind)]


def where(reminder: Reminder) -> str:
    """The console's page on which to look closer; everybody of the agency may open it."""
    match ReminderKind(reminder.kind):
        case ReminderKind.BUDGET_HALF:
            return reverse("console-website", args=[reminder.target_id])
        case ReminderKind.REPORT_UNREAD:
            return reverse("console-report", args=[reminder.target_id])
        case ReminderKind.REVIEW_DUE:
            return f"{reverse('console-client', args=[reminder.client.slug])}#reviews"
        case ReminderKind.RENEWAL:
            return reverse("console-agreement", args=[reminder.client.slug])
        case ReminderKind.POOR_ANSWER:
            return reverse("console-ticket", args=[reminder.about])
    return f"{reverse('console-desk')}?client={reminder.client.slug}&state=any"


def _on(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
