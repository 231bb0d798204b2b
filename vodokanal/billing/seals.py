"""Seals of issued months: a SHA-256 over rows as text, so that one changed sign is noticed.

The text of a row is its values as the database keeps them, whole numbers and days like 2026-10-31,
in an order that is never changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

# No text of ours holds them, so that no two rows have the same text.
BETWEEN_VALUES, AFTER_ROW, NOTHING = "\x1f", "\x1e", "\x00"


def seal_of(rows: Iterable[Sequence[object]]) -> str:
    """Return the seal of rows in their order: 64 hexadecimal digits."""
    seal = hashlib.sha256()
    for row in rows:
        texts = [NOTHING if value is None else str(value) for value in row]
        seal.update((BETWEEN_VALUES.join(texts) + AFTER_ROW).encode())
    return seal.hexdigest()


def seal_of_month(digests: Iterable[str]) -> str:
    """Return the seal of a month by those of its slices, in order of their accounts."""
    return seal_of((digest,) for digest in digests)
