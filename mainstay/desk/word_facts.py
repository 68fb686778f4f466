"""Facts about what helps people without a ticket, and about how content they were. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from mainstay.desk.facts import TicketFact


@dataclass(frozen=True, kw_only=True)
class ArticleFact:
    """A fact about one article of the knowledge base."""

    kind: ClassVar[str] = ""
    article_id: int

    @property
    def subject(self) -> str:
        return f"article:{self.article_id}"


@dataclass(frozen=True, kw_only=True)
class ArticleWritten(ArticleFact):
    """A version was written; nobody at a client reads it before it is published."""

    kind: ClassVar[str] = "desk.article_written"
    version: int


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(ArticleFact):
    """Clients read this version from now on."""

    kind: ClassVar[str] = "desk.article_published"
    version: int


@dataclass(frozen=True, kw_only=True)
class ArticleWithdrawn(ArticleFact):
    """Clients read it no more."""

    kind: ClassVar[str] = "desk.article_withdrawn"


@dataclass(frozen=True, kw_only=True)
class HelpPageFact:
    """A fact about one help page."""

    kind: ClassVar[str] = ""
    help_page_id: int

    @property
    def subject(self) -> str:
        return f"help_page:{self.help_page_id}"


@dataclass(frozen=True, kw_only=True)
class HelpPageOpened(HelpPageFact):
    """Whoever has its address can ask for help, about one website or about any of the client's."""

    kind: ClassVar[str] = "desk.help_page_opened"
    website_id: int | None


@dataclass(frozen=True, kw_only=True)
class HelpPageEnded(HelpPageFact):
    """Its address leads nowhere any more: it was switched off, or (`renewed`) has another address from now on."""

    kind: ClassVar[str] = "desk.help_page_ended"
    renewed: bool


@dataclass(frozen=True, kw_only=True)
class WordingChanged:
    """Letters of a kind in a language say the agency's own words, or (`is_own` false) Mainstay's again."""

    kind: ClassVar[str] = "desk.wording_changed"
    letter: str
    language: str
    is_own: bool

    @property
    def subject(self) -> str:
        return f"wording:{self.letter}:{self.language}"


@dataclass(frozen=True, kw_only=True)
class SatisfactionAsked(TicketFact):
    """Whoever asked for the ticket was asked how content they are."""

    kind: ClassVar[str] = "desk.satisfaction_asked"


@dataclass(frozen=True, kw_only=True)
class SatisfactionGiven(TicketFact):
    """They answered; a later answer stands for the earlier one. `score`: good, fair or bad."""

    kind: ClassVar[str] = "desk.satisfaction_given"
    score: str


@dataclass(frozen=True, kw_only=True)
class MacroUsed(TicketFact):
    """A saved answer set fields of the ticket at once. `set` names them."""

    kind: ClassVar[str] = "desk.macro_used"
    saved_id: int
    set: list[str]


@dataclass(frozen=True, kw_only=True)
class MacroUndone(TicketFact):
    """What a saved answer had set was put back. `set` names the fields."""

    kind: ClassVar[str] = "desk.macro_undone"
    set: list[str]
