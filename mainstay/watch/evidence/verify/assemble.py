"""The one file `verify.py`, from the modules of this folder, in an order in which each needs only those before it."""

import ast
from pathlib import Path

MODULES = (
    *("instants", "proofs", "stamped", "sealed", "rows", "with_duckdb", "with_arrow"),
    *("judging", "settling", "website", "pace", "timeline", "seen", "counting"),
    *("worked", "comparing", "accounts", "main"),
)
HERE = Path(__file__).parent


def program() -> str:
    """The text of `verify.py`: what it does, its imports in one place, and then each module without its own."""
    texts = {name: (HERE / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    imports = sorted({line for text in texts.values() for line in _imports(text)}, key=_import_order)
    head = f'"""{ast.get_docstring(ast.parse(texts["main"]), clean=False)}"""'
    bodies = [_body(name, text) for name, text in texts.items()]
    return "\n".join([head, "", *imports, "", *bodies])


def _imports(text: str) -> list[str]:
    nodes = (each for each in ast.parse(text).body if isinstance(each, ast.Import | ast.ImportFrom))
    return [ast.unparse(each) for each in nodes if not _is_ours(each)]


def _is_ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mainstay.")


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _body(name: str, text: str) -> str:
    """A module without its imports; what it says of itself becomes a comment."""
    tree, lines = ast.parse(text), text.splitlines()
    first = next(each for each in tree.body[1:] if not isinstance(each, ast.Import | ast.ImportFrom))
    about = "" if name == "main" else ast.get_docstring(tree) or ""
    comment = [f"# {line}".rstrip() for line in about.splitlines()]
    return "\n".join(["", *comment, "", *lines[first.lineno - 1 :], ""])
