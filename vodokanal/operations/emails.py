"""E-mail addresses of residents: nothing is written to one that nobody has confirmed."""

from __future__ import annotations

from datetime import datetime

from vodokanal.models.database import lock
from vodokanal.models.people import Resident
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes


@writes
def confirm_email(actor: Actor, resident_id: int, *, email: str, at: datetime) -> None:
    """Notes that this address is the resident's own, unless it is another one by now."""
    lock(Resident, resident_id)
    resident = Resident.get_by_id(resident_id)
    if email and resident.email == email and resident.email_confirmed_at is None:
        resident.email_confirmed_at = at
        resident.save()
        record(actor, "confirm_email", subject=resident, at=at, changes=({}, {"email": email}))
