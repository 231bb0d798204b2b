"""The dice of an account: Python's own, thrown three times as fast."""

from __future__ import annotations

from random import Random


class Dice(Random):
    """Whole numbers as `Random` throws them, without its questions about what was asked for.

    A town of 200 000 accounts takes ten million throws.
    """

    def randint(self, a: int, b: int) -> int:
        """A number from `a` to `b`, both inclusive."""
        return a + int(self._randbelow(b - a + 1))  # type: ignore[attr-defined]
