"""`print-receipts`: a month's receipts as files for the enveloping machine, street by street."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from flask.cli import with_appcontext

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.cli import current_database
from vodokanal.operations.receipt_papers import (
    MonthNotIssuedError,
    UnknownDistrictError,
    accounts_to_print,
    get_requisites,
    receipt_papers,
)
from vodokanal.paperwork.press import RECEIPTS_A_FILE, Press
from vodokanal.paperwork.rendering import PaperError
from vodokanal.web.payment_codes import lacks_payee
from vodokanal.web.progress import told
from vodokanal.web.receipt_papers import receipt_batch

PLAN = "plan.json"


class PrintingRefusedError(click.ClickException):
    """Nothing can be printed like this; the message says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """Which accounts' receipts go into which file: kept in the folder, so that it can be resumed."""

    period: Period
    district: str
    files: Sequence[Sequence[int]]

    @property
    def receipts(self) -> int:
        """How many there are in all."""
        return sum(map(len, self.files))

    def target(self, folder: Path, number: int) -> Path:
        """The name of a file, counted from 1."""
        return folder / f"receipts-{self.period}-{number:04d}.pdf"


@click.command("print-receipts")
@click.option("--period", required=True, help="The issued month, such as 2026-10.")
@click.option("--district", default="", help="Only the houses of the district of that name.")
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the files go; those that are complete there are not printed again.",
)
@with_appcontext
def print_receipts_command(period: str, *, district: str, folder: Path) -> None:
    """Print a month's receipts to PDF files, ordered by street and house."""
    try:
        month = Period.parse(period)
    except NotAPeriodError:
        raise PrintingRefusedError(f"A month is written like 2026-10, not {period}.") from None
    with current_database():
        plan = _plan(month, district, folder=folder)
        if lacks_payee(get_requisites(month)):
            click.echo(
                "No payment codes: the receipts of the month hold no bank account to pay to."
            )
        files = _print(plan, folder)
    click.echo(f"Receipts: {plan.receipts}. Files: {len(plan.files)}, of them new: {files}.")


def _plan(period: Period, district: str, *, folder: Path) -> Plan:
    """The plan that the folder holds, or a new one, kept there before anything is printed."""
    kept = folder / PLAN
    if kept.exists():
        return _resumed(kept, period, district=district)
    try:
        accounts = accounts_to_print(period, district=district)
    except MonthNotIssuedError:
        raise PrintingRefusedError(
            f"{period} is not issued: run `flask --app app close-period {period} --issue` first."
        ) from None
    except UnknownDistrictError as error:
        known = ", ".join(error.known)
        raise PrintingRefusedError(f"No district {error.name}; there are {known}.") from None
    starts = range(0, len(accounts), RECEIPTS_A_FILE)
    plan = Plan(period, district, [accounts[start : start + RECEIPTS_A_FILE] for start in starts])
    folder.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_text(json.dumps(vars(plan), default=str), encoding="utf-8")
    partial.replace(kept)
    return plan


def _resumed(kept: Path, period: Period, *, district: str) -> Plan:
    plan = json.loads(kept.read_text(encoding="utf-8"))
    if (plan["period"], plan["district"]) != (str(period), district):
        raise PrintingRefusedError(
            f"{kept.parent} holds the receipts of {plan['period']} {plan['district']}".rstrip()
            + ": choose another folder."
        )
    return Plan(period, district, plan["files"])


def _print(plan: Plan, folder: Path) -> int:
    """Prints the files that are not there; how many."""
    missing = {
        plan.target(folder, number): accounts
        for number, accounts in enumerate(plan.files, start=1)
        if not plan.target(folder, number).exists()
    }
    with told("receipts", plan.receipts) as more:
        more(plan.receipts - sum(map(len, missing.values())))
        try:
            with Press(lambda target: more(len(missing[target]))) as press:
                for target, accounts in missing.items():
                    press.submit(
                        receipt_batch(receipt_papers(accounts, plan.period), plan.period), target
                    )
        except PaperError as error:
            raise PrintingRefusedError(f"A file could not be printed: {error}") from error
    return len(missing)
