"""Templates only show: no arithmetic, no queries, nothing inline, nothing imported in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest
from jinja2 import Environment, nodes

from tests.source import ROOT, listed
from vodokanal.billing.readings import ReadingState, Verdict

TEMPLATES = ROOT / "templates"
PARSER = Environment(
    extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True
)
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
ARITHMETIC_FILTERS = frozenset({"round", "sum", "int", "float"})
UNSAFE_FILTERS = frozenset({"safe", "forceescape"})
QUERIES = frozenset({"select", "where", "execute", "get_by_id", "get_or_none", "save", "delete"})
STATUSES = frozenset({*ReadingState, *Verdict})
MEDIAN, NINTH = 40, 95
INLINE = {
    "style attribute": re.compile(r"<[^>{]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "autoescape off": re.compile(r"{%-?\s*autoescape\s+false"),
    "style element without a nonce": re.compile(r"<style(?![^>]*nonce=)[^>]*>"),
    "script element without a nonce": re.compile(r"<script(?![^>]*nonce=)[^>]*>"),
    "another site": re.compile(r"(src|href)=\"(https?:)?//", re.IGNORECASE),
}
# Mail readers know no style sheets.
MAY_STYLE = ("mail/",)


def templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def tree(name: str) -> nodes.Template:
    return PARSER.parse(source(name), name)


def where(name: str, node: nodes.Node) -> str:
    return f"{name}:{node.lineno}"


@pytest.fixture(params=templates())
def template(request: pytest.FixtureRequest) -> str:
    """One template after the other."""
    return str(request.param)


def test_template_does_no_arithmetic(template: str) -> None:
    wrong = [where(template, node) for node in tree(template).find_all(ARITHMETIC)]
    wrong += [
        where(template, node)
        for node in tree(template).find_all(nodes.Filter)
        if node.name in ARITHMETIC_FILTERS
    ]
    assert wrong == [], listed(wrong)


def test_template_trusts_no_text(template: str) -> None:
    filters = tree(template).find_all(nodes.Filter)
    assert [where(template, each) for each in filters if each.name in UNSAFE_FILTERS] == []


def test_template_asks_no_database(template: str) -> None:
    asked = tree(template).find_all(nodes.Getattr)
    assert [where(template, each) for each in asked if each.attr in QUERIES] == []


def test_template_spells_no_status(template: str) -> None:
    wrong = [
        where(template, constant)
        for node in tree(template).find_all((nodes.Compare, nodes.Test))
        for constant in node.find_all(nodes.Const)
        if constant.value in STATUSES
    ]
    assert wrong == []


def test_template_has_nothing_inline(template: str) -> None:
    text = re.sub(r"{#.*?#}", "", source(template), flags=re.DOTALL)
    found = [name for name, pattern in INLINE.items() if pattern.search(text)]
    assert found == [] or template.startswith(MAY_STYLE)


def test_template_uses_what_it_imports(template: str) -> None:
    used = {node.name for node in tree(template).find_all(nodes.Name) if node.ctx == "load"}
    assert [name for name, _ in imported(template) if name not in used] == []


def test_imported_macro_exists(template: str) -> None:
    missing = [
        (origin, name)
        for name, (origin, original) in imported(template)
        if origin in templates() and original not in macros(origin)
    ]
    assert missing == []


def imported(template: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names a template imports, with the template and the name they come from."""
    for node in tree(template).find_all(nodes.FromImport):
        origin = node.template.value if isinstance(node.template, nodes.Const) else ""
        for name in node.names:
            original, alias = name if isinstance(name, tuple) else (name, name)
            yield alias, (str(origin), original)


def macros(template: str) -> set[str]:
    """What other templates may import."""
    parsed = tree(template)
    made = {node.name for node in parsed.find_all(nodes.Macro)}
    assigned = {
        node.target.name
        for node in parsed.find_all(nodes.Assign)
        if isinstance(node.target, nodes.Name)
    }
    return made | assigned


def test_every_macro_is_used_somewhere() -> None:
    used = {original for each in templates() for _, (_, original) in imported(each)}
    inner = {
        node.name
        for each in templates()
        for node in tree(each).find_all(nodes.Name)
        if node.ctx == "load"
    }
    made = {(each, name) for each in templates() for name in macros(each)}
    idle = sorted(f"{each}: {name}" for each, name in made if name not in used | inner)
    assert idle == [], listed(idle)


def test_templates_are_short() -> None:
    lengths = [len(source(each).splitlines()) for each in templates()]
    assert median(lengths) <= MEDIAN
    assert quantiles(lengths, n=10)[8] <= NINTH


def test_rules_would_notice_what_they_forbid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = '{% from "components/note.html" import note %}<p style="x" onclick="y">{{ (a + 1)|safe }}</p>'
    (tmp_path / "bad.html").write_text(bad)
    monkeypatch.setattr("tests.test_templates.TEMPLATES", tmp_path)
    for rule in (
        test_template_does_no_arithmetic,
        test_template_trusts_no_text,
        test_template_has_nothing_inline,
        test_template_uses_what_it_imports,
    ):
        with pytest.raises(AssertionError):
            rule("bad.html")
