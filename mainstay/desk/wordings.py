"""What our letters say, in each language, where the agency has not written its own words. Pure.

Variables such as {reference} are looked up in a list, never evaluated. A line with a variable that has no value is
left out, so that nobody reads "by {due}" where nothing is due.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mainstay.common.languages import USUAL
from mainstay.desk.placeholders import VARIABLE

BLANK_LINES = re.compile(r"\n{3,}")


class LetterKind(StrEnum):
    """The letters whose words can be written anew."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    CLOSING = "closing"
    SURVEY = "survey"


@dataclass(frozen=True)
class Words:
    """A letter's words. `subject` is empty where the letter goes on in a conversation and keeps its subject."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known about a kind of letter: when it goes out, which variables it knows, and which it cannot lack."""

    title: str
    when: str
    variables: Mapping[str, str]
    needs: tuple[str, ...]
    has_subject: bool = False


_EVERYWHERE = {
    "reference": "reference of the ticket",
    "client": "name of the client",
    "link": "where a contact with an account reads the ticket; empty for anybody else",
}
_BY_THE_DESK = {
    **_EVERYWHERE,
    "agency": "name of the agency",
    "manager": "the client’s account manager, with mail address and phone; empty where nobody knows the sender",
}
_BY_A_PERSON = {"answer": "what was written", "author": "name of whoever wrote it"}

KINDS: Mapping[LetterKind, About] = {
    LetterKind.ACKNOWLEDGEMENT: About(
        title="Acknowledgement", when="Goes out when a call was logged, at most once an hour to an address.",
        variables={**_BY_THE_DESK, "due": "when the first answer is due; empty where nobody knows the sender"},
        needs=("reference",), has_subject=True,
    ),
    LetterKind.ANSWER: About(
        title="Answer", when="Stands around each answer to the client.",
        variables={**_BY_THE_DESK, **_BY_A_PERSON}, needs=("answer",),
    ),
    LetterKind.CLOSING: About(
        title="Closing answer", when="Stands around the answer with which a ticket is resolved.",
        variables={**_BY_THE_DESK, **_BY_A_PERSON}, needs=("answer",),
    ),
    LetterKind.SURVEY: About(
        title="Survey", when="Goes out an hour after a ticket was resolved.",
        variables={**_EVERYWHERE, **dict.fromkeys(("good", "fair", "bad"), "link of this answer")},
        needs=("good", "fair", "bad"), has_subject=True,
    ),
}  # fmt: skip

BUILT_IN: Mapping[tuple[LetterKind, str], Words] = {
    (LetterKind.ACKNOWLEDGEMENT, "en-gb"): Words(
        "Your request is logged: {reference}",
        """Hello,

your request is logged under the reference {reference}.

You will have a first answer by {due}.

To add something, answer this mail and leave the address as it is.

You can follow it here: {link}

Your account manager: {manager}

This mail was written by a machine; a person will answer you.""",
    ),
    (LetterKind.ACKNOWLEDGEMENT, "de"): Words(
        "Ihre Anfrage ist aufgenommen: {reference}",
        """Guten Tag,

Ihre Anfrage ist unter dem Aktenzeichen {reference} aufgenommen.

Eine erste Antwort bekommen Sie bis {due}.

Um etwas zu ergänzen, antworten Sie auf diese E-Mail und lassen Sie die Adresse, wie sie ist.

Hier können Sie sie verfolgen: {link}

Ihr Account-Manager: {manager}

Diese E-Mail hat eine Maschine geschrieben; antworten wird Ihnen ein Mensch.""",
    ),
    (LetterKind.ANSWER, "en-gb"): Words(
        "",
        """{answer}

--\x20
{author}
{agency}
Your account manager: {manager}
Reference: {reference}. To answer, reply to this mail and leave the address as it is.
All of the conversation: {link}""",
    ),
    (LetterKind.ANSWER, "de"): Words(
        "",
        """{answer}

--\x20
{author}
{agency}
Ihr Account-Manager: {manager}
Aktenzeichen: {reference}. Um zu antworten, antworten Sie auf diese E-Mail und lassen Sie die Adresse, wie sie ist.
Das ganze Gespräch: {link}""",
    ),
    (LetterKind.CLOSING, "en-gb"): Words(
        "",
        """{answer}

We take this as solved. If it is not, answer this mail: your request is then open again.

--\x20
{author}
{agency}
Your account manager: {manager}
Reference: {reference}. To answer, reply to this mail and leave the address as it is.
All of the conversation: {link}""",
    ),
    (LetterKind.CLOSING, "de"): Words(
        "",
        """{answer}

Wir betrachten das als gelöst. Ist es das nicht, antworten Sie auf diese E-Mail: Dann ist Ihre Anfrage wieder offen.

--\x20
{author}
{agency}
Ihr Account-Manager: {manager}
Aktenzeichen: {reference}. Um zu antworten, antworten Sie auf diese E-Mail und lassen Sie die Adresse, wie sie ist.
Das ganze Gespräch: {link}""",
    ),
    (LetterKind.SURVEY, "en-gb"): Words(
        "How did we do? {reference}",
        """Hello,

your request {reference} is resolved. How did we do? One click is enough:

Good:      {good}

So-so:     {fair}

Not good:  {bad}

If it is not solved, answer the mails about it: it is then open again.""",
    ),
    (LetterKind.SURVEY, "de"): Words(
        "Wie haben wir es gemacht? {reference}",
        """Guten Tag,

Ihre Anfrage {reference} ist gelöst. Wie haben wir es gemacht? Ein Klick genügt:

Gut:        {good}

Mittel:     {fair}

Nicht gut:  {bad}

Ist sie nicht gelöst, antworten Sie auf die E-Mails dazu: Dann ist sie wieder offen.""",
    ),
}


def chosen(kind: LetterKind, language: str, own: Mapping[str, Words]) -> tuple[Words, str]:
    """The words of a letter and the language that they are in.

    The agency's own in that language, else those that Mainstay brings in it; else the same in English.

    Args:
        own: what the agency has written of this kind, by language.
    """
    for each in (language, USUAL):
        if found := own.get(each) or BUILT_IN.get((kind, each)):
            return found, each
    raise LookupError(f"no words for {kind}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in. A line with one that has no value is left out."""
    lines = [
        VARIABLE.sub(lambda match: values[match.group(1)], line)
        for line in text.splitlines()
        if all(values.get(name) for name in VARIABLE.findall(line))
    ]
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def trouble_with(kind: LetterKind, words: Words) -> str:
    """Why these words cannot be kept, with what to do; empty when they can."""
    about, names = KINDS[kind], list(dict.fromkeys(VARIABLE.findall(f"{words.subject}\n{words.text}")))
    if unknown := [each for each in names if each not in about.variables]:
        return f"There is no {_braced(unknown)} in this letter. Look at the list of variables."
    if missing := [each for each in about.needs if each not in VARIABLE.findall(words.text)]:
        return f"The text needs {_braced(missing)}: without it the letter is of no use."
    return ""


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{each}}}" for each in names)
