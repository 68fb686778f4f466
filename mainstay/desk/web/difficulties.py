"""The ways in which somebody can begin: "I can't …". One short form each, in words for either kind of reader."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.web.questions import (
    ACCOUNTS,
    BROWSER,
    BY_DAY,
    CHANGED,
    DATA,
    ERROR,
    GOES_ON,
    PAGE,
    PERSON,
    PICTURE,
    SCOPE,
    STATUS,
    UNTIL_DAY,
    WHEN,
    Question,
)

EXACT_ERROR, BEGAN = ERROR.put(_("The exact error")), WHEN.put(_("When it began"))


@dataclass(frozen=True, kw_only=True)
class Difficulty:
    """One choice: what it says, the icon beside it, and what a helper will need to know.

    `questions` stand before and after what happened as they are listed: the page first. `any_data`: files of every
    type but programs are taken, since the file itself is what it is about.
    """

    category: Category
    title: str
    text: str
    asks: str
    icon: str
    questions: tuple[Question, ...]
    text_label: str = _("What happened")
    files_label: str = _("Screenshots or files")
    any_data: bool = False


USERS = (
    Difficulty(
        category=Category.DATA_UPLOAD, icon="upload", title=_("I can’t upload data"), any_data=True,
        text=_("A form or an import does not take what you send."),
        asks=_("What did you try to upload, and what did you see instead?"),
        questions=(PAGE.put(_("Address of the page with the form")), ERROR, WHEN, BROWSER),
        files_label=_("The file, if you may share it, and a screenshot"),
    ),
    Difficulty(
        category=Category.IMAGE_UPLOAD, icon="image", title=_("I can’t upload an image"),
        text=_("A picture is refused, or does not appear."),
        asks=_("Where should the picture appear, and what happened instead?"),
        questions=(PAGE.put(_("Where the picture should appear")), ERROR, WHEN, BROWSER),
        files_label=_("The picture, and a screenshot"),
    ),
    Difficulty(
        category=Category.VIEWABILITY, icon="eye-off", title=_("I can’t see something"),
        text=_("A page, or a part of one, does not show."),
        asks=_("What should be there, and what do you see instead?"), text_label=_("What is missing"),
        questions=(PAGE, WHEN.put(_("Since when")), SCOPE, BROWSER),
    ),
    Difficulty(
        category=Category.LAYOUT, icon="layout-dashboard", title=_("Something looks wrong"),
        text=_("Text, pictures or buttons are out of place."),
        asks=_("What is out of place? A screenshot says most."), text_label=_("What looks wrong"),
        questions=(PAGE, WHEN.put(_("Since when")), BROWSER), files_label=_("Screenshots"),
    ),
    Difficulty(
        category=Category.ATTACK, icon="shield-alert", title=_("I think we are being attacked"),
        text=_("Strange content, a warning, a message you did not send. We look at this at once."),
        asks=_("Say it in your own words. Change nothing for now: traces help us."),
        text_label=_("What did you notice"),
        questions=(PAGE.put(_("Where you saw it")), WHEN.put(_("When did you notice it first")), GOES_ON),
    ),
    Difficulty(
        category=Category.CHANGE, icon="pencil", title=_("I wish for a change"),
        text=_("New text, another picture, a new page or function."),
        asks=_("What should be different, and what for?"), text_label=_("What you wish for"),
        questions=(PAGE.put(_("The page it is about")), BY_DAY), files_label=_("Texts, pictures or sketches"),
    ),
    Difficulty(
        category=Category.ACCESS, icon="key-round", title=_("Somebody needs access"),
        text=_("A new colleague, a lost password, somebody who left."),
        asks=_("What should the person be able to do? When somebody leaves: say so, and from when."),
        text_label=_("Which access"), questions=(PERSON, BY_DAY, UNTIL_DAY), files_label=_("Files"),
    ),
    Difficulty(
        category=Category.OTHER, icon="circle-question-mark", title=_("Something else"),
        text=_("A question, or anything that fits nowhere else."),
        asks=_("Tell us what you need, as you would on the phone."), text_label=_("What is it about"),
        questions=(PAGE.put(_("The page it is about"), help=""),),
    ),
)  # fmt: skip

ADMINISTRATORS = (
    Difficulty(
        category=Category.DATA_UPLOAD, icon="upload", title=_("Data upload or import fails"), any_data=True,
        text=_("Imports, forms, API writes."),
        asks=_("What you did, step by step, and how it can be seen again."),
        questions=(PAGE.put(_("Endpoint or form"), help=""), DATA, EXACT_ERROR, BEGAN, CHANGED),
        files_label=_("Sample data, logs"),
    ),
    Difficulty(
        category=Category.IMAGE_UPLOAD, icon="image", title=_("Media upload fails"),
        text=_("Images or files are refused or not processed."),
        asks=_("Whether it is all files or some, and what sets those apart."),
        questions=(PAGE.put(_("Endpoint or page"), help=""), PICTURE, EXACT_ERROR, BEGAN, BROWSER),
        files_label=_("A file that fails, logs"),
    ),
    Difficulty(
        category=Category.VIEWABILITY, icon="eye-off", title=_("Content is not delivered"),
        text=_("Errors, empty pages, missing parts."),
        asks=_("What should be delivered, what is, and from which networks it was seen."),
        questions=(PAGE.put(_("Address"), help=""), STATUS, WHEN.put(_("Since when")), SCOPE, CHANGED),
        files_label=_("Screenshots, logs, traces"),
    ),
    Difficulty(
        category=Category.LAYOUT, icon="layout-dashboard", title=_("Layout is broken"),
        text=_("Styles or scripts missing, broken on some devices."),
        asks=_("What is broken at which widths; console messages if you have them."),
        questions=(
            PAGE.put(_("Address"), help=""), WHEN.put(_("Since when")), CHANGED, BROWSER.put(_("Browsers affected")),
        ),
        files_label=_("Screenshots, console output"),
    ),
    Difficulty(
        category=Category.ATTACK, icon="shield-alert", title=_("Suspected attack or compromise"),
        text=_("Priority 1, round the clock. We secure the evidence first."),
        asks=_("Indicators and how you came upon them. Please delete nothing."), text_label=_("What was seen"),
        questions=(PAGE.put(_("Where"), help=""), WHEN.put(_("First seen")), GOES_ON, ACCOUNTS),
        files_label=_("Logs, headers, screenshots"), any_data=True,
    ),
    Difficulty(
        category=Category.CHANGE, icon="pencil", title=_("Change request"),
        text=_("Content, configuration, a new function."),
        asks=_("What should be different, why, and how you will know that it is done."), text_label=_("The change"),
        questions=(PAGE.put(_("What it is about"), help=""), BY_DAY), files_label=_("Specifications"),
    ),
    Difficulty(
        category=Category.ACCESS, icon="key-round", title=_("Access and accounts"),
        text=_("Rights, sign-in, keys, leavers."),
        asks=_("Which rights on which system, and who approved them. Never send passwords."),
        text_label=_("Which access"),
        questions=(PERSON, BY_DAY.put(_("From when")), UNTIL_DAY), files_label=_("Public keys, approvals"),
    ),
    Difficulty(
        category=Category.OTHER, icon="circle-question-mark", title=_("Something else"),
        text=_("Anything that fits nowhere else."),
        asks=_("Tell us what you need, and by when."), text_label=_("What is it about"),
        questions=(PAGE.put(_("The page it is about"), help=""),),
    ),
)  # fmt: skip


def for_audience(audience: str) -> tuple[Difficulty, ...]:
    """The choices for a kind of reader: website users get plain words, administrators technical ones."""
    return USERS if audience == Audience.WEBSITE_USER else ADMINISTRATORS


def chosen(audience: str, category: str) -> Difficulty | None:
    """The choice of `category` among those for a kind of reader; None where nothing was chosen."""
    return next((each for each in for_audience(audience) if each.category == category), None)
