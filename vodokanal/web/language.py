"""Languages: catalogues compiled when they are older than their sources, and the reader's choice."""

from __future__ import annotations

import fcntl
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

from vodokanal.web.configuration import settings

SOURCES = Path(__file__).parent.parent.parent / "translations"
LANGUAGES = ("ru",)
DEFAULT = "ru"


def install_language(app: Flask, instance: Path) -> None:
    """Compiles the catalogues into instance/ and lets Babel speak them."""
    target = instance / "translations"
    compile_catalogues(target)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(target)
    Babel(app, locale_selector=chosen_language, timezone_selector=lambda: str(settings().zone))


def chosen_language() -> str:
    """The language of this page."""
    return DEFAULT


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
