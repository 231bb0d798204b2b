"""Heaps of work for a desk: slips on a table, readings that nobody believes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from tests.servers import Server

THIS_MONTH, CUBIC_METRE = 202611, 1_000_000
# What a counted month would probably bring, and what is asked about.
USUAL, ODD = 3 * CUBIC_METRE, 60 * CUBIC_METRE
# Accounts of two meters or one that have sent nothing this month, with what was read last.
UNREAD = """
SELECT account.id, account.number, meter.id, meter.digits_before, meter.digits_after,
       max(reading.value)
  FROM meter JOIN account ON account.id = meter.account_id JOIN reading ON reading.meter_id = meter.id
 WHERE meter.removed_on IS NULL AND account.closed_on IS NULL
   AND account.id IN (SELECT account_id FROM meter WHERE removed_on IS NULL
                       GROUP BY account_id HAVING count(*) <= 2)
   AND NOT EXISTS (SELECT 1 FROM submission
                    WHERE submission.account_id = account.id AND submission.period = :month)
 GROUP BY meter.id ORDER BY account.id, meter.kind
"""
SENT = "INSERT INTO submission (account_id, period, received_at, code) VALUES (?, ?, ?, ?)"
DOUBTED = """
INSERT INTO reading (submission_id, meter_id, period, value, taken_on, received_at, source, state,
                     findings) VALUES (?, ?, ?, ?, '2026-11-14', ?, 'resident', 'asked', ?)
"""
WHY = '[{"code": "above_usual", "usual": "3.000", "volume": "60.000"}]'

# Every key that a person presses, on whichever page: [all, those that are no digits] since last asked.
COUNT_KEYS = """
document.addEventListener("keydown", (event) => {
  const [all, others] = JSON.parse(sessionStorage.keys || "[0, 0]");
  sessionStorage.keys = JSON.stringify([all + 1, others + !/^[0-9]$/.test(event.key)]);
}, true);
"""
KEYS_SINCE = """() => {
  const keys = JSON.parse(sessionStorage.keys || "[0, 0]");
  sessionStorage.removeItem("keys");
  return keys;
}"""


@dataclass(frozen=True)
class Slip:
    """A paper slip: whose it is, and all the drums of each meter, as digits alone."""

    number: str
    drums: Sequence[str]


def slips_of(portal: Server, count: int) -> list[Slip]:
    """So many slips of two meters or one, with what their meters are likely to show."""
    drums: dict[str, list[str]] = {}
    for _, number, _, before, after, value in _unread(portal):
        shown = (value + USUAL) // 10 ** (6 - after)
        drums.setdefault(number, []).append(f"{shown:0{before + after}d}")
    found = [Slip(number, shown) for number, shown in drums.items()]
    assert len(found) >= count
    return found[:count]


def leave_doubts(portal: Server, count: int) -> None:
    """So many readings wait for somebody to decide, after those that wait already."""
    with closing(sqlite3.connect(_path(portal))) as database, database:
        (waiting,) = database.execute(
            "SELECT count(*) FROM reading WHERE state IN ('asked', 'held')"
        ).fetchone()
        for account, _, meter, _, _, value in _unread(portal)[: count - waiting]:
            at = "2026-11-14 20:00:00"
            sent = database.execute(SENT, (account, THIS_MONTH, at, f"{meter:012d}")).lastrowid
            database.execute(DOUBTED, (sent, meter, THIS_MONTH, value + ODD, at, WHY))


def _unread(portal: Server) -> list[tuple[int, str, int, int, int, int]]:
    with closing(sqlite3.connect(_path(portal))) as database:
        return database.execute(UNREAD, {"month": THIS_MONTH}).fetchall()


def _path(portal: Server) -> str:
    return str(portal.log.parent / "portal.db")
