"""The rows of the demo town on a Sunday in the middle of the window, made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.clock import moment
from vodokanal.demo.households import NUMBERS
from vodokanal.demo.stories import BY_PLACE, STORIES, Story
from vodokanal.demo.town import Town
from vodokanal.formats.account_numbers import new_account_number
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading
from vodokanal.operations.roles import STARTING_ROLES

Rows = Mapping[type[Table], list[dict[str, Any]]]
NOW = moment("2026-11-15T12:00")
ROLE_IDS = {code: number for number, code in enumerate(STARTING_ROLES, start=1)}


def rows_at(now: datetime, *, accounts: int = 300, months: int = 24) -> Rows:
    """Every row of the town by table."""
    found: dict[type[Table], list[dict[str, Any]]] = defaultdict(list)
    for batch in Town(now, {"office": "a hash"}, ROLE_IDS, accounts=accounts, months=months):
        for table, rows in batch.items():
            found[table] += [dict(row) for row in rows]
    return found


@pytest.fixture(scope="session")
def town() -> Rows:
    """The town on the 15th of November 2026, noon."""
    return rows_at(NOW)


def number_of(story: Story) -> str:
    """The account of a story."""
    return new_account_number(BY_PLACE[story.place], NUMBERS)


def one_story(**wanted: object) -> Story:
    """The story with these traits."""
    (found,) = [
        story
        for story in STORIES
        if all(getattr(story, name) == value for name, value in wanted.items())
    ]
    return found


def meters_of(town: Rows, story: Story) -> list[dict[str, Any]]:
    """The meters of a story's account, cold first."""
    (account,) = [row["id"] for row in town[Account] if row["number"] == number_of(story)]
    found = [row for row in town[Meter] if row.get("account") == account]
    return sorted(found, key=lambda row: (row["kind"], row["installed_on"]))


def readings_of(town: Rows, meter: dict[str, Any]) -> list[dict[str, Any]]:
    """What was sent of a meter, in the order in which it came."""
    found = [row for row in town[Reading] if row["meter"] == meter["id"]]
    return sorted(found, key=lambda row: row["received_at"])
