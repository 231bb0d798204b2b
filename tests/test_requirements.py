"""The lists of libraries: pinned, complete, nothing in them that nobody imports."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.source import ENTRY, ROOT, TESTS, Module, modules

RUNTIME, DEVELOPMENT = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
PINNED = re.compile(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*( *; .*)?$")
OURS = frozenset({"vodokanal", "tests", "app"})
# Python's own in versions later than the oldest that we run on.
LATER = frozenset({"compression"})
# Imported by Flask-Admin's view of Peewee tables, and run as commands.
INDIRECT = frozenset(
    {"wtf-peewee", "psycopg", "tzdata", "defusedxml", "pytest-xdist", "pytest-cov", "ruff", "mypy"}
)


def lines(path: Path) -> list[str]:
    texts = (line.partition("#")[0].rstrip() for line in path.read_text().splitlines())
    return [text for text in texts if text and not text.startswith("-r")]


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def listed_in(path: Path, *, asked_for: bool = False) -> set[str]:
    """Names of a list; only those that stand for themselves when `asked_for`."""
    chosen = [line for line in lines(path) if not (asked_for and line.startswith(" "))]
    return {folded(Requirement(line.strip()).name) for line in chosen}


@cache
def distributions() -> dict[str, list[str]]:
    """Which distributions bring a module, by its name."""
    return {name: list(found) for name, found in packages_distributions().items()}


def imported(sources: list[Module]) -> set[str]:
    """The distributions that the sources import."""
    tops = {name.split(".")[0] for module in sources for name, _, _ in module.imports}
    known = distributions()
    foreign = tops - set(sys.stdlib_module_names) - OURS - LATER
    return {folded(each) for top in foreign for each in known.get(top, [top])}


def holds(requirement: Requirement) -> bool:
    """Whether the library is needed on this Python, without extras."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def needed(names: set[str]) -> set[str]:
    """The names with everything that they need on this Python."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = folded(waiting.pop())
        if name not in found:
            found.add(name)
            wanted = [Requirement(each) for each in requires(name) or []]
            waiting += [each.name for each in wanted if holds(each)]
    return found


@pytest.mark.parametrize("path", [RUNTIME, DEVELOPMENT], ids=lambda path: path.name)
def test_every_version_is_pinned(path: Path) -> None:
    assert [line for line in lines(path) if not PINNED.match(line.strip())] == []


def test_what_the_portal_imports_is_listed() -> None:
    assert imported([*modules(), Module(ENTRY)]) - listed_in(RUNTIME) == set()


@pytest.mark.slow("reads every module")
def test_what_the_tests_import_is_listed() -> None:
    known = listed_in(RUNTIME) | listed_in(DEVELOPMENT)
    assert imported(modules(TESTS)) - known == set()


def test_what_the_libraries_need_is_pinned_too() -> None:
    runtime = listed_in(RUNTIME)
    assert needed(runtime) - runtime == set()
    everything = runtime | listed_in(DEVELOPMENT)
    assert needed(everything) - everything == set()


@pytest.mark.slow("reads every module")
def test_nothing_is_listed_that_nobody_uses() -> None:
    used = imported([*modules(), *modules(TESTS), Module(ENTRY)]) | INDIRECT
    asked = listed_in(RUNTIME, asked_for=True) | listed_in(DEVELOPMENT, asked_for=True)
    assert asked - used == set()
