"""What an amendment changes, term by term."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mainstay.policy.terms.guide import at, groups


@dataclass(frozen=True, kw_only=True)
class Change:
    """One term that becomes another: in words, before and after."""

    path: str
    group: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.group}, {self.label[:1].lower()}{self.label[1:]}: {self.before} becomes {self.after}"


def amended(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The terms (in full, as plain values) that differ, in the order of the terms."""
    return tuple(
        Change(
            path=term.path,
            group=group.title,
            label=term.label,
            before=term.said(at(before, term.path)),
            after=term.said(at(after, term.path)),
        )
        for group in groups()
        for term in group.terms
        if at(before, term.path) != at(after, term.path)
    )
