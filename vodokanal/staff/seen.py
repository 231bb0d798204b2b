"""What an employee saw before changing it, so that two at one row do not undo each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vodokanal.operations.journal import as_text

Values = Mapping[str, Any]


class _Stale:
    """Equal to no value of a column."""


# Stands for a value that is no longer what was seen, or that nobody says was seen.
STALE = _Stale()


def written(values: Values) -> str:
    """The values as a form carries them."""
    return as_text({name: _exact(value) for name, value in values.items()})


def edited(values: Values, carried: str | None) -> dict[str, Any]:
    """The values that differ from what the form carried: what the employee has changed."""
    saw = carried_values(carried)
    now = carried_values(written(values))
    return {n: v for n, v in values.items() if n not in saw or saw[n] != now[n]}


def seen_of(values: Values, carried: str | None) -> dict[str, Any]:
    """What the employee saw, as the operation compares it; what has changed since is stale."""
    saw = carried_values(carried)
    now = carried_values(written(values))
    return {n: v if n in saw and saw[n] == now[n] else STALE for n, v in values.items()}


def carried_json(text: str | None) -> Any:
    """What a hidden field carries; None when its sender has left nothing readable in it."""
    try:
        return json.loads(text or "null")
    # A megabyte of brackets is deeper than any parser goes.
    except (ValueError, RecursionError):
        return None


def carried_values(text: str | None) -> dict[str, Any]:
    """The values by column that a hidden field carries; none when it cannot be read."""
    found = carried_json(text)
    return found if isinstance(found, dict) else {}


def _exact(value: Any) -> Any:
    # 1.5 typed and 1.500 kept are the same volume.
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
