"""One alert as it is sent: the same content as a mail, and in short for a channel."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string

from mainstay.access.models import User
from mainstay.access.rules import in_one_line
from mainstay.common.mail import Letter
from mainstay.common.notify import Message

LINES_MAX = 100
BRIEF_LINES_MAX = 15
TITLE_MAX = 200
WHY = "You get this because the alert rules name you, or because you look after the client."


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """One alert in all its forms. `brief` is what a channel says below the title."""

    title: str
    text: str
    html: str
    brief: str

    @property
    def mail(self) -> Letter:
        return Letter(subject=self.title, text=self.text, html=self.html)

    def message(self, user: User | None) -> Message:
        """As it is said on a channel; `user` is who is spoken to there."""
        return Message(self.title, f"For {user.name}.\n{self.brief}" if user else self.brief)


@dataclass(slots=True)
class Content:
    """What an alert says: a sentence, facts with their names, a list of what it is about, and where to go on."""

    title: str
    intro: str
    link: str
    link_label: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    note: str = ""
    why: str = WHY

    def letter(self) -> AlertLetter:
        context = {
            "content": self,
            "lines": self.lines[:LINES_MAX],
            "more": max(0, len(self.lines) - LINES_MAX),
            "brief_lines": self.lines[:BRIEF_LINES_MAX],
            "brief_more": max(0, len(self.lines) - BRIEF_LINES_MAX),
        }
        names = ("alert.txt", "alert.html", "brief.txt")
        text, html, brief = (render_to_string(f"watch/mail/{name}", context) for name in names)
        return AlertLetter(in_one_line(self.title)[:TITLE_MAX], text, html, brief.strip())
