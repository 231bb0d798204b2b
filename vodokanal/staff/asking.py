"""How a desk's deed is done, or left to the chief, and what its sender is told."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_babel import gettext as _

from vodokanal.models.approvals import PendingDeed
from vodokanal.operations.approvals import ask_or_do
from vodokanal.operations.deed_kinds import Deed
from vodokanal.web.clock import now, today
from vodokanal.web.identity import current_actor


def asked_or_done(deed: Deed, *, key: str) -> Any:
    """What the deed's operation answers, or the `PendingDeed` that waits for the chief."""
    return ask_or_do(current_actor(), deed, key=key, today=today(), at=now())


def tell(done: object, words: str) -> None:
    """Says that it is done, or that it waits."""
    if isinstance(done, PendingDeed):
        flash(_("Waits for the chief to decide."), "success")
    else:
        flash(words, "success")
