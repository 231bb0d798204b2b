"""How far a large town has come: a bar in a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import click

from vodokanal.models.accounts import Account
from vodokanal.operations.towns import Batch

SECONDS_BETWEEN_LINES = 3.0


@dataclass(frozen=True)
class Watched:
    """The same batches, and on the way how many of so many accounts are kept."""

    batches: Iterable[Batch]
    accounts: int

    def __iter__(self) -> Iterator[Batch]:
        return self._with_bar() if sys.stdout.isatty() else self._with_lines()

    def _with_bar(self) -> Iterator[Batch]:
        with click.progressbar(length=self.accounts, label="Accounts", show_pos=True) as bar:
            for batch in self.batches:
                yield batch
                bar.update(len(batch.get(Account, ())))
            bar.finish()
        click.echo("The indexes are being made.")

    def _with_lines(self) -> Iterator[Batch]:
        kept, said_at = 0, time.monotonic()
        for batch in self.batches:
            yield batch
            kept += len(batch.get(Account, ()))
            if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
                said_at = time.monotonic()
                click.echo(f"{kept} of {self.accounts} accounts")
