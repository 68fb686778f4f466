"""Which words a letter has, and in which language somebody is written to."""

from mainstay.common.languages import LANGUAGES_SPOKEN, USUAL
from mainstay.desk.models import LetterWording, Ticket
from mainstay.desk.wordings import BUILT_IN, LetterKind, Words, chosen


def words_for(kind: LetterKind, language: str) -> tuple[Words, str]:
    """The words of a letter to somebody who reads `language`, and the language that they are in; one query."""
    own = LetterWording.objects.filter(kind=kind, language__in=(language, USUAL))
    return chosen(kind, language, {each.language: each.words for each in own})


def language_of(ticket: Ticket) -> str:
    """In which language whoever asked is written to: the contact's, else that of their own pages, else that in which
    they asked, else English."""
    contact = ticket.requester
    own = contact.user.language if contact and contact.user else ""
    asked = (contact.language if contact else "") or own or ticket.language
    return asked if asked in dict(LANGUAGES_SPOKEN) else USUAL


def overview() -> list[tuple[LetterKind, list[tuple[str, str, str]]]]:
    """Every kind with each language: code, name, and whose words hold: `own`, `built_in`, or `english`; one query."""
    own = set(LetterWording.objects.values_list("kind", "language"))

    def whose(kind: LetterKind, code: str) -> str:
        if (kind.value, code) in own:
            return "own"
        return "built_in" if (kind, code) in BUILT_IN else "english"

    return [(kind, [(code, name, whose(kind, code)) for code, name in LANGUAGES_SPOKEN]) for kind in LetterKind]
