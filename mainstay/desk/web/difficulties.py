"""The ways in which somebody can begin: "I can't …". One short form each, in words for either kind of reader."""

from dataclasses import dataclass

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category


@dataclass(frozen=True, kw_only=True)
class Difficulty:
    """One choice: what it says, what a helper will need to know, and the icon beside it."""

    category: Category
    title: str
    text: str
    asks: str
    icon: str
    page_label: str = "Address of the page"


USERS = (
    Difficulty(
        category=Category.DATA_UPLOAD, icon="upload", title="I can’t upload data",
        text="A form or an import does not take what you send.",
        asks="What did you try to upload, what did you see instead, and when? Attach the file if you may.",
    ),
    Difficulty(
        category=Category.IMAGE_UPLOAD, icon="image", title="I can’t upload an image",
        text="A picture is refused, or does not appear.",
        asks="Which picture, where should it appear, and what happened? Attach the picture.",
    ),
    Difficulty(
        category=Category.VIEWABILITY, icon="eye-off", title="I can’t see something",
        text="A page, or a part of one, does not show.",
        asks="What should be there, since when is it missing, and in which browser?",
    ),
    Difficulty(
        category=Category.LAYOUT, icon="layout-dashboard", title="Something looks wrong",
        text="Text, pictures or buttons are out of place.",
        asks="What looks wrong, and on what kind of device? A screenshot helps most.",
    ),
    Difficulty(
        category=Category.ATTACK, icon="shield-alert", title="I think we are being attacked",
        text="Strange content, a warning, a message you did not send. We look at this at once.",
        asks="What did you notice, and when first? Change nothing for now: traces help us.",
    ),
    Difficulty(
        category=Category.OTHER, icon="circle-question-mark", title="Something else",
        text="A question, a wish, or anything that fits nowhere else.",
        asks="Tell us what you need, as you would on the phone.",
    ),
)  # fmt: skip

ADMINISTRATORS = (
    Difficulty(
        category=Category.DATA_UPLOAD, icon="upload", title="Data upload or import fails",
        text="Imports, forms, API writes.",
        asks="Endpoint or form, size and type of the data, the exact error, when it began.",
    ),
    Difficulty(
        category=Category.IMAGE_UPLOAD, icon="image", title="Media upload fails",
        text="Images or files are refused or not processed.",
        asks="File type and size, the exact error, whether it is all files or some.",
    ),
    Difficulty(
        category=Category.VIEWABILITY, icon="eye-off", title="Content is not delivered",
        text="Errors, empty pages, missing parts.",
        asks="Status code or message, where from it was seen, since when, what changed before.",
    ),
    Difficulty(
        category=Category.LAYOUT, icon="layout-dashboard", title="Layout is broken",
        text="Styles or scripts missing, broken on some devices.",
        asks="Browsers and widths affected, what changed before, console messages if you have them.",
    ),
    Difficulty(
        category=Category.ATTACK, icon="shield-alert", title="Suspected attack or compromise",
        text="Priority 1, round the clock. We secure the evidence first.",
        asks="Indicators, accounts and addresses involved, times in UTC if you can. Please delete nothing.",
    ),
    Difficulty(
        category=Category.ACCESS, icon="key-round", title="Access and accounts",
        text="Rights, sign-in, keys, leavers.",
        asks="Who needs which access to what, from when until when. Never send passwords.",
    ),
    Difficulty(
        category=Category.OTHER, icon="circle-question-mark", title="Something else",
        text="Anything that fits nowhere else.",
        asks="Tell us what you need, and by when.",
    ),
)  # fmt: skip


def for_audience(audience: str) -> tuple[Difficulty, ...]:
    """The choices for a kind of reader: website users get plain words, administrators technical ones."""
    return USERS if audience == Audience.WEBSITE_USER else ADMINISTRATORS


def chosen(audience: str, category: str) -> Difficulty | None:
    """The choice of `category` among those for a kind of reader; None where nothing was chosen."""
    return next((each for each in for_audience(audience) if each.category == category), None)
