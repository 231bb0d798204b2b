"""`print-receipts`: files in walking order, resumed where they stopped, refused with what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.cast import Cast
from tests.factories import make_account
from tests.month_factories import make_month, make_receipt
from tests.papers import DETAILS, REQUISITES, text_of
from vodokanal import printing
from vodokanal.billing.month_states import MonthState
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.database import open_connection
from vodokanal.models.months import BillingMonth
from vodokanal.paperwork.press import Press
from vodokanal.paperwork.rendering import PaperError

Print = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "october"


@pytest.fixture
def printed(app: Flask, cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Print:
    """Three issued receipts, two a file; the command with further options."""
    monkeypatch.setattr(printing, "RECEIPTS_A_FILE", 2)
    month = make_month(requisites=json.dumps(asdict(REQUISITES)))
    for number, account in enumerate((cast.account, cast.vera_account, make_account()), start=1):
        details = replace(DETAILS, holder=f"Плательщик {number}")
        make_receipt(account=account, details=details.to_json())
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.id == month.id).execute()
    return run_on(app, folder)


def run_on(app: Flask, folder: Path) -> Print:
    def run(*options: str, period: str = "2026-10") -> Result:
        words = ["print-receipts", "--period", period, "--out", str(folder), *options]
        return app.test_cli_runner().invoke(args=words)

    return run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*"))


def test_receipts_are_printed_in_files(printed: Print, folder: Path) -> None:
    assert printed().output == "Receipts: 3. Files: 2, of them new: 2.\n"
    first, second = "receipts-2026-10-0001.pdf", "receipts-2026-10-0002.pdf"
    assert names(folder) == ["plan.json", first, second]
    text = text_of((folder / first).read_bytes())
    assert text.index("Плательщик 1") < text.index("Плательщик 2")
    assert "Плательщик 3" in text_of((folder / second).read_bytes())


def test_complete_files_are_not_printed_again(printed: Print, folder: Path) -> None:
    printed()
    kept, lost = sorted(folder.glob("*.pdf"))
    kept.write_bytes(b"as it was")
    lost.unlink()
    (folder / "receipts-2026-10-0002.pdf.partial").write_bytes(b"half of it")
    # What people wish meanwhile must not shift the others from file to file.
    open_connection()
    Account.update(receipt_delivery=ReceiptDelivery.EMAIL).execute()
    assert printed().output == "Receipts: 3. Files: 2, of them new: 1.\n"
    assert kept.read_bytes() == b"as it was"
    assert "Плательщик 3" in text_of(lost.read_bytes())


def test_only_a_district_is_printed(printed: Print, folder: Path) -> None:
    assert printed("--district", "Центральный").output == "Receipts: 2. Files: 1, of them new: 1.\n"
    assert names(folder) == ["plan.json", "receipts-2026-10-0001.pdf"]


@pytest.mark.parametrize(
    ("period", "options", "sentence"),
    [
        ("october", (), "A month is written like 2026-10, not october."),
        (
            "2026-11",
            (),
            "2026-11 is not issued: run `flask --app app close-period 2026-11 --issue`",
        ),
        ("2026-10", ("--district", "Луна"), "No district Луна; there are"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    printed: Print, folder: Path, period: str, options: tuple[str, ...], sentence: str
) -> None:
    result = printed(*options, period=period)
    assert (result.exit_code, sentence in result.output) == (1, True)
    assert not folder.exists()


def test_folder_of_another_district_is_left_alone(printed: Print, folder: Path) -> None:
    printed("--district", "Центральный")
    result = printed()
    assert result.exit_code == 1
    assert "holds the receipts of 2026-10 Центральный: choose another folder." in result.output


def test_month_without_a_bank_account_is_printed_without_codes(
    app: Flask, cast: Cast, folder: Path
) -> None:
    make_receipt(account=cast.account, details=DETAILS.to_json())
    make_month(state=MonthState.ISSUED)
    result = run_on(app, folder)()
    assert result.output.splitlines() == [
        "No payment codes: the receipts of the month hold no bank account to pay to.",
        "Receipts: 1. Files: 1, of them new: 1.",
    ]


def test_file_that_could_not_be_printed_is_told(
    printed: Print, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise PaperError("unknown font")

    monkeypatch.setattr(Press, "submit", fail)
    result = printed()
    assert (result.exit_code, "could not be printed: unknown font" in result.output) == (1, True)
