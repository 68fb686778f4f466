"""Writing the agency's own words of a letter, and going back to those that Mainstay brings."""

from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.desk.models import LetterWording
from mainstay.desk.word_facts import WordingChanged
from mainstay.desk.wordings import LetterKind, Words, trouble_with


class WordingRefused(ValueError):
    """The words name a variable that the letter does not know, or lack one that it needs."""


@transaction.atomic
def keep_wording(*, kind: LetterKind, language: str, words: Words, by: User, at: datetime) -> LetterWording:
    """Let letters of this kind in this language say these words from now on.

    Raises:
        WordingRefused: they would make no letter; the message says what to put right.
    """
    if problem := trouble_with(kind, words):
        raise WordingRefused(problem)
    given = {"subject": words.subject, "text": words.text, "updated_at": at, "updated_by": by}
    kept, _ = LetterWording.objects.update_or_create(kind=kind, language=language, defaults=given)
    facts.record(WordingChanged(letter=kind, language=language, is_own=True), by=by, at=at)
    return kept


@transaction.atomic
def drop_wording(*, kind: LetterKind, language: str, by: User, at: datetime) -> None:
    """Go back to the words that Mainstay brings. Nothing happens where there are no others."""
    if LetterWording.objects.filter(kind=kind, language=language).delete()[0]:
        facts.record(WordingChanged(letter=kind, language=language, is_own=False), by=by, at=at)
