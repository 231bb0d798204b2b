"""What the utility has decided, kept by each process until somebody decides anew.

Settings and days of intake are needed with every page and change a few times a year. Their token
comes along with the sign-in, so that a page asks for them only when it has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vodokanal.operations.settings import HouseSettings, get_house_settings
from vodokanal.operations.windows import Calendar, get_calendar

# Before any month that was ever prolonged.
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Configuration:
    """The settings and the days of intake, as they were under a token."""

    token: str
    house: HouseSettings
    calendar: Calendar


class _Kept:
    """The newest that this process has read."""

    configuration: Configuration | None = None


def get_configuration(token: str = "") -> Configuration:
    """The decisions under a token that was just read; two statements when it is a new one, or none."""
    kept = _Kept.configuration
    if kept is not None and kept.token == token and token:
        return kept
    # Read after the token, so at worst newer than it: the next page reads once more.
    found = Configuration(token, get_house_settings(), get_calendar(LONG_AGO))
    _Kept.configuration = found
    return found
