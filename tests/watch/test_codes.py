"""Every code is explained: in a sentence, on the page of codes, and in the documents."""

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.watch.codes import Code, sentence, state_of
from mainstay.watch.guide import GUIDE
from mainstay.watch.probes import KINDS
from tests.cast import Cast
from tests.walk.repository import ROOT

PAGE = ROOT / "docs" / "use" / "codes.md"


def row(code: Code) -> str:
    """The line that the document must hold for a code."""
    meaning, to_do = GUIDE[code]
    return f"| `{code}` | {state_of(code)} | {sentence(code)} | {meaning} | {to_do} |"


def test_the_guide_explains_every_code() -> None:
    assert list(GUIDE) == list(Code)
    assert all(meaning.endswith(".") and to_do.endswith(".") for meaning, to_do in GUIDE.values())


def test_the_document_of_codes_is_complete() -> None:
    wanted = [row(code) for code in Code]
    present = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert present == wanted, "the page must hold:\n" + "\n".join(wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_check_is_told_in_the_words_of_its_kind(kind: str) -> None:
    is_of_website = sentence(Code.OK, kind=kind) == sentence(Code.OK)
    assert is_of_website == (kind == "http")


def test_a_sentence_of_a_kind_takes_its_detail() -> None:
    assert sentence(Code.TIMEOUT, "10 seconds", "smtp") == "The server did not answer within 10 seconds."
    assert sentence(Code.TIMEOUT, "", "dns") == "The name servers did not answer in time."


@pytest.mark.django_db
def test_the_page_of_codes_holds_each_with_a_place_to_link_to(client: Client, cast: Cast) -> None:
    client.force_login(cast.auditor)

    page = client.get(reverse("console-codes")).content.decode()

    assert all(f'id="{code}"' in page for code in Code)
    assert "The name servers did not answer." in page


@pytest.mark.django_db
def test_the_page_of_codes_is_for_staff(client: Client, cast: Cast) -> None:
    client.force_login(cast.a_administrator)

    assert client.get(reverse("console-codes")).status_code == 403
