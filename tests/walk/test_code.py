"""What holds for every Python file of the package."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.walk.repository import name, python, tree

CLOCKS = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
MAY_READ_THE_CLOCK = ("web", "worker", "management", "cli", "config", "health", "channels", "context")
"""Folders, or files without their ending, at which the clock comes in; everything below takes it as an argument."""

CLOCK_READERS = {
    "mainstay/access/models/user.py": "people register themselves too, through the accounts library",
    "mainstay/common/facts/record.py": "when a fact was written down; when it became true is an argument",
    "mainstay/common/jobs/tasks.py": "when a job was put into the queue",
    "mainstay/common/mail/deliver.py": "a job of its own, called by the worker",
    "mainstay/kit/templatetags/kit.py": "a page says today and yesterday",
    "mainstay/report/write.py": "what a command does",
    "mainstay/watch/engine/clock.py": "the prober's own clock",
}
"""Files below that read the clock all the same, and why."""

REASONED = re.compile(r"# nosec B\d{3}(, B\d{3})* # (noqa: S\d{3}[A-Z0-9, ]* - )?(?!noqa)\w.{4}")
"""Which of bandit's rules does not hold here, and why; ruff's, where it asks too, between the two."""


def clocks(module: ast.Module) -> Iterator[str]:
    """Where a module reads, or hands on, the wall clock."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCKS:
                yield f"{node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield f"{node.value.lineno}: {node.arg}"


def may_read_the_clock(path: Path) -> bool:
    parts = {*path.parts, path.stem}
    return not parts.isdisjoint(MAY_READ_THE_CLOCK) or "_worker" in path.stem or path.stem == "main"


def test_the_clock_is_an_argument():
    package = [path for path in python("mainstay") if not may_read_the_clock(path) and "migrations" not in path.parts]
    readers = {name(path): list(clocks(tree(path))) for path in package}
    found = {path: places for path, places in readers.items() if places}
    assert {path: places for path, places in found.items() if path not in CLOCK_READERS} == {}, (
        "take `at` as an argument"
    )
    assert set(CLOCK_READERS) <= set(found), "these read no clock any more: take them off the list"


def test_the_policy_needs_the_standard_library_alone():
    foreign = [
        f"{name(path)}: {root}"
        for path in python("mainstay/policy")
        for node in ast.walk(tree(path))
        for root in imported(node)
        if root not in sys.stdlib_module_names and not root.startswith("mainstay.policy")
    ]
    assert foreign == []


def imported(node: ast.AST) -> list[str]:
    """What an import statement names: the top package of foreign modules, our own modules in full."""
    if isinstance(node, ast.Import):
        modules = [each.name for each in node.names]
    elif isinstance(node, ast.ImportFrom):
        modules = [node.module or "."]
    else:
        return []
    return [module if module.startswith("mainstay") else module.partition(".")[0] for module in modules]


def test_no_error_is_swallowed_without_a_word():
    silent = [
        f"{name(path)}:{node.lineno}"
        for path in python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(each, ast.Pass) for each in node.body)
        if node.type is None or "#" not in path.read_text().splitlines()[node.lineno - 1]
    ]
    assert silent == [], "handle it, or name the error and say in a comment on its line why nothing is to be done"


def test_a_dangerous_call_is_let_through_with_a_reason_alone():
    bare = [
        f"{name(path)}:{number}"
        for path in python("mainstay")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "nosec" in line and not REASONED.search(line)
    ]
    assert bare == [], "# nosec B608 # why it is safe here"


def test_every_module_says_what_it_is_for():
    modules = [path for path in python("mainstay", "tools", "benches") if not hidden(path) and path.read_text().strip()]
    assert [name(path) for path in modules if not ast.get_docstring(tree(path))] == []


def hidden(path: Path) -> bool:
    return "migrations" in path.parts or (path.stem.startswith("_") and path.stem not in ("__init__", "__main__"))


def test_actions_take_keywords_and_the_instant_of_their_fact():
    wrong = [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python("mainstay")
        if path.stem == "actions" or "actions" in path.parts
        for function in tree(path).body
        if isinstance(function, ast.FunctionDef) and is_action(function) and not is_shaped_as_action(function)
    ]
    assert wrong == [], "an action is keyword-only, and takes at= when it records a fact"


def is_action(function: ast.FunctionDef) -> bool:
    """A public function inside one transaction."""
    decorators = [ast.unparse(each) for each in function.decorator_list]
    return not function.name.startswith("_") and any("atomic" in each for each in decorators)


def is_shaped_as_action(function: ast.FunctionDef) -> bool:
    names = {each.arg for each in function.args.kwonlyargs}
    records = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) == "record"]
    return not function.args.args and (not records or "at" in names)


def called(node: ast.Call) -> str:
    """The last word of what is called: `record` for `facts.record(…)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
