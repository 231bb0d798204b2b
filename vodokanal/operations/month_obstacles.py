"""What stands in a month's way, as codes and values: kept with its job, worded elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vodokanal.billing.rates import NoRateError
from vodokanal.operations.months import (
    AlreadyRunningError,
    ChangedSinceError,
    EarlierMonthOpenError,
    FutureMonthError,
    IssuedAlreadyError,
    MonthRefusedError,
    NotCalculatedError,
    ReadingsLeftError,
    WindowOpenError,
)

# Why a job came to nothing without a rule having refused it.
FAILED, GIVEN_UP = "failed", "given_up"


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way: days as ISO text, months as 2026-11."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The values as JSON."""
        return json.dumps(self.values, ensure_ascii=False)


CODES: Mapping[type[Exception], tuple[str, Callable[[Any], Mapping[str, Any]]]] = {
    NoRateError: (
        "no_rate",
        lambda error: {
            "table": error.table,
            "key": parts_of(error.key),
            "day": error.day.isoformat(),
        },
    ),
    WindowOpenError: ("window_open", lambda error: {"last_day": error.last_day.isoformat()}),
    ReadingsLeftError: (
        "readings_left",
        lambda error: {"asked": error.asked, "held": error.held},
    ),
    ChangedSinceError: ("changed", lambda error: {"accounts": error.accounts}),
    EarlierMonthOpenError: ("earlier_open", lambda error: {"period": str(error.period)}),
    IssuedAlreadyError: ("issued", lambda _error: {}),
    FutureMonthError: ("future", lambda _error: {}),
    NotCalculatedError: ("not_calculated", lambda _error: {}),
    AlreadyRunningError: ("running", lambda _error: {}),
}
REFUSALS = (MonthRefusedError, NoRateError)


def obstacle_of(error: Exception) -> Obstacle:
    """A refusal as a code and its values."""
    code, values_of = CODES[type(error)]
    return Obstacle(code, values_of(error))


def kept_obstacle(code: str, text: str) -> Obstacle:
    """An obstacle as it was kept."""
    return Obstacle(code, json.loads(text))


def parts_of(key: object) -> list[str]:
    """What a missing rate is for, part by part: service, group, zone."""
    parts = key if isinstance(key, tuple) else (key,)
    return [str(each) for each in parts if each is not None]
