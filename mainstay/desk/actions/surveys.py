"""Asking how content somebody is, and taking the answer: from the mail, without signing in."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from mainstay.common import facts, mail
from mainstay.desk.actions import writing
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import Channel, Score
from mainstay.desk.letters.headers import printable
from mainstay.desk.models import Survey, Ticket
from mainstay.desk.queries.addresses import is_own
from mainstay.desk.queries.surveys import SALT
from mainstay.desk.queries.wordings import language_of, words_for
from mainstay.desk.word_facts import SatisfactionAsked, SatisfactionGiven
from mainstay.desk.wordings import LetterKind, filled

COMMENT_MAX = 2000


@transaction.atomic
def ask_satisfaction(*, ticket: Ticket, at: datetime) -> Survey | None:
    """Ask by mail whoever asked for the ticket, once; None where nobody can be asked, or was asked already."""
    to = ticket.answer_address
    if not to or is_own(to) or ticket.channel == Channel.WATCH or ticket.client.is_agency or ticket.is_imported:
        return None
    survey, is_new = Survey.objects.get_or_create(ticket=ticket, defaults={"client": ticket.client, "asked_at": at})
    if not is_new:
        return None
    words, language = words_for(LetterKind.SURVEY, language_of(ticket))
    values = {"reference": ticket.reference, "client": ticket.client.name, **_links(ticket)}
    letter = writing.letter(filled(words.subject, values), filled(words.text, values), language)
    try:
        with transaction.atomic():
            mail.post(letter, to=to, key=f"ticket:{ticket.pk}:survey", at=at, client=ticket.client, automatic=True)
    except mail.LetterRefused:
        survey.delete()
        return None
    facts.record(SatisfactionAsked(ticket_id=ticket.pk), by=DESK, at=at, client=ticket.client)
    return survey


@transaction.atomic
def answer_survey(*, survey: Survey, score: Score, at: datetime, comment: str = "") -> Survey:
    """Take an answer; a later one stands for it. A comment stays when the later answer has none."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("client").get(pk=survey.pk)
    changed = survey.score != score
    survey.score, survey.answered_at = score, at
    survey.comment = printable(comment).strip()[:COMMENT_MAX] or survey.comment
    survey.save()
    if changed:
        facts.record(SatisfactionGiven(ticket_id=survey.ticket_id, score=score), by=DESK, at=at, client=survey.client)
    return survey


def token_of(ticket: Ticket) -> str:
    """What stands in the links of the letter: signed, for this ticket alone, and good for nothing else."""
    return signing.dumps(ticket.pk, salt=SALT)


def _links(ticket: Ticket) -> dict[str, str]:
    """The address of each answer, by its score."""
    root, address = settings.MAINSTAY.url.rstrip("/"), reverse("desk-survey", args=[token_of(ticket)])
    return {score.value: f"{root}{address}?score={score.value}" for score in Score}
