"""The conditions of Gatus, one a line as in `[STATUS] == 200`, read into what they compare. Pure."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mainstay.watch.exchange.draft import NotTaken
from mainstay.watch.exchange.values import go_seconds, number

OPERATORS = ("==", "!=", "<=", ">=", ">", "<")
TURNED = {"==": "==", "!=": "!=", "<=": ">=", ">=": "<=", ">": "<", "<": ">"}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
    "<": operator.lt,
}
PLACEHOLDER = re.compile(r"(?P<function>len|has)?\(?\[(?P<name>[A-Za-z_]+)\](?P<path>[^()]*)\)?")
FUNCTION = re.compile(r"(?P<name>pat|any)\((?P<inside>.*)\)", re.S)
STEP = re.compile(r"\.?(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]")
PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")
JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?")
STATUSES = range(100, 600)
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Condition:
    """`written` is the line; `name` the placeholder in capitals, `value` what it is compared with."""

    written: str
    name: str
    path: str
    function: str
    operator: str
    value: str

    def refuse(self, why: str) -> NotTaken:
        """The error that says that the condition cannot be kept."""
        return NotTaken(self.written, why)

    @property
    def choices(self) -> list[str] | None:
        """The values of `any(…)`, or the one value; None for a pattern."""
        found = FUNCTION.fullmatch(self.value)
        if found is None:
            return [self.value]
        return [each.strip() for each in found["inside"].split(",")] if found["name"] == "any" else None

    @property
    def pattern(self) -> str | None:
        """What stands in `pat(…)`; None without one."""
        found = FUNCTION.fullmatch(self.value)
        return found["inside"] if found is not None and found["name"] == "pat" else None


def parse(written: str) -> Condition:
    """A line as a condition. Raises `NotTaken` where it is none."""
    for sign in OPERATORS:
        left, found, right = written.partition(f" {sign} ")
        if found:
            break
    else:
        raise NotTaken(written, "it is no condition")
    left, right = left.strip(), right.strip()
    match = PLACEHOLDER.fullmatch(left)
    if match is None:
        match, right, sign = PLACEHOLDER.fullmatch(right), left, TURNED[sign]
    if match is None or PLACEHOLDER.fullmatch(right):
        raise NotTaken(written, "it does not compare one thing of the answer with a value")
    return Condition(written, match["name"].upper(), match["path"], match["function"] or "", sign, right)


def statuses(condition: Condition) -> set[int]:
    """The statuses that meet a condition."""
    if condition.operator in ("==", "!="):
        if condition.pattern is not None:
            glob = re.compile(glob_expression(condition, condition.pattern, any_text=".*"))
            met = {status for status in STATUSES if glob.fullmatch(str(status))}
        else:
            met = {int(each) for each in condition.choices or () if each.isdecimal() and len(each) == 3}
        return met & set(STATUSES) if condition.operator == "==" else set(STATUSES) - met
    edge = number(condition.value)
    if edge is None:
        raise condition.refuse("its value is no number")
    return {status for status in STATUSES if COMPARE[condition.operator](status, edge)}


def slow_from_ms(condition: Condition) -> int:
    """From which response time on the condition is not met."""
    seconds = go_seconds(condition.value)
    ms = seconds * 1000 if seconds else number(condition.value)
    if condition.operator not in ("<", "<=") or ms is None or not 1 <= ms <= 60_000:
        raise condition.refuse("only a limit of 1 ms to 60 s that an answer must stay below can be kept")
    return min(60_000, int(ms) + (condition.operator == "<="))


def days_left(condition: Condition) -> int:
    """How many days must be left at least."""
    seconds = go_seconds(condition.value)
    if seconds is None and (ms := number(condition.value)) is not None:
        seconds = ms / 1000
    if condition.operator not in (">", ">=") or seconds is None or not 0 <= seconds <= 365 * DAY_S:
        raise condition.refuse("only a time of at most 365 days that must be left can be kept")
    return -int(-seconds // DAY_S)


def glob_expression(condition: Condition, glob: str, *, any_text: str) -> str:
    """A pattern with `*` and `?` as a regular expression."""
    if set(glob) & set("[]\\/"):
        raise condition.refuse("a pattern with brackets, slashes or backslashes cannot be kept")
    parts = {"*": any_text, "?": "."}
    return "".join(parts.get(each) or _literal(each) for each in glob)


def _literal(character: str) -> str:
    return f"\\{character}" if character in r".+()|{}^$-" else character


def json_query(path: str, condition: Condition) -> str:
    """The path as JSONPath (RFC 9535): `.data[0].id` is `$.data[0].id`."""
    found, at = "$", 0
    while at < len(path):
        step = STEP.match(path, at)
        if step is None:
            raise condition.refuse("its path cannot be read")
        name, index, at = step["name"], step["index"], step.end()
        if index is not None:
            found += f"[{index}]"
        else:
            found += f".{name}" if PLAIN_NAME.fullmatch(name) else f"[{quoted(name)}]"
    return found


def quoted(text: str) -> str:
    """A text as JSONPath quotes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    if not text.isprintable():
        raise NotTaken(text, "it holds characters that cannot be compared")
    return f"'{escaped}'"


def json_test(condition: Condition) -> str:
    """A condition on a JSON answer as the test of a filter (RFC 9535)."""
    query = json_query(condition.path, condition)
    if condition.function == "has":
        wanted = condition.value == "true"
        if condition.value not in ("true", "false") or condition.operator not in ("==", "!="):
            raise condition.refuse("it is compared with neither true nor false")
        return query if wanted == (condition.operator == "==") else f"!{query}"
    if condition.operator in ("==", "!="):
        return _equality(condition, f"length({query})" if condition.function else query)
    edge = number(condition.value)
    if edge is None:
        raise condition.refuse("its value is no number")
    shown = str(int(edge)) if edge == int(edge) else repr(edge)
    return f"{f'length({query})' if condition.function else query} {condition.operator} {shown}"


def _equality(condition: Condition, left: str) -> str:
    if condition.pattern is not None:
        test = _pattern_test(condition, left, condition.pattern)
        return test if condition.operator == "==" else f"!{test}"
    tests = [f"{left} == {each}" for value in condition.choices or () for each in _literals(condition, value)]
    joined = tests[0] if len(tests) == 1 else f"({' || '.join(tests)})"
    return joined if condition.operator == "==" else f"!{joined if len(tests) > 1 else f'({joined})'}"


def _pattern_test(condition: Condition, left: str, glob: str) -> str:
    """A pattern as a test that takes no longer than the text is long: `*` at its ends alone."""
    if condition.function:
        raise condition.refuse("a length is compared with numbers")
    inside = glob.removeprefix("*").removesuffix("*")
    if "*" in inside:
        raise condition.refuse("only a pattern with * at its beginning or end can be kept")
    expression = glob_expression(condition, inside, any_text="")
    if glob.startswith("*") and glob.endswith("*"):
        return f"search({left}, {quoted(expression)})"
    first, last = ("(.|\\n|\\r)*" if glob.startswith("*") else ""), ("(.|\\n|\\r)*" if glob.endswith("*") else "")
    return f"match({left}, {quoted(first + expression + last)})"


def _literals(condition: Condition, value: str) -> list[str]:
    """How a value may stand in JSON: as text, and where it reads like one as a number or a truth value."""
    if condition.function:
        if not value.isdecimal():
            raise condition.refuse("a length is compared with numbers")
        return [value]
    as_other = value in ("true", "false") or JSON_NUMBER.fullmatch(value)
    return [value, quoted(value)] if as_other else [quoted(value)]
