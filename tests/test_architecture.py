"""The rules of the house, executed: who imports whom, who writes, who knows the time, names."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.source import ENTRY, Module, dotted, listed, modules, place
from vodokanal.models.schema import TABLES

PURE = frozenset({"billing", "casework", "formats"})
BELOW_WEB = PURE | {"models", "operations", "paperwork", "gateways"}
AUDIENCES = frozenset({"public", "resident", "staff", "api", "demo"})
# What each area may import of the others, besides itself. `settings` is the operator's object,
# whose type the web needs; it imports nothing of ours.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "billing": frozenset(),
    "casework": frozenset({"billing"}),
    "formats": frozenset({"billing"}),
    "models": PURE | {"migrations"},
    "migrations": PURE,
    "paperwork": PURE,
    "gateways": PURE,
    "operations": BELOW_WEB,
    "settings": frozenset(),
    "web": BELOW_WEB | {"settings"},
    # Flask-Admin is built from the tables, and the staff look at a resident's own page.
    "staff": BELOW_WEB | {"web", "settings", "resident"},
    "public": (BELOW_WEB | {"web", "settings"}) - {"models"},
    "resident": (BELOW_WEB | {"web", "settings"}) - {"models"},
    "api": (BELOW_WEB | {"web", "settings"}) - {"models"},
    "demo": BELOW_WEB | {"web", "settings"},
}
ASSEMBLERS = frozenset(
    {
        "__init__",
        "assembly",
        "bookkeeping",
        "cli",
        "closing",
        "copy_proofs",
        "copying",
        "monthly_jobs",
        "nightly_copies",
        "printing",
        "sent_files",
        "verifying",
        "worker",
    }
)
# Why each is there: see the module named.
IMPORTS_BY_NAME = frozenset(
    {
        # A probe asks the database itself, and answers when there is none.
        ("public/health.py", "models.database"),
        ("public/health.py", "models.migrating"),
    }
)
LIBRARIES: Mapping[str, frozenset[str]] = {
    "billing": frozenset(),
    "casework": frozenset(),
    "formats": frozenset({"openpyxl", "stdnum", "xlsxwriter", "zxingcpp"}),
    "models": frozenset({"peewee", "playhouse"}),
    "migrations": frozenset({"peewee", "playhouse"}),
    "operations": frozenset({"peewee", "argon2", "huey"}),
    "paperwork": frozenset({"typst"}),
    # Python's own from 3.14 on.
    "gateways": frozenset({"flask_mailman", "backports", "compression"}),
}
# L0 knows neither the clock, nor chance, nor files, nor the network, nor settings.
IMPURE = frozenset(
    {"os", "sys", "io", "pathlib", "time", "random", "secrets", "socket", "sqlite3", "logging"}
    | {"tempfile", "subprocess", "threading", "urllib", "http", "uuid"}
)
CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|today|utcnow)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)
TIME_IS_KNOWN_TO = frozenset(
    {
        "web/clock.py",
        # A storage of `limits` counts attempts in real seconds, as the library asks.
        "web/counters.py",
    }
)
FORBIDDEN_WORDS = frozenset({"util", "utils", "helper", "helpers", "misc", "process", "manage"})
# "Common" is also what a house's shared meter is called, "handle" what a file is known by.
FORBIDDEN_NAMES = frozenset({"common", "handle", "s"})
FORBIDDEN_STARTS = ("handle_", "common_")
# Libraries call these by their own names; `common_meter` is the house's meter.
NAMES_OF_LIBRARIES = frozenset(
    {"handle_view_exception", "_handle_view", "process", "process_formdata", "process_data"}
    | {"common_meter"}
)
TABLE_NAMES = frozenset(table.__name__ for table in TABLES)
WRITING_METHODS = frozenset(
    {"create", "insert", "insert_many", "insert_from", "replace", "replace_many", "update"}
    | {"delete", "get_or_create", "bulk_create", "bulk_update", "set_by_id", "delete_by_id"}
    | {"create_table", "drop_table", "truncate_table"}
)
ROW_METHODS = frozenset({"save", "delete_instance"})
WRITING_FUNCTIONS = frozenset({"execute_sql", "insert_rows", "write_tx", "create_tables"})
WRITERS = frozenset({"operations", "models", "migrations"})
# The few writers outside operations.
WRITERS_BY_NAME = frozenset(
    {
        # Counters of attempts live in a database of their own: a flood must not take the lock.
        "web/counters.py",
        # A probe proves that the database answers.
        "public/health.py",
    }
)
SUMMING = frozenset({"models/fields.py"})


def ours(name: str) -> str | None:
    """The area of an imported name of ours."""
    parts = name.split(".")
    if parts[0] != "vodokanal" or len(parts) == 1:
        return None
    return parts[1]


def inside(module: Module) -> str:
    """The module's path inside the package."""
    return module.name.removeprefix("vodokanal/")


def areas() -> set[str]:
    return {module.area for module in modules()}


