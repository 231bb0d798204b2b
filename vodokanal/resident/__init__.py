"""Pages for the signed-in resident, below /personal/."""

from __future__ import annotations

from vodokanal.resident import (
    accounts,
    answers,
    balance,
    cabinet,
    disagreement,
    history,
    more,
    movement_files,
    papers,
    proof,
    readings,
    receipts,
)
from vodokanal.resident.blueprint import blueprint

# Every module of views is imported above; importing it adds its addresses to the blueprint.
__all__ = [
    "accounts",
    "answers",
    "balance",
    "blueprint",
    "cabinet",
    "disagreement",
    "history",
    "more",
    "movement_files",
    "papers",
    "proof",
    "readings",
    "receipts",
]
