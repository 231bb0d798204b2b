"""`verify-ledger`: proves that the ledger is whole, or names every row that is not."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from vodokanal.cli import current_database
from vodokanal.operations.verification import accounts_to_verify, verify_ledger
from vodokanal.web.progress import told


@click.command("verify-ledger")
@with_appcontext
@click.pass_context
def verify_ledger_command(context: click.Context) -> None:
    """Check every row, sum and seal of the ledger; one line for each that does not hold."""
    with current_database():
        count = accounts_to_verify()
        with told("accounts", count) as more:
            faults = verify_ledger(progress=more)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"{len(faults)} faults in the ledger of {count} accounts.")
        context.exit(1)
    click.echo(f"The ledger of {count} accounts is whole.")
