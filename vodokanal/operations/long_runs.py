"""What is different while a whole town is gone through: Python looks for lost cycles seldom."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# About what a slice of accounts makes; by itself Python looks after each 700 new objects.
SELDOM = 100_000


@contextmanager
def few_collections() -> Iterator[None]:
    """Spares a long run a tenth of its time; to be used as a decorator, one run at a time.

    Our rows and values form no cycles, and what was there before need not be looked at again and
    again. Nothing is switched off: a cycle that others leave behind is found a little later.
    """
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
