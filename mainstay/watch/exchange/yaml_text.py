"""YAML that anybody may have written, read within bounds: size, depth, number of values, and what aliases repeat.

The parser's events are counted before anything is built from them, so that no file can make much of little.
Plain words stay text (`on`, `1_000`, dates): each product's reader says what a value should be. Pure.
"""

from typing import Any

import yaml

from mainstay.watch.exchange.draft import FileRefused

BYTES_MAX = 1_000_000
DEPTH_MAX = 40
VALUES_MAX = 100_000
"""How many values there may be, each alias counted with all that it repeats."""

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULL, MERGE = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"
KNOWN = {"str", "null", "seq", "map", "bool", "int", "float"}


class _Loader(_Safe):
    """Builds text, lists and mappings and nothing else; a key that stands twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != MERGE and isinstance(key.value, str):
                if key.value in seen:
                    raise FileRefused(f"The key {key.value[:60]!r} stands twice near line {key.start_mark.line + 1}.")
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in (NULL, MERGE)]
    for first, resolvers in _Safe.yaml_implicit_resolvers.items()
}
_Loader.yaml_constructors = {
    tag: build
    for tag, build in _Safe.yaml_constructors.items()
    if tag is None or tag.removeprefix("tag:yaml.org,2002:") in KNOWN
}


def load(data: bytes) -> Any:
    """What the file holds: mappings, lists, text and None.

    Raises:
        FileRefused: it is too large, too deep, or no YAML.
    """
    if len(data) > BYTES_MAX:
        raise FileRefused(f"It is larger than {BYTES_MAX // 1_000_000} MB, which no file of this kind is.")
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("It is no text in UTF-8.") from None
    try:
        _bounded(written)
        return yaml.load(written, Loader=_Loader)  # nosec B506 # noqa: S506 - a safe loader, with fewer types still
    except yaml.MarkedYAMLError as problem:
        where = f" near line {problem.problem_mark.line + 1}" if problem.problem_mark else ""
        raise FileRefused(f"It cannot be read as YAML{where}: {problem.problem}.") from problem
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as problem:
        if isinstance(problem, FileRefused):
            raise
        raise FileRefused("It cannot be read as YAML.") from problem


def _bounded(written: str) -> None:
    """Go through the parser's events and refuse what would grow beyond the bounds."""
    weighing = _Weighing()
    for event in yaml.parse(written, Loader=_Loader):
        weighing.add(event)
        if len(weighing.open_nodes) > DEPTH_MAX:
            raise FileRefused(f"It is nested more than {DEPTH_MAX} levels deep.")
        if weighing.total > VALUES_MAX:
            raise FileRefused(f"It holds more than {VALUES_MAX} values.")


class _Weighing:
    """How many values there are so far, and how many each alias would repeat."""

    def __init__(self) -> None:
        self.total = 0
        self.open_nodes: list[tuple[str | None, int]] = []
        self._weights: dict[str, int] = {}

    def add(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._weights:
                raise FileRefused(f"The alias {event.anchor!r} repeats what is not complete.")
            self.total += self._weights[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            self.total += 1
            self.open_nodes.append((event.anchor, self.total))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self.open_nodes.pop()
            self._complete(anchor, self.total - before + 1)
        elif isinstance(event, yaml.ScalarEvent):
            self.total += 1
            self._complete(event.anchor, 1)

    def _complete(self, anchor: str | None, weight: int) -> None:
        if anchor:
            self._weights[anchor] = weight


def dump(value: Any) -> str:
    """`value` as YAML that reads well."""
    written: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    return written
