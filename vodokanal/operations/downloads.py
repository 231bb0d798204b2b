"""Lists that employees take away: who, which, how narrowed, how many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vodokanal.models.base import Table
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

DOWNLOADED = "download_list"


@dataclass(frozen=True)
class TakenList:
    """A list as it was taken away."""

    name: str
    format: str
    rows: int
    # What it was searched for, narrowed to and sorted by, as its address says it.
    chosen: Mapping[str, str]


@writes
def record_download(actor: Actor, table: type[Table], *, taken: TakenList, at: datetime) -> None:
    """Writes down that rows of a table leave the portal."""
    told = {"list": taken.name, "format": taken.format, "rows": taken.rows, **taken.chosen}
    record(actor, DOWNLOADED, subject=table, at=at, changes=({}, told))
