"""Whatever a resident can do, staff can do for them: each operation has its twin on the card."""

from __future__ import annotations

import ast
import importlib
import inspect

from flask import Flask

from tests.source import Module, dotted, modules
from vodokanal.staff.card_actions import ACTIONS

OPERATIONS = "vodokanal.operations."
# Takes what a resident sends; other desks stand among its actions.
CARD = "account_card"


def operations_called(module: Module) -> set[str]:
    """The operations that a module calls, as `readings.submit_readings`."""
    imported = {
        alias.asname or alias.name: f"{node.module.removeprefix(OPERATIONS)}.{alias.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OPERATIONS)
        for alias in node.names
        if node.module
    }
    names = {dotted(call.func) for call in module.calls}
    return {imported[name] for name in names & set(imported)}


def writes(name: str) -> bool:
    """Whether an operation writes: it is decorated, or it calls one of its module that is."""
    module, _, function = name.rpartition(".")
    tree = ast.parse(inspect.getsource(importlib.import_module(OPERATIONS + module)))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return _writes(function, found, seen=set())


def _writes(name: str, found: dict[str, ast.FunctionDef], *, seen: set[str]) -> bool:
    if name not in found or name in seen:
        return False
    seen.add(name)
    node = found[name]
    if any(dotted(each) == "writes" for each in node.decorator_list):
        return True
    calls = {dotted(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    return any(_writes(each, found, seen=seen) for each in calls)


def written_by(area: str) -> dict[str, set[str]]:
    """What the modules of an audience write, by the operation."""
    found: dict[str, set[str]] = {}
    for module in modules():
        if module.area == area:
            for name in filter(writes, operations_called(module)):
                found.setdefault(name, set()).add(module.name)
    return found


def card_modules() -> set[str]:
    """The modules of the card and of the desks among its actions, with what they are made of."""
    desks = {action.endpoint.partition(".")[0] for action in ACTIONS}
    waiting = {f"vodokanal/staff/{each}.py" for each in (CARD, *desks)}
    known = {module.name: module for module in modules() if module.area == "staff"}
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting |= {file_of(each) for each, _line, _inside in known[name].imports}
    return found


def file_of(name: str) -> str:
    """The file that an imported name comes from."""
    return f"{'/'.join(name.split('.')[:3])}.py"


def test_residents_deeds_are_known() -> None:
    deeds = {"readings.submit_readings", "answers.confirm_reading", "answers.correct_reading"}
    assert set(written_by("resident")) >= deeds


def test_every_deed_of_a_resident_has_its_twin_on_the_card() -> None:
    on_the_card, twins = card_modules(), written_by("staff")
    missing = {
        name: sorted(twins.get(name, ()))
        for name in written_by("resident")
        if not twins.get(name, set()) & on_the_card
    }
    assert missing == {}


def test_every_action_of_the_card_has_its_page(app: Flask) -> None:
    assert {each.endpoint for each in ACTIONS} - set(app.view_functions) == set()
