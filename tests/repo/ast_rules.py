"""House rules on Python code that no linter has: what is looked for, why, and where it is allowed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

LONGEST_FUNCTION = 60
SQL_TAKERS = {"text", "execute", "executemany", "exec_driver_sql", "fetch", "fetchrow", "fetchval", "scalar", "scalars"}
PURE = {"numpy", "orjson", "pyarrow", "rapidfuzz", "re2", "xxhash", "yaml"}
PURE_COMMON = {
    "csv_text",
    "batches",
    "contents",
    "days",
    "focus",
    "hierarchy",
    "ids",
    "key_attributes",
    "keys",
    "money",
    "ownership",
    "period",
    "permissions",
    "projection",
    "rules",
    "slots",
    "snapshots",
    "vocabulary",
    "yaml_files",
}


@dataclass(frozen=True)
class Rule:
    name: str
    message: str
    reason: str
    find: Callable[[ast.Module], Iterator[ast.AST]]
    applies_to: tuple[str, ...] = ("*.py",)
    allowed_in: tuple[str, ...] = ()

    def concerns(self, path: str) -> bool:
        return any(fnmatch(path, pattern) for pattern in self.applies_to) and not any(
            fnmatch(path, pattern) for pattern in self.allowed_in
        )

    def lines(self, source: str) -> list[int]:
        """Line numbers of `source` that break the rule."""
        return [getattr(node, "lineno", 1) for node in self.find(ast.parse(source))]


def find_commits(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node


def find_built_sql(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SQL_TAKERS and _is_built(node.args[0]):
            yield node


def _is_built(value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in value.values)
    if isinstance(value, ast.BinOp):
        is_text = isinstance(value.left, ast.Constant) and isinstance(value.left.value, str)
        return (isinstance(value.op, ast.Mod) and is_text) or _is_built(value.left) or _is_built(value.right)
    return False


def find_long_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """Functions inside another, such as the routes of a router, count for themselves alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = sum(
                _height(child) for child in node.body if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            )
            if _height(node) - inner > LONGEST_FUNCTION:
                yield node


def _height(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def find_float_columns(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in {"Float", "Double", "REAL", "DOUBLE_PRECISION"}:
            yield node


def find_impure_imports(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        else:
            continue
        if any(not _is_pure(name.split(".")) for name in names):
            yield node


def _is_pure(parts: list[str]) -> bool:
    import sys

    if parts[0] != "fincc":
        return parts[0] in PURE or parts[0] in sys.stdlib_module_names
    return parts[2] in PURE_COMMON if parts[1] == "common" else parts[2] in {"domain", "errors"}


RULES = (
    Rule(
        "commit",
        "commit() is called here",
        "a session commits at the edge, in one place, so that a use case is all or nothing",
        find_commits,
        ("libs/*/src/*.py", "services/*/src/*.py"),
        # Kafka's commit() moves an offset, after the database has committed.
        ("libs/common/src/fincc/common/db.py", "libs/common/src/fincc/common/bus/kafka/*.py"),
    ),
    Rule(
        "built-sql",
        "SQL is put together from values",
        "a value in the text of a statement is an injection, or a new plan for each value; use a parameter",
        find_built_sql,
        ("libs/*/src/*.py", "services/*/src/*.py"),
        # Names of schemas and roles cannot be parameters; there they come from the topology table.
        (
            "*/migrations/*.py",
            "libs/common/src/fincc/common/migrations.py",
            "libs/common/src/fincc/common/testing/*.py",
        ),
    ),
    Rule(
        "long-function",
        f"this function has more than {LONGEST_FUNCTION} lines",
        "what does not fit on a screen is not read; give its steps names",
        find_long_functions,
    ),
    Rule(
        "float-money",
        "a floating-point column",
        "money is NUMERIC and exact; nothing else we store needs a float",
        find_float_columns,
        ("*/tables.py", "*/migrations/*.py"),
    ),
    Rule(
        "pure-domain",
        "an import that is neither the standard library, numbers, nor a pure part of fincc.common",
        "the rules of the business are tested without a database, and read without one in mind",
        find_impure_imports,
        ("services/*/domain/*.py", "libs/common/src/fincc/common/rules/*.py"),
    ),
)
