"""Accesses of residents to accounts: how one ends. They begin as any other row."""

from __future__ import annotations

from datetime import datetime

from vodokanal.models.people import AccountAccess
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes


@writes
def revoke_access(actor: Actor, access: AccountAccess, *, at: datetime) -> None:
    """Ends an access; the next page that the resident opens knows it. Twice changes nothing."""
    open_access = (AccountAccess.id == access.id) & AccountAccess.revoked_at.is_null()
    if AccountAccess.update(revoked_at=at).where(open_access).execute():
        changes = ({"revoked_at": None}, {"revoked_at": at})
        record(actor, "revoke_access", subject=access, at=at, changes=changes)
