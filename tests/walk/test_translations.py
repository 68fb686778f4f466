"""What clients read can be in another language: nothing on their pages is left unmarked, and catalogues are current."""

import re
from pathlib import Path

import messages
import pytest

from mainstay.common.languages import LANGUAGES_SPOKEN, USUAL
from tests.walk.repository import ROOT

BEGIN = re.compile(r"""extends ["'](?:kit/portal|kit/plain|desk/help/base)\.html""")
NAMED = re.compile(r"""\{% (?:include|extends) ["']([^"']+)["']""")
COMPONENT = re.compile(r"<c-([a-z][a-z_-]*)")
MARKED = re.compile(
    r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{% block body_class %\}.*?\{% endblock %\}", re.DOTALL
)
TOKEN = re.compile(r"\{[#%{].*?[#%}]\}", re.DOTALL)
VERBATIM = re.compile(r"<(code|kbd|script)\b[^>]*>.*?</\1>", re.DOTALL)
TAG = re.compile(r"""</?([a-zA-Z][\w-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|<!doctype[^>]*>""", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(?<=\s)([\w:-]+)=(["'])(.*?)\2""", re.DOTALL)
SAID = {"title", "aria-label", "alt", "placeholder", "data-label"}
SAID_BY_COMPONENTS = SAID | {"label", "text", "lead", "meta", "word", "open", "confirm", "help", "action"}
NAMES = {"Mainstay", "Mainstay · Mainstay", "PDF", "JSON", "·", "ms"}
"""What is called the same in every language."""

IN_ENGLISH = {
    "report/_report.html": "a report is issued in English, and what was issued never changes",
    "kit/gallery.html": "for those who build pages",
    "desk/portal/procedure.html": "the procedure is a document on record, in the words in which it was put in force",
    "desk/parts/_ladder.html": "a part of the procedure",
    "desk/parts/_procedure_version.html": "a part of the procedure",
    "desk/parts/_procedure_versions.html": "a part of the procedure",
    "desk/parts/_delivery.html": "shown in the console alone, beside what clients read too",
    "desk/parts/_held.html": "shown in the console alone, beside what clients read too",
}


def templates() -> dict[str, Path]:
    """Every template by the name under which others name it."""
    return {str(path).partition("/templates/")[2]: path for path in (ROOT / "mainstay").glob("*/templates/**/*.html")}


def shown_to_clients() -> list[str]:
    """The pages of the portal and those for everybody, with all that they are made of."""
    known = templates()
    found: set[str] = set()
    left = [name for name, path in known.items() if BEGIN.search(path.read_text())] + ["kit/errors/500.html"]
    while left:
        name = left.pop()
        if name in known and name not in found | set(IN_ENGLISH):
            found.add(name)
            text = known[name].read_text()
            left += NAMED.findall(text)
            left += [f"cotton/{each.replace('-', '_')}.html" for each in COMPONENT.findall(text)]
    return sorted(found)


def unmarked(text: str) -> list[str]:
    """Words of a template that no catalogue can say otherwise."""
    text = VERBATIM.sub("", TOKEN.sub("", MARKED.sub("", text)))
    said = [*TAG.sub("\n", text).splitlines()]
    for name, attributes in (match.groups() for match in TAG.finditer(text) if match[1]):
        wanted = SAID_BY_COMPONENTS if name.startswith("c-") and name != "c-vars" else SAID
        said += [value for key, _, value in ATTRIBUTE.findall(attributes) if key in wanted and name != "c-vars"]
    words = [re.sub(r"&\w+;", "", each).strip(" ·,;:.()–/") for each in said]
    return [each for each in words if re.search(r"[A-Za-z]", each) and each not in NAMES]


def test_clients_have_many_pages() -> None:
    assert len(shown_to_clients()) > 90


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>{% translate \"Yes\" %} {{ name }}.</p>", []),
        ("<p>Yes, {{ name }}</p>", ["Yes"]),
        ("<c-card title=\"Yes\" id=\"no\">{% blocktranslate %}No{% endblocktranslate %}</c-card>", ["Yes"]),
        ("<a title=\"{% translate \"Yes\" %}\" href=\"/no\"><code>no</code></a>", []),
        ("<c-vars label=\"no\" /><img alt='Yes'>", ["Yes"]),
    ],
)  # fmt: skip
def test_unmarked_words_are_found(text: str, words: list[str]) -> None:
    assert unmarked(text) == words


@pytest.mark.parametrize("name", shown_to_clients())
def test_nothing_that_clients_read_is_unmarked(name: str) -> None:
    found = unmarked(templates()[name].read_text())
    assert found == [], "put it into {% translate %} or {% blocktranslate %}, then run `make messages`"


def test_every_language_has_a_catalogue_and_the_other_way_round() -> None:
    there = {path.parts[-3] for path in messages.LOCALE.glob("*/LC_MESSAGES/django.po")}
    assert there == {code for code, _ in LANGUAGES_SPOKEN if code != USUAL}


def test_every_catalogue_is_complete_and_compiled() -> None:
    assert messages.troubles() == [], "run `make messages`, translate what is new, and run it again"
