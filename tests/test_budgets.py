"""How long things may be, and what each must say: the budgets of the code, measured."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from statistics import median, quantiles

import pytest

from tests.source import PACKAGE, TESTS, Function, Module, length, listed, modules, place

HARD_FUNCTION, HARD_RULE, HARD_VIEW = 45, 30, 18
# A rule's tests tell every case of it, so they may be half as long again.
HARD_FILE, HARD_TEST_FILE = 320, 480
BRANCHES, ARGUMENTS, POSITIONAL = 8, 5, 2
BRANCHING = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.match_case)
DOCUMENTED = frozenset({"billing", "casework", "operations"})
VIEWING = frozenset({"route", "get", "post", "expose"})
AUDIENCES = frozenset({"public", "resident", "staff", "api"})
LINES_A_SILENCING = 300
CODE_IN_COMMENT = re.compile(
    r"#\s*(def |class |return |import |from \w+ import|if .*:$|\w+ = .*\()"
)
SILENCING = re.compile(r"#\s*(noqa|type:\s*ignore)(\S*)")
UNDATED = re.compile(r"#.*\b(TODO|FIXME|XXX)\b(?!.*\d{4}-\d{2})")


def functions() -> list[tuple[Module, Function, ast.ClassDef | None]]:
    return [(module, *found) for module in modules() for found in module.functions]


def is_view(module: Module, function: Function) -> bool:
    decorators = [
        each.func if isinstance(each, ast.Call) else each for each in function.decorator_list
    ]
    names = {
        each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
        for each in decorators
    }
    return module.area in AUDIENCES and bool(names & VIEWING)


def statements(function: Function) -> int:
    """Statements of a function, docstring excluded."""
    own = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
    return own - (ast.get_docstring(function) is not None)


def branches(function: Function) -> int:
    tests = sum(len(node.ifs) for node in ast.walk(function) if isinstance(node, ast.comprehension))
    return tests + sum(isinstance(node, BRANCHING) for node in ast.walk(function))


def arguments(function: Function, owner: ast.ClassDef | None) -> tuple[int, int]:
    """How many arguments there are, and how many of them go without a name."""
    spec = function.args
    positional = [each.arg for each in (*spec.posonlyargs, *spec.args)]
    if owner is not None and positional and positional[0] in {"self", "cls"}:
        positional = positional[1:]
    return len(positional) + len(spec.kwonlyargs), len(positional)


def ninth(values: list[int]) -> float:
    """What nine of ten do not exceed."""
    return quantiles(values, n=10)[8]


def too_long(limit: int, area: str | None = None) -> list[str]:
    return [
        f"{place(module, function)} {function.name}: {length(function)} lines"
        for module, function, _ in functions()
        if length(function) > limit and (area is None or module.area == area)
    ]


def test_functions_are_short() -> None:
    lengths = [length(function) for _, function, _ in functions()]
    assert too_long(HARD_FUNCTION) + too_long(HARD_RULE, "billing") == []
    assert median(lengths) <= 8
    assert ninth(lengths) <= 28


def test_views_are_thin() -> None:
    views = [
        (place(module, function), statements(function))
        for module, function, _ in functions()
        if is_view(module, function)
    ]
    sizes = [size for _, size in views]
    assert [view for view in views if view[1] > HARD_VIEW] == []
    assert median(sizes) <= 6
    assert ninth(sizes) <= 12


def test_files_are_short() -> None:
    lengths = [len(module.lines) for module in modules()]
    wrong = [
        f"{module.name}: {len(module.lines)}"
        for folder, limit in ((PACKAGE, HARD_FILE), (TESTS, HARD_TEST_FILE))
        for module in modules(folder)
        if len(module.lines) > limit
    ]
    assert wrong == [], listed(wrong)
    assert median(lengths) <= 110
    assert ninth(lengths) <= 260


def test_functions_branch_little() -> None:
    wrong = [
        f"{place(module, function)} {function.name}: {branches(function)}"
        for module, function, _ in functions()
        if branches(function) > BRANCHES
    ]
    assert wrong == [], listed(wrong)


def test_functions_take_few_arguments_and_name_them_after_the_second() -> None:
    wrong = []
    for module, function, owner in functions():
        count, positional = arguments(function, owner)
        if count > ARGUMENTS or (positional > POSITIONAL and not is_imposed(function, owner)):
            wrong.append(
                f"{place(module, function)} {function.name}: {count}, {positional} unnamed"
            )
    assert wrong == [], listed(wrong)


def is_imposed(function: Function, owner: ast.ClassDef | None) -> bool:
    """Whether a library decides the arguments: a method of its class, or one called by it."""
    names = {each.arg for each in function.args.args}
    wsgi = {"environ", "start_response"} <= names
    # WhiteNoise calls what adds its headers so.
    adding = names == {"headers", "_path", "_url"}
    dunder = function.name.startswith("__") and function.name != "__init__"
    foreign = owner is not None and any(
        isinstance(base, ast.Attribute) or getattr(base, "id", "") in FOREIGN_BASES
        for base in owner.bases
    )
    return wsgi or adding or dunder or foreign


# Classes of libraries, or our own on top of them, whose methods keep the library's signature.
FOREIGN_BASES = frozenset(
    {"ModelView", "AdminModelConverter", "CustomModelConverter", "QueryAjaxModelLoader"}
    | {
        "Storage",
        "BaseStringField",
        "StringField",
        "Field",
        "StaffView",
        "TableView",
        "AjaxModelLoader",
    }
)


def missing_annotations(module: Module) -> Iterator[str]:
    for function, owner in module.functions:
        spec = function.args
        named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
        plain = [each for each in named if each is not None]
        if owner is not None and plain and plain[0].arg in {"self", "cls"}:
            plain = plain[1:]
        bare = [each.arg for each in plain if each.annotation is None]
        if bare or function.returns is None:
            yield f"{place(module, function)} {function.name} {bare}"


def test_everything_is_annotated() -> None:
    wrong = [
        each for module in (*modules(), *modules(TESTS)) for each in missing_annotations(module)
    ]
    assert wrong == [], listed(wrong)


@pytest.mark.slow("reads every module")
def test_every_module_says_what_it_knows() -> None:
    wrong = [
        module.name
        for module in (*modules(), *modules(TESTS))
        if not (ast.get_docstring(module.tree) or "").partition("\n")[0].rstrip().endswith(".")
    ]
    assert wrong == [], listed(wrong)


def undocumented(module: Module) -> Iterator[str]:
    inner = {
        id(each) for outer, _ in module.functions for each in ast.walk(outer) if each is not outer
    }
    for function, owner in module.functions:
        if id(function) in inner:
            continue
        hidden = function.name.startswith("_") or (owner is not None and owner.name.startswith("_"))
        if not hidden and not ast.get_docstring(function):
            yield f"{place(module, function)} {function.name}"
    for node in module.classes:
        if not node.name.startswith("_") and node.name != "Meta" and not ast.get_docstring(node):
            yield f"{place(module, node)} {node.name}"


def test_every_public_rule_and_operation_states_its_result() -> None:
    found = [
        each for module in modules() if module.area in DOCUMENTED for each in undocumented(module)
    ]
    assert found == [], listed(found)


def test_comments_are_rare_and_not_absent() -> None:
    lines = sum(len(module.lines) for module in modules())
    comments = sum(len(module.comments) for module in modules())
    assert 0.01 <= comments / lines <= 0.05


def test_no_code_sleeps_in_comments() -> None:
    every = [*modules(), *modules(TESTS)]
    found = [(m.name, each) for m in every for each in m.comments if CODE_IN_COMMENT.match(each)]
    found += [(m.name, each) for m in every for each in m.lines if UNDATED.search(each)]
    assert [each for each in found if "test_budgets" not in each[0]] == []


def silencings(folder: Module) -> list[tuple[str, str]]:
    return [
        (folder.name, match.group())
        for line in folder.lines
        for match in SILENCING.finditer(line)
        if "re.compile" not in line
    ]


def test_checkers_are_silenced_rarely_and_by_code() -> None:
    found = [each for module in modules() for each in silencings(module)]
    lines = sum(len(module.lines) for module in modules())
    blanket = [
        each
        for module in (*modules(), *modules(TESTS))
        for each in silencings(module)
        if not re.search(r"noqa:|ignore\[", each[1])
    ]
    assert blanket == [], listed(blanket)
    assert [each for each in found if "/billing/" in each[0]] == []
    assert len(found) * LINES_A_SILENCING < lines, listed(found)


def test_imports_stand_at_the_top() -> None:
    inner = [
        f"{module.name}:{line} {name}"
        for module in (*modules(), *modules(TESTS))
        for name, line, is_inner in module.imports
        if is_inner
    ]
    assert len(inner) <= 5, listed(inner)


def stories_of(module: Module) -> list[Function]:
    return [function for function, _ in module.functions if function.name.startswith("test_")]


def test_tests_are_small_stories() -> None:
    told = [function for module in modules(TESTS) for function in stories_of(module)]
    asserts = [sum(isinstance(node, ast.Assert) for node in ast.walk(each)) for each in told]
    names = [len(each.name.removeprefix("test_")) for each in told]
    assert median(length(each) for each in told) <= 12
    assert 1 <= median(asserts) <= 3
    assert 25 <= median(names) <= 60


def test_every_test_can_fail() -> None:
    vacuous = [
        place(module, function)
        for module in modules(TESTS)
        for function in stories_of(module)
        if not expects(function, expecting(module))
    ]
    assert vacuous == [], listed(vacuous)


def expecting(module: Module) -> set[str]:
    """The functions of a module that expect something on behalf of its tests."""
    return {function.name for function, _ in module.functions if expects(function, set())}


def expects(function: Function, known: set[str]) -> bool:
    return any(is_expectation(node, known) for node in ast.walk(function))


def is_expectation(node: ast.AST, known: set[str]) -> bool:
    """An assertion, an expected error, or a call that inspects what it is given."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    inspecting = {"raises", "get", "post", "submit", "assert_safe", "click", "follow", "expect"}
    return name in inspecting | known


@pytest.mark.parametrize(("area", "least"), [("", 0.8), ("billing", 1.3)])
def test_tests_outweigh_the_code(area: str, least: float) -> None:
    code = sum(len(module.lines) for module in modules(PACKAGE / area))
    told = sum(len(module.lines) for module in modules(TESTS / area))
    assert told / code >= least
