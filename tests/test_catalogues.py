"""Every sentence has its Russian, one Russian, with the same placeholders and all its plurals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.source import ROOT, Module, listed, modules, place

RUSSIAN = ROOT / "translations" / "ru"
PLURALS = 3
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "n_": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
POSITIONAL = re.compile(r"%[sd]")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
BLANK_BEFORE_UNIT = re.compile(r"\d (₽|м³|кв|д\.)")

Id = str | tuple[str, ...]
Found = tuple[str, int, Id]


def catalogues() -> list[Path]:
    return sorted(RUSSIAN.glob("*.po"))


def messages() -> Iterator[tuple[Path, Message]]:
    for path in catalogues():
        with path.open("rb") as file:
            catalog: Catalog = read_po(file, locale="ru", abort_invalid=True)
        yield from ((path, message) for message in catalog if message.id)


def translations() -> dict[Id, set[Id]]:
    """The Russian of every message id, however many files give it."""
    found: dict[Id, set[Id]] = {}
    for _, message in messages():
        ids, strings = _ids(message), _forms(message)
        key: Id = tuple(ids) if message.pluralizable else ids[0]
        found.setdefault(key, set()).add(tuple(strings) if message.pluralizable else strings[0])
    return found


def used() -> list[Found]:
    """Every message id that Python and the templates use, with its place."""
    found: list[Found] = []
    for module in modules():
        found += _extracted("python", module.path)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        found += _extracted("jinja2.ext:babel_extract", path)
    return found


def _extracted(method: str, path: Path) -> Iterator[Found]:
    options = {"silent": "false", "trimmed": "true"} if "jinja" in method else None
    text = BytesIO(path.read_bytes())
    for line, message, _, _ in extract(method, text, keywords=KEYWORDS, options=options):
        key = tuple(message) if isinstance(message, list | tuple) else message
        if key:
            yield str(path.relative_to(ROOT)), line, key


def test_every_sentence_has_its_russian() -> None:
    known = translations()
    missing = [f"{path}:{line} {key!r}" for path, line, key in used() if key not in known]
    assert missing == [], listed(missing)


def test_sentence_in_two_files_has_one_russian() -> None:
    conflicts = {key: strings for key, strings in translations().items() if len(strings) > 1}
    assert conflicts == {}


def test_no_translation_is_empty_or_doubted() -> None:
    wrong = [
        f"{path.name}: {message.id!r}"
        for path, message in messages()
        if message.fuzzy or not all(_forms(message))
    ]
    assert wrong == [], listed(wrong)


def test_plurals_have_their_three_forms() -> None:
    wrong = [
        f"{path.name}: {message.id!r}"
        for path, message in messages()
        if message.pluralizable and len(_forms(message)) != PLURALS
    ]
    assert wrong == [], listed(wrong)


def test_russian_has_the_same_placeholders() -> None:
    wrong = [
        f"{path.name}: {message.id!r}"
        for path, message in messages()
        for form in _forms(message)
        if not _placeholders(form) >= _needed(message) - {"num", "count", "n"}
        or not _placeholders(form) <= _offered(message)
    ]
    assert wrong == [], listed(wrong)


def test_placeholders_have_names() -> None:
    wrong = [f"{path.name}: {m.id!r}" for path, m in messages() if POSITIONAL.search(str(m.id))]
    assert wrong == [], listed(wrong)


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {key for _, _, key in used()}
    idle = [key for key in translations() if key not in said]
    assert idle == [], listed(idle)


def test_russian_is_written_as_it_is_printed() -> None:
    wrong = [
        f"{path.name}: {form}"
        for path, message in messages()
        for form in _forms(message)
        if '"' in form or " - " in form or "..." in form or BLANK_BEFORE_UNIT.search(form)
    ]
    assert wrong == [], listed(wrong)


@pytest.mark.parametrize("word", ["абонент", "сальдо", "прибор учёта", "индивидуальный прибор"])
def test_residents_are_spoken_to_plainly(word: str) -> None:
    wrong = [
        f"{path.name}: {form}"
        for path, message in messages()
        if path.stem != "staff"
        for form in _forms(message)
        if word in form.casefold()
    ]
    assert wrong == [], listed(wrong)


def test_python_says_nothing_in_russian_past_the_catalogues() -> None:
    """Russian in the code belongs to the demo town, roles' names, addresses and folding."""
    allowed = {"demo", "formats", "operations", "billing", "models"}
    wrong = [
        f"{place(module, text)} {text.value!r}"
        for module in modules()
        if module.area not in allowed
        for text in texts(module)
        if CYRILLIC.search(str(text.value))
    ]
    assert wrong == [], listed(wrong)


def texts(module: Module) -> Iterator[ast.Constant]:
    """Every text of a module that is no docstring."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def _forms(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [str(each) for each in strings]


def _ids(message: Message) -> list[str]:
    ids = message.id if isinstance(message.id, list | tuple) else [message.id]
    return [str(each) for each in ids]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _needed(message: Message) -> set[str]:
    return set.intersection(*(_placeholders(each) for each in _ids(message)))


def _offered(message: Message) -> set[str]:
    return set.union(*(_placeholders(each) for each in _ids(message)))
