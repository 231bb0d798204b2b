"""How far a long command has come: a bar in a terminal, now and then a line elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

SECONDS_BETWEEN_LINES = 3.0


@contextmanager
def told(noun: str, total: int) -> Iterator[Callable[[int], None]]:
    """Tells how many of so many are done; call what is given with how many more."""
    if not sys.stdout.isatty():
        yield _lines(noun, total)
        return
    with click.progressbar(length=total, label=noun.capitalize(), show_pos=True) as bar:
        yield bar.update
        bar.finish()


def _lines(noun: str, total: int) -> Callable[[int], None]:
    done, said_at = 0, time.monotonic()

    def more(count: int) -> None:
        nonlocal done, said_at
        done += count
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            click.echo(f"{done} of {total} {noun}")

    return more
