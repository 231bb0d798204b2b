"""An access ends once, and nobody can end it a second time."""

from __future__ import annotations

from tests.cast import Cast
from tests.clock import moment
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import AccountAccess
from vodokanal.operations.accesses import revoke_access
from vodokanal.operations.actors import SYSTEM

NOW, LATER = moment("2026-11-12T10:42"), moment("2026-11-12T11:00")


def test_first_revoking_counts(cast: Cast) -> None:
    access = AccountAccess.get(AccountAccess.resident == cast.anna)
    revoke_access(SYSTEM, access, at=NOW)
    revoke_access(SYSTEM, access, at=LATER)
    assert AccountAccess.get_by_id(access.id).revoked_at == NOW
    assert JournalEntry.select().count() == 1
