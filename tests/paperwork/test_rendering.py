"""Papers are laid out with our own fonts alone, and whatever Typst doubts is not passed over."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.paperwork.receipts import BATCH
from vodokanal.formats.qr_codes import qr_png
from vodokanal.paperwork import rendering
from vodokanal.paperwork.printed import Letterhead, PrintedCertificate
from vodokanal.paperwork.rendering import (
    FONTS,
    TEMPLATES,
    PaperError,
    PaperWarning,
    as_json,
    laid_out,
    pdf_of,
)

CERTIFICATE = PrintedCertificate("ru", "Справка", Letterhead("Водоканал", []), ["Нет долга."], [])
WRITTEN = """
#set text(font: "{font}")
#let data = json(bytes(sys.inputs.paper))
#data.words {more}
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template that a test writes itself."""
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    return tmp_path / "paper.typ"


def test_pdf_has_only_the_fonts_that_we_bring() -> None:
    page: Any = PdfReader(BytesIO(pdf_of(CERTIFICATE))).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts}
    assert names == {"PTSerif-Regular", "PTSerif-Bold"}


def test_every_font_comes_with_its_version_and_licence() -> None:
    folders = sorted(FONTS.iterdir())
    assert [folder.name for folder in folders] == ["pt-sans@2.005", "pt-serif@1.002"]
    for folder in folders:
        assert "PARATYPE FREE FONT LICENSE" in (folder / "LICENSE.txt").read_text()
        assert len(list(folder.glob("*.ttf"))) == 2


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path: Path) -> None:
    assert re.search("[а-яё]", path.read_text(encoding="utf-8"), re.IGNORECASE) is None


def test_the_same_paper_is_the_same_file() -> None:
    first, second = pdf_of(CERTIFICATE), pdf_of(CERTIFICATE)
    assert first == second


def test_doubt_of_typst_fails_a_test(template: Path) -> None:
    template.write_text(WRITTEN.format(font="Nowhere Sans", more=""))
    with pytest.warns(PaperWarning) as told:
        laid_out("paper.typ", '{"words": "x"}', form="pdf")
    assert ["nowhere sans" in str(each.message) for each in told] == [True]


def test_mistake_in_a_template_is_told(template: Path) -> None:
    template.write_text(WRITTEN.format(font="PT Sans", more="#nothing"))
    with pytest.raises(PaperError, match="unknown variable: nothing"):
        laid_out("paper.typ", '{"words": "x"}', form="pdf")


def test_template_reads_nothing_outside_its_folder(template: Path) -> None:
    (template.parent.parent / "secret.txt").write_text("secret")
    template.write_text(WRITTEN.format(font="PT Sans", more='#read("../secret.txt")'))
    with pytest.raises(PaperError):
        laid_out("paper.typ", '{"words": "x"}', form="pdf")


def test_codes_go_to_the_template_as_pictures() -> None:
    known = json.loads(as_json(BATCH))
    assert bytes(known["site"]) == qr_png(b"http://localhost", scale=1)
    assert [each["top"]["code"] is None for each in known["receipts"]] == [False, True]


def test_every_receipt_begins_on_a_sheet_of_its_own() -> None:
    pages = PdfReader(BytesIO(pdf_of(BATCH))).pages
    assert len(pages) == 2
    assert ["Платить не нужно" in page.extract_text() for page in pages] == [False, True]
