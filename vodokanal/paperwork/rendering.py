"""Papers laid out by Typst with fonts of our own: the data goes in beside the template, never into it."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import typst

from vodokanal.formats.qr_codes import qr_png
from vodokanal.paperwork.printed import Paper

FOLDER = Path(__file__).parent
TEMPLATES, FONTS = FOLDER / "templates", FOLDER / "fonts"


class PaperError(Exception):
    """A paper could not be laid out; the message is Typst's."""


class PaperWarning(UserWarning):
    """Typst has doubts about a paper: a font, a sign, a place that does not settle."""


def pdf_of(paper: Paper) -> bytes:
    """The paper as a PDF with tags, for whoever has it read aloud.

    Raises:
        PaperError: it could not be laid out.
    """
    (pdf,) = laid_out(paper.template, as_json(paper), form="pdf")
    return pdf


def pictures_of(paper: Paper, *, pixels_per_inch: int) -> list[bytes]:
    """The pages of the paper as PNG pictures."""
    return laid_out(paper.template, as_json(paper), form="png", ppi=pixels_per_inch)


def laid_out(template: str, data: str, **options: Any) -> list[bytes]:
    """The files that a template makes of the data, JSON as `as_json` makes it.

    What Typst warns of is passed on as `PaperWarning`.

    Raises:
        PaperError: it could not be laid out.
    """
    form = options.pop("form")
    try:
        made, doubts = typst.compile_with_warnings(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=_fonts(),
            format=form,
            sys_inputs={"paper": data},
            **options,
        )
    except typst.TypstError as error:
        raise PaperError(error.diagnostic) from error
    for doubt in doubts:
        warnings.warn(doubt.diagnostic, PaperWarning, stacklevel=2)
    return list(made) if isinstance(made, list) else [made or b""]


def as_json(paper: Paper) -> str:
    """The paper as its template reads it: codes as the bytes of their pictures."""
    return json.dumps(paper, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        # A pixel a module: Typst draws its squares as large as they are printed. JSON knows no
        # bytes, so that they go as numbers.
        return list(qr_png(value, scale=1))
    return vars(value)


@cache
def _fonts() -> typst.Fonts:
    # Neither the machine's fonts nor Typst's own: a paper looks the same wherever it is made.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
