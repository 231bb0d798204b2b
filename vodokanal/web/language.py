"""Languages: catalogues compiled when they are older than their sources, and the reader's choice."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain

from vodokanal.web.configuration import settings

SOURCES = Path(__file__).parent.parent.parent / "translations"
LANGUAGES = ("ru",)
DEFAULT = "ru"

_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)


def install_language(app: Flask, instance: Path) -> None:
    """Compiles the catalogues into instance/ and lets Babel speak them."""
    target = instance / "translations"
    compile_catalogues(target)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(target)
    languages = Babel(
        app, locale_selector=chosen_language, timezone_selector=lambda: str(settings().zone)
    )
    languages.domain_instance = catalogues = Catalogues(str(target))
    environment: Any = app.jinja_env
    # Flask-Babel's own would ask for the domain, the request and the locale at every sentence.
    environment.install_gettext_callables(
        lambda text: catalogues.get_translations().ugettext(text),
        lambda one, many, number: catalogues.get_translations().ungettext(one, many, number),
        newstyle=True,
    )


class Catalogues(Domain):
    """The compiled catalogues, each read once; a page's language is all that chooses among them."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of this page's language."""
        return _read(self._translation_directories[0], chosen_language())


@lru_cache(maxsize=32)
def _read(folder: str, language: str) -> NullTranslations:
    found: NullTranslations = Translations.load(folder, [language])
    return found


def chosen_language() -> str:
    """The language of this page, or of this letter."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Says everything within in that language, or in ours where we do not know it."""
    before = _spoken.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(before)


def compile_catalogues(target: Path) -> None:
    """Writes one compiled catalogue a language, unless it is newer than every source."""
    for language in LANGUAGES:
        sources = sorted((SOURCES / language).glob("*.po"))
        compiled = target / language / "LC_MESSAGES" / "messages.mo"
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with (compiled.parent / "compile.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            newest = max((source.stat().st_mtime for source in sources), default=0.0)
            if not compiled.exists() or compiled.stat().st_mtime < newest:
                _compile(language, sources, target=compiled)


def _compile(language: str, sources: list[Path], *, target: Path) -> None:
    catalog = Catalog(locale=language)
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    catalog.add(message.id, message.string, context=message.context)
    partial = target.with_suffix(".partial")
    with partial.open("wb") as file:
        write_mo(file, catalog)
    partial.replace(target)
