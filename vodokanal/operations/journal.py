"""The journal of what people changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.models.base import Table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.prepared import Prepared, slots
from vodokanal.operations.actors import Actor

COLUMNS = tuple(name for name in JournalEntry._meta.fields if name != "id")
ENTRY = Prepared[int](lambda: JournalEntry.insert(slots(JournalEntry, *COLUMNS)))


def record(
    actor: Actor,
    action: str,
    *,
    subject: Table | type[Table],
    at: datetime,
    changes: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
) -> None:
    """Writes one entry; `changes` is what was before and what is after, by column."""
    before, after = changes
    ENTRY.run(
        at=at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject_table=subject._meta.table_name,
        subject_id=None if isinstance(subject, type) else subject.id,
        before=as_text(before),
        after=as_text(after),
    )


def as_text(values: Mapping[str, Any]) -> str:
    """Values as JSON; an empty mapping is an empty text."""
    return json.dumps(values, default=_plain, ensure_ascii=False) if values else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return value.id
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Period):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the journal")
