"""How far a large town has come while it is being loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import click

from vodokanal.models.accounts import Account
from vodokanal.operations.towns import Batch
from vodokanal.web.progress import told


@dataclass(frozen=True)
class Watched:
    """The same batches, and on the way how many of so many accounts are kept."""

    batches: Iterable[Batch]
    accounts: int

    def __iter__(self) -> Iterator[Batch]:
        with told("accounts", self.accounts) as more:
            for batch in self.batches:
                yield batch
                more(len(batch.get(Account, ())))
        if sys.stdout.isatty():
            click.echo("The indexes are being made.")
