"""What the page of a ticket shows beside the story: tags, links, minutes, drafts, and the forms for them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from mainstay.clients.models import Contact
from mainstay.desk import gates
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries import agreed, life
from mainstay.desk.queries.help_pages import stranger_on
from mainstay.desk.web import forms, life_forms

KEYS = (
    ("r", "Answer the client"),
    ("n", "Write a note for the team"),
    ("a", "Take the ticket on"),
    ("w", "Watch it, or stop watching"),
    ("e", "Accept an escalation"),
    ("t", "Enter minutes worked"),
)


def beside(request: HttpRequest, found: Ticket, said: list[Message], at: datetime) -> dict[str, Any]:
    """The context of what stands beside the story. A constant number of queries."""
    drafts, among = life.drafts_of(found, request.user), gates.tickets_for(request.user)  # type: ignore[arg-type]
    planned = agreed.follow_up_of(found)
    tags = [each.word for each in found.tickettags.all()]
    entries = choices_of([each for each in said if each.ticket_id == found.pk])
    return {
        "page_keys": KEYS,
        "stranger": stranger_on(found),
        "tags": tags,
        "links": life.links_of(found),
        "minutes": life.minutes_on(found),
        "times": life.times_on(found),
        "is_watched": found.ticketwatchs.filter(user=request.user).exists(),
        "others": life.others_on(found, request.user, at),  # type: ignore[arg-type]
        "undoable": life.undoable_merge(found) if found.merged_into_id else None,
        "seen": life.newest_public(found),
        "reply_form": forms.Reply(initial={"text": drafts.get("reply", ""), "seen": life.newest_public(found)}),
        "note_form": forms.Note(initial={"text": drafts.get("note", "")}),
        "has_draft": bool(drafts),
        "merge_form": life_forms.Merge(among=among),
        "link_form": life_forms.Link(among=among),
        "split_form": life_forms.Split(entries=entries, initial={"subject": found.subject}),
        "snooze_form": life_forms.Snooze(),
        "hold": agreed.hold_on(found, at),
        "hold_form": life_forms.Hold(contacts=contacts_of(found), initial={"agreed_by": found.requester_id}),
        "follow_up": planned,
        "follow_up_form": life_forms.FollowUp(
            initial={"due_on": planned.due_on, "note": planned.note} if planned else {}
        ),
        "tags_form": life_forms.Tags(initial={"words": ", ".join(tags)}),
        "time_form": life_forms.Time(),
    }


def contacts_of(found: Ticket) -> QuerySet[Contact]:
    """The people of the ticket's client, of whom one can agree to a hold."""
    return found.client.contacts.filter(is_active=True).order_by("name", "pk")


def choices_of(said: list[Message]) -> list[tuple[str, str]]:
    """The messages that can be taken out, each with its author and how it begins."""
    return [
        (str(each.pk), f"{each.author_name}: {Truncator(each.text).chars(70)}") for each in said if each.kind != "event"
    ]
