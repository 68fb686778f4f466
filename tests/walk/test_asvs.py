"""Every requirement of ASVS 5.0 that Mainstay promises has its test or its answer, and each named test exists."""

import ast
import tomllib
from typing import Any

import pytest

from tests.walk.repository import ROOT

FOUND: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "docs" / "operate" / "asvs.toml").read_text())

PROMISED = """
1.1: 1 2
1.2: 1 2 3 4 5 6 7 8 9 10
1.3: 1 2 3 4 5 6 7 8 9 10 11
1.4: 1 2 3
1.5: 1 2
2.1: 1 2 3
2.2: 1 2 3
2.3: 1 2 3 4
2.4: 1
3.2: 1 2
3.3: 1 2 3 4
3.4: 1 2 3 4 5 6
3.5: 1 2 3 4 5
3.7: 1 2
4.1: 1 2 3
4.2: 1
4.3: 1 2
4.4: 1 2 3 4
5.1: 1
5.2: 1 2 3 5 6
5.3: 1 2
5.4: 1 2 3
6.1: 1 2 3
6.2: 1 2 3 4 5 6 7 8 9 10 11 12
6.3: 1 2 3 4 7 8
6.4: 1 2 3 4 6
6.5: 1 2 3 4 5
6.6: 1 2 3
6.8: 1 2 3 4
7.1: 1 2 3
7.2: 1 2 3 4
7.3: 1 2
7.4: 1 2 3 4 5
7.5: 1 2
7.6: 1 2
8.1: 1 2
8.2: 1 2 3
8.3: 1 2
8.4: 1
9.1: 1 2 3
9.2: 1 2 3 4
10.1: 1 2
10.2: 1 2
10.3: 1 2 3 4
10.4: 1 2 3 4 5 6 7 8 9 10 11
10.5: 1 2 3 4 5
10.6: 1 2
10.7: 1 2 3
11.1: 1 2
11.2: 1 2 3
11.3: 1 2 3
11.4: 1 2 3 4
11.5: 1
11.6: 1
12.1: 1 2 3
12.2: 1 2
12.3: 1 2 3 4
13.1: 1
13.2: 1 2 3 4 5
13.3: 1 2
13.4: 1 2 3 4 5
14.1: 1 2
14.2: 1 2 3 4
14.3: 1 2 3
15.1: 1 2 3
15.2: 1 2 3
15.3: 1 2 3 4 5 6 7
15.4: 2
16.1: 1
16.2: 1 2 3 4 5
16.3: 1 2 3 4
16.4: 1 2 3
16.5: 1 2 3
17.1: 1
17.2: 1 2 3 4
17.3: 1 2
"""
"""The numbers of ASVS 5.0.0, levels 1 and 2, and the eight of level 3."""

OF_LEVEL_3 = {"1.2.10", "5.2.5", "5.2.6", "6.3.7", "6.3.8", "6.4.6", "8.3.2", "15.4.2"}
WAYS = {"test", "answer", "not"}


def promised() -> list[str]:
    lines = [line.partition(": ") for line in PROMISED.strip().splitlines()]
    return [f"{section}.{number}" for section, _, numbers in lines for number in numbers.split()]


def test_none_is_missing_and_none_is_made_up() -> None:
    assert sorted(FOUND) == sorted(promised())
    assert len(promised()) == 261
    assert {number for number, row in FOUND.items() if row["level"] == 3} == OF_LEVEL_3


def test_each_has_one_test_answer_or_reason() -> None:
    wrong = [
        number for number, row in FOUND.items() if len(WAYS & set(row)) != 1 or set(row) - WAYS != {"level", "title"}
    ]
    assert wrong == []
    assert all(len(next(row[way] for way in WAYS if way in row)) > 4 and row["title"] for row in FOUND.values())


@pytest.mark.parametrize("number", sorted(number for number, row in FOUND.items() if "test" in row))
def test_each_named_test_exists(number: str) -> None:
    path, _, name = FOUND[number]["test"].partition("::")
    content = ast.parse((ROOT / path).read_text())
    names = {each.name for each in ast.walk(content) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in names if name else any(each.startswith("test_") for each in names)


def test_what_level_3_promises_is_tested() -> None:
    assert [number for number in OF_LEVEL_3 if "test" not in FOUND[number]] == []
