"""The policy's own words, split by clause. Read from `policy.toml` and checked when it is loaded."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("policy.toml")


class PolicyTextWrong(ValueError):
    """The policy's text does not fit its clauses; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One promise of the policy. `text` is the part of the policy's sentence that makes it.

    `measured`, `risky` and `breaks` say by what it is judged, when it is at risk, and what would break it.
    """

    id: str
    title: str
    meaning: str
    measured: str
    risky: str
    breaks: str
    text: str
    section: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stretch of a sentence: plain, or the words of one clause."""

    text: str
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph or a bullet of the policy."""

    runs: tuple[Run, ...]
    is_bullet: bool

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(run.clause for run in self.runs if run.clause)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A headed part of the policy."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """The whole policy. `clauses` are in the order of the text."""

    title: str
    sections: tuple[Section, ...]
    clauses: Mapping[str, Clause]


def read(content: Mapping[str, Any]) -> PolicyText:
    """Build the policy's text from the content of a file such as `policy.toml`.

    Raises:
        PolicyTextWrong: a key is missing, or clauses and runs do not match one to one.
    """
    try:
        sections = tuple(_section(each) for each in content["sections"])
        clauses = {found.id: found for found in _clauses(sections, content["clauses"])}
        return PolicyText(title=content["title"], sections=sections, clauses=clauses)
    except (KeyError, TypeError) as problem:
        raise PolicyTextWrong(f"the policy's text lacks or misshapes {problem}") from problem


@cache
def policy_text() -> PolicyText:
    """The policy that this installation keeps."""
    return read(tomllib.loads(SOURCE.read_text(encoding="utf-8")))


def clause_ids() -> tuple[str, ...]:
    """All clause ids, in the order of the policy's text."""
    return tuple(policy_text().clauses)


def _section(content: Mapping[str, Any]) -> Section:
    return Section(heading=content["heading"], blocks=tuple(_block(each) for each in content["blocks"]))


def _block(content: Mapping[str, Any]) -> Block:
    runs = tuple(Run(text=each["text"], clause=each.get("clause", "")) for each in content["runs"])
    return Block(runs=runs, is_bullet=bool(content.get("bullet", False)))


def _clauses(sections: tuple[Section, ...], described: Mapping[str, Mapping[str, str]]) -> Iterator[Clause]:
    found = [(section.heading, run) for section in sections for run in _clause_runs(section)]
    _require_one_to_one([run.clause for _, run in found], described)
    for heading, run in found:
        words = described[run.clause]
        yield Clause(
            id=run.clause,
            title=words["title"],
            meaning=words["meaning"],
            measured=words["measured"],
            risky=words["risky"],
            breaks=words["breaks"],
            text=run.text,
            section=heading,
        )


def _clause_runs(section: Section) -> Iterator[Run]:
    return (run for block in section.blocks for run in block.runs if run.clause)


def _require_one_to_one(in_text: list[str], described: Mapping[str, object]) -> None:
    repeated = sorted(clause for clause, times in Counter(in_text).items() if times > 1)
    if repeated:
        raise PolicyTextWrong(f"clauses stand more than once in the text: {', '.join(repeated)}")
    unmatched = sorted(set(in_text) ^ set(described))
    if unmatched:
        raise PolicyTextWrong(f"clauses without text, or text without a clause: {', '.join(unmatched)}")
