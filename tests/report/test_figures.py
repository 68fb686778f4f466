"""Figures as bytes, and their published schema."""

import json
from typing import Any

import jsonschema
import pytest

from mainstay.report.figures import decode, digest, encode
from mainstay.report.figures.schema import SCHEMA_FILE, schema
from mainstay.report.printed import month_name
from mainstay.report.words import share
from tests.report import sample


def test_the_same_figures_give_the_same_bytes():
    assert encode(sample.figures(*sample.HOSTILE)) == encode(sample.figures(*sample.HOSTILE))


def test_figures_come_back_from_their_bytes():
    figures = sample.figures(*sample.HOSTILE)
    assert decode(encode(figures)) == figures


def test_keys_are_sorted_and_there_are_no_floats():
    content = encode(sample.figures())
    parsed = json.loads(content, parse_float=lambda text: pytest.fail(f"{text} is a float"))
    assert list(parsed) == sorted(parsed)
    assert content.endswith(b"}\n")


def test_another_figure_gives_another_hash():
    assert digest(encode(sample.figures("a"))) != digest(encode(sample.figures("b")))


def test_the_published_schema_is_that_of_the_figures():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()


def test_figures_fit_the_published_schema():
    published: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(encode(sample.figures(*sample.HOSTILE))), published)


def test_the_schema_refuses_what_is_not_a_figure():
    wrong = json.loads(encode(sample.figures()))
    wrong["promises"][0]["verdict"] = 3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


@pytest.mark.parametrize(
    ("basis_points", "said"),
    [(10_000, "100 %"), (9_999, "99.99 %"), (9_950, "99.5 %"), (0, "0 %"), (None, "not known")],
)
def test_shares_are_said_without_rounding_up(basis_points: int | None, said: str):
    assert share(basis_points) == said


def test_months_are_said_by_name():
    assert month_name("2026-10") == "October 2026"
