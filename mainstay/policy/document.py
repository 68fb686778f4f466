"""An agreement as one text: the policy's own words, what each clause comes to, and every term. Plain UTF-8.

The text is what is signed and kept, so it is a text and no page. A line is one block; how it begins says what it is:
`# ` title, `## ` and `### ` headings, `- ` a bullet, `> ` what a clause comes to; everything else is a paragraph.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mainstay.policy import agreed
from mainstay.policy.promises import Clause
from mainstay.policy.terms import Terms
from mainstay.policy.terms.guide import at, groups
from mainstay.policy.text import Block, Run, policy_text

_MARKS = {"# ": "title", "## ": "heading", "### ": "subheading", "- ": "bullet", "> ": "note"}
HOURS_NAMED = "40 hours"
"""The one number that the policy's own sentences name."""

DEFAULT_NOTE = "This is our policy with the terms that hold where a client has agreed nothing else."


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Between whom a version is agreed, since when the contract runs, and from when the version holds."""

    agency: str
    client: str
    version: int
    starts_on: date
    effective_from: date


@dataclass(frozen=True, kw_only=True)
class Line:
    """A block of the text: `kind` is title, heading, subheading, bullet, note or paragraph."""

    kind: str
    text: str


def agreement_text(parties: Parties, terms: Terms, holidays: Iterable[str]) -> str:
    """The whole text of one version for one client, with its holidays written out."""
    head = (
        f"Agreed between {_one_line(parties.agency)} and {_one_line(parties.client)}.",
        f"Version {parties.version}. The contract runs from {_on(parties.starts_on)}.",
        f"This version holds from {_on(parties.effective_from)}, in the time zone {terms.zone.key}.",
        "What was promised under an earlier version stays as it was promised.",
    )
    return _joined(head, terms, holidays)


def public_text(agency: str, terms: Terms) -> str:
    """The policy that an agency offers, with its usual terms."""
    return _joined((f"{_one_line(agency)}. {DEFAULT_NOTE}",), terms, ())


def filled(run: Run, terms: Terms) -> str:
    """The policy's own words, with the number that it names as it is agreed."""
    hours = terms.downtime.hours_a_year
    if run.clause != Clause.DOWNTIME.value:
        return run.text
    return run.text.replace(HOURS_NAMED, "1 hour" if hours == 1 else f"{hours} hours")


def digest(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def lines(text: str) -> tuple[Line, ...]:
    """The blocks of a text, for a page or a print."""
    return tuple(_line(each) for each in text.splitlines() if each)


def _joined(head: Iterable[str], terms: Terms, holidays: Iterable[str]) -> str:
    found = [f"# {policy_text().title}", *head, *_policy(terms), *_all_terms(terms), *_closed(holidays)]
    return "\n".join(found) + "\n"


def _policy(terms: Terms) -> Iterator[str]:
    for section in policy_text().sections:
        yield f"## {section.heading}"
        for block in section.blocks:
            yield from _block(block, terms)


def _block(block: Block, terms: Terms) -> Iterator[str]:
    words = "".join(filled(run, terms) for run in block.runs)
    yield f"- {words}" if block.is_bullet else words
    for each in block.clauses:
        yield f"> {each} {policy_text().clauses[each].title}. {agreed.clause(Clause(each), terms)}"


def _all_terms(terms: Terms) -> Iterator[str]:
    content = terms.as_dict()
    yield "## Every term"
    for group in groups():
        yield f"### {group.title}"
        for term in group.terms:
            yield f"- {term.label}: {term.said(at(content, term.path))}"


def _closed(holidays: Iterable[str]) -> Iterator[str]:
    dates = list(holidays)
    if dates:
        yield "### Holidays on which the office is closed"
        yield ", ".join(dates)


def _line(text: str) -> Line:
    for mark, kind in _MARKS.items():
        if text.startswith(mark):
            return Line(kind=kind, text=text.removeprefix(mark))
    return Line(kind="paragraph", text=text)


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
