"""The portal's own source as trees: modules, functions, calls, imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "vodokanal"
TESTS = ROOT / "tests"
ENTRY = ROOT / "app.py"

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMMENT = re.compile(r"^\s*#")


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path below the project: `vodokanal/web/clock.py`."""
        return str(self.path.relative_to(ROOT))

    @property
    def area(self) -> str:
        """The package that it belongs to; a file beside the packages is its own area."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else self.path.stem

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def comments(self) -> list[str]:
        """Lines that hold nothing but a comment."""
        return [line.strip() for line in self.lines if COMMENT.match(line)]

    @cached_property
    def functions(self) -> list[tuple[Function, ast.ClassDef | None]]:
        """Every function, with the class that it is a method of."""
        return list(_functions(self.tree, None))

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    @property
    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    @cached_property
    def imports(self) -> list[tuple[str, int, bool]]:
        """Every imported module or name, its line, and whether it is inside a function."""
        return list(self._imports())

    def _imports(self) -> Iterator[tuple[str, int, bool]]:
        inner = {
            id(node)
            for function, _ in self.functions
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((each.name, node.lineno, id(node) in inner) for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                names = (f"{node.module}.{each.name}" for each in node.names)
                yield from ((name, node.lineno, id(node) in inner) for name in names)


@cache
def modules(folder: Path = PACKAGE) -> list[Module]:
    """Every module below a folder."""
    return [Module(path) for path in sorted(folder.rglob("*.py"))]


def listed(found: Iterable[object]) -> str:
    """What was found, a line each, for the message of a failed test."""
    return "\n" + "\n".join(sorted(str(each) for each in found))


def length(node: Function | ast.ClassDef) -> int:
    """Lines from `def` to the last, docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def dotted(node: ast.expr) -> str:
    """A chain of names: `datetime.now`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def place(module: Module, node: ast.AST) -> str:
    """Where something is: `vodokanal/web/clock.py:12`."""
    return f"{module.name}:{getattr(node, 'lineno', 0)}"


def _functions(
    node: ast.AST, owner: ast.ClassDef | None
) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child, owner
            yield from _functions(child, None)
        else:
            yield from _functions(child, child if isinstance(child, ast.ClassDef) else owner)
