"""The form in which an agreement is drafted: one field a term, in groups."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from mainstay.clients.web.forms import DayField
from mainstay.policy import terms as policy_terms
from mainstay.policy.terms import guide
from mainstay.policy.terms.guide import Term
from mainstay.policy.terms.typed import Shape

NOTE_MAX = 2_000
TYPED_MAX = 4_000
MAY_BE_EMPTY = {Shape.CHOICES, Shape.WINDOWS, Shape.DATES, Shape.ROWS, Shape.TEXTS, Shape.NUMBERS}
HOW = {
    Shape.WINDOWS: "As 09:00–12:00, 13:00–17:30; nothing where it is closed.",
    Shape.WINDOW: "As 03:00–06:00.",
    Shape.DATES: "One date a line, as 2026-12-24 09:00–13:00, or 2026-12-27 closed.",
    Shape.ROWS: "One row a line, its parts parted by ;",
    Shape.TEXTS: "Parted by commas.",
    Shape.NUMBERS: "Parted by commas.",
}


@dataclass(frozen=True)
class Line:
    """A term's field with what it usually is and what is in force, each empty where the draft says the same."""

    field: forms.BoundField
    help: str
    usual: str
    in_force: str


@dataclass(frozen=True)
class Section:
    """A group of terms; open when something in it differs or is wrong."""

    title: str
    about: str
    lines: tuple[Line, ...]

    @property
    def differing(self) -> int:
        return sum(bool(line.usual or line.in_force) for line in self.lines)

    @property
    def is_open(self) -> bool:
        return any(line.in_force or line.field.errors for line in self.lines)


class Draft(forms.Form):
    """All terms of a draft. `content` is the terms in full, once it is valid."""

    effective_from = DayField(label="These terms hold from", help_text="For an amendment, a day that has not begun.")
    starts_on = DayField(label="The contract begins on", required=False)
    note = forms.CharField(
        label="What you want to say about it",
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text="The client reads it above the changes.",
    )

    def __init__(self, data: Any, *, terms: Mapping[str, Any], is_first: bool, initial: Mapping[str, Any]) -> None:
        typed = {name_of(term): term.typed(guide.at(terms, term.path)) for term in _all_terms()}
        super().__init__(data, initial={**typed, **initial})
        if not is_first:
            del self.fields["starts_on"]
        for term in _all_terms():
            self.fields[name_of(term)] = field_of(term)
        self.content: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """Read each term by itself, then all of them together; every error stands at its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        found: dict[str, Any] = {}
        for term in _all_terms():
            if name_of(term) in cleaned:
                self._read(term, cleaned[name_of(term)], found)
        if not self.errors:
            self._load(found)
        return cleaned

    def refuse(self, key: str, problem: str) -> None:
        """Say `problem` at the field of the term that `key` lies in."""
        path = guide.whose(key)
        self.add_error(path.replace(".", "__") if path else None, problem)

    def sections(self, now: Mapping[str, Any], in_force: Mapping[str, Any] | None) -> list[Section]:
        """The groups with their fields. `now` is what the draft says, `in_force` the version that it follows."""
        return [
            Section(group.title, group.about, tuple(self._line(term, now, in_force) for term in group.terms))
            for group in guide.groups()
        ]

    def _line(self, term: Term, now: Mapping[str, Any], in_force: Mapping[str, Any] | None) -> Line:
        value = guide.at(now, term.path)
        agreed = guide.at(in_force, term.path) if in_force is not None else value
        return Line(
            field=self[name_of(term)],
            help=" ".join(part for part in (term.about, HOW.get(term.shape, "")) if part),
            usual="" if value == term.usual else term.said(term.usual),
            in_force="" if value == agreed else term.said(agreed),
        )

    def _read(self, term: Term, typed: Any, found: dict[str, Any]) -> None:
        try:
            guide.put(found, term.path, term.read(typed))
        except policy_terms.TermsWrong as problem:
            self.add_error(name_of(term), problem.problem)

    def _load(self, found: dict[str, Any]) -> None:
        try:
            self.content = policy_terms.load(found).as_dict()
        except policy_terms.TermsWrong as problem:
            self.refuse(problem.key, problem.problem)


def name_of(term: Term) -> str:
    """The name of a term's field."""
    return term.path.replace(".", "__")


def field_of(term: Term) -> forms.Field:
    """How a term is typed."""
    if term.shape is Shape.CHOICES:
        words = [(each, each.replace("_", " ").capitalize()) for each in term.choices]
        return forms.MultipleChoiceField(
            label=term.label, choices=words, required=False, widget=forms.CheckboxSelectMultiple
        )
    if term.shape in (Shape.CHOICE, Shape.YES_NO):
        words = [(each, each.replace("_", " ")) for each in term.choices or ("yes", "no")]
        return forms.ChoiceField(label=term.label, choices=words)
    if term.shape is Shape.NUMBER:
        return forms.IntegerField(
            label=term.label, min_value=term.limits.get("least"), max_value=term.limits.get("most")
        )
    widget = forms.Textarea({"rows": 4}) if term.shape in (Shape.DATES, Shape.ROWS) else forms.TextInput()
    widget.attrs["autocomplete"] = "off"
    is_optional = term.shape in MAY_BE_EMPTY or term.path == "support.holidays"
    return forms.CharField(label=term.label, required=not is_optional, max_length=TYPED_MAX, widget=widget)


def _all_terms() -> Iterator[Term]:
    return (term for group in guide.groups() for term in group.terms)
