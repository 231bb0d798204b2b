"""Pages for the signed-in resident, below /personal/."""

from __future__ import annotations

from vodokanal.resident import accounts, answers, cabinet, history, more, proof, readings
from vodokanal.resident.blueprint import blueprint

# Every module of views is imported above; importing it adds its addresses to the blueprint.
__all__ = ["accounts", "answers", "blueprint", "cabinet", "history", "more", "proof", "readings"]