def wrong_imports(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT[module.area] | {module.area}
    for name, line, _ in module.imports:
        area = ours(name)
        if area is None or area in allowed:
            continue
        named = {(file, what) for file, what in IMPORTS_BY_NAME if f"vodokanal.{what}." in name}
        if (inside(module), ".".join(name.split(".")[1:3])) not in named:
            yield f"{module.name}:{line} imports {name}"


def test_every_area_has_its_place_in_the_house() -> None:
    assert areas() <= set(MAY_IMPORT) | ASSEMBLERS


@pytest.mark.parametrize("area", sorted(areas() - ASSEMBLERS))
def test_imports_point_down_only(area: str) -> None:
    wrong = [each for module in modules() if module.area == area for each in wrong_imports(module)]
    assert wrong == [], listed(wrong)


def test_nothing_below_assembles_the_application() -> None:
    wrong = [
        f"{module.name}:{line} imports {name}"
        for module in modules()
        for name, line, _ in module.imports
        if module.area not in ASSEMBLERS and ours(name) in ASSEMBLERS
    ]
    assert wrong == [], listed(wrong)


@pytest.mark.parametrize("area", sorted(LIBRARIES))
def test_lower_layers_know_only_their_libraries(area: str) -> None:
    allowed = LIBRARIES[area] | set(sys.stdlib_module_names) | {"vodokanal"}
    wrong = [
        f"{module.name}:{line} imports {name}"
        for module in modules()
        for name, line, _ in module.imports
        if module.area == area and name.split(".")[0] not in allowed
    ]
    assert wrong == [], listed(wrong)


def test_pure_rules_know_no_clock_no_files_no_chance() -> None:
    wrong = [
        f"{module.name}:{line} imports {name}"
        for module in modules()
        for name, line, _ in module.imports
        # Bytes in memory are a value like any other.
        if module.area in PURE and name.split(".")[0] in IMPURE and name != "io.BytesIO"
    ]
    opened = [
        place(module, call)
        for module in modules()
        for call in module.calls
        if module.area in PURE and dotted(call.func) in {"open", "print", "input"}
    ]
    assert wrong + opened == [], listed(wrong + opened)


def test_only_the_clock_knows_the_time() -> None:
    read = {
        inside(module)
        for module in modules()
        if module.area not in ASSEMBLERS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and CLOCKS.search(dotted(node))
    }
    assert read <= TIME_IS_KNOWN_TO


def writes_of(module: Module) -> Iterator[str]:
    for call in module.calls:
        name = dotted(call.func)
        head, _, last = name.rpartition(".")
        on_a_table = head.split(".")[-1] in TABLE_NAMES and last in WRITING_METHODS
        on_a_row = isinstance(call.func, ast.Attribute) and call.func.attr in ROW_METHODS
        if (last or name) == "execute_sql" and asks_only(call):
            continue
        if on_a_table or on_a_row or (last or name) in WRITING_FUNCTIONS:
            yield f"{place(module, call)} {name or call.func}"


def asks_only(call: ast.Call) -> bool:
    """Whether a statement, written out, only reads."""
    text = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    return str(text).startswith(("SELECT ", "SHOW ", "PRAGMA "))


def test_only_operations_write_tables() -> None:
    wrong = [
        each
        for module in modules()
        if module.area not in WRITERS and inside(module) not in WRITERS_BY_NAME
        for each in writes_of(module)
    ]
    assert wrong == [], listed(wrong)


def test_rule_about_writes_would_notice_one() -> None:
    tree = "Reading.update(state=1).execute()\nrow.save()\ndatabase.execute_sql('x')\n"
    module = Module(ENTRY)
    module.__dict__["tree"] = ast.parse(tree)
    assert len(list(writes_of(module))) == 3


def test_sums_of_money_and_volume_have_one_door() -> None:
    summing = {
        inside(module)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in {"fn.SUM", "fn.AVG", "fn.TOTAL"}
    }
    assert summing <= SUMMING


def test_no_float_comes_near_a_rule() -> None:
    wrong = [
        place(module, node)
        for module in modules()
        if module.area in {"billing", "casework"}
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and dotted(node.func) in {"float", "round", "math.floor"})
    ]
    assert wrong == [], listed(wrong)


def words_of(name: str) -> set[str]:
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def is_empty_name(name: str) -> bool:
    plain = name.lstrip("_")
    is_bare = plain in FORBIDDEN_NAMES or plain.startswith(FORBIDDEN_STARTS)
    return is_bare or bool(words_of(plain) & FORBIDDEN_WORDS)


def names_of(module: Module) -> Iterator[str]:
    yield module.path.stem
    yield module.path.parent.name
    yield from (function.name for function, _ in module.functions)
    yield from (node.name for node in module.classes)


def test_nothing_is_named_after_nothing() -> None:
    wrong = {
        (module.name, name)
        for module in modules()
        for name in names_of(module)
        if is_empty_name(name) and name not in NAMES_OF_LIBRARIES
    }
    assert wrong == set(), listed(wrong)


def test_errors_are_called_errors() -> None:
    wrong = [
        place(module, node)
        for module in modules()
        for node in module.classes
        if any(re.search(r"(Error|Exception)$", dotted(base)) for base in node.bases)
        and not node.name.endswith("Error")
    ]
    assert wrong == [], listed(wrong)


def test_no_star_is_imported() -> None:
    assert [m.name for m in modules() for name, _, _ in m.imports if name.endswith(".*")] == []


def test_assertions_are_for_tests() -> None:
    wrong = [
        place(module, node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert)
    ]
    assert wrong == [], listed(wrong)
