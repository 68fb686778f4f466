"""The questions that a form about a difficulty asks, beyond what happened: each only where a helper needs it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What an answer is."""

    LINE = "line"
    PAGE = "page"
    WHEN = "when"
    DAY = "day"
    BROWSER = "browser"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `name` is the field's, `word` what stands before the answer on the ticket."""

    name: str
    label: str
    word: str
    kind: Kind = Kind.LINE
    help: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    def put(self, label: str, *, required: bool | None = None, help: str | None = None) -> "Question":  # noqa: A002
        """The same question in other words."""
        return replace(
            self,
            label=label,
            required=self.required if required is None else required,
            help=self.help if help is None else help,
        )


PAGE = Question(
    name="page", label=_("Address of the page"), word=_("Page"), kind=Kind.PAGE,
    help=_("Copy it from the line at the top of your browser."),
)  # fmt: skip
WHEN = Question(name="happened_at", label=_("When did it happen"), word=_("Happened"), kind=Kind.WHEN)
BROWSER = Question(
    name="browser", label=_("Your browser"), word=_("Browser"), kind=Kind.BROWSER,
    help=_("Filled in by itself. Change it if it happened elsewhere."),
)  # fmt: skip
ERROR = Question(
    name="error", label=_("What the page said"), word=_("Message shown"), help=_("The exact words, if you can.")
)
DATA = Question(
    name="data", label=_("What kind of data, and how much"), word=_("Data"), help=_("Such as: CSV, 2,000 lines.")
)
PICTURE = Question(
    name="picture", label=_("Type and size of the picture"), word=_("Picture"), help=_("Such as: JPEG, 12 MB.")
)
SCOPE = Question(
    name="scope", label=_("Who is affected"), word=_("Affected"), kind=Kind.CHOICE,
    choices=(_("Only me, as far as I know"), _("Everybody I asked"), _("I do not know")),
)  # fmt: skip
CHANGED = Question(name="changed", label=_("What changed before it began"), word=_("Changed before"))
STATUS = Question(
    name="status", label=_("Status code or message"), word=_("Status"), help=_("Such as: 502, timeout, blank page.")
)
GOES_ON = Question(
    name="goes_on", label=_("Is it still going on"), word=_("Still going on"), kind=Kind.CHOICE,
    choices=(_("Yes"), _("No"), _("I do not know")),
)  # fmt: skip
ACCOUNTS = Question(name="accounts", label=_("Accounts and addresses involved"), word=_("Involved"))
BY_DAY = Question(name="by_day", label=_("By when you need it"), word=_("Needed by"), kind=Kind.DAY)
PERSON = Question(
    name="person",
    label=_("Whose access"),
    word=_("Person"),
    required=True,
    help=_("Name and e-mail address. Never a password."),
)
UNTIL_DAY = Question(
    name="until_day", label=_("Until when"), word=_("Until"), kind=Kind.DAY, help=_("Leave it empty if it has no end.")
)
