"""Copies of all data as files: what they are called, what each says of itself, which are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

FORMAT = 1
SUFFIX = ".zip"
STAMP = "%Y-%m-%d-%H%M%S"
NAME = re.compile(r"portal-(\d{4}-\d{2}-\d{2}-\d{6})\.zip", re.ASCII)


class NotACopyError(Exception):
    """The file is no copy of a portal, or not as it was written; `why` says what does not hold."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: when and of what it was made, and what must be found in it.

    `schema` names the migrations that made its tables, `rows` how many rows each table has,
    `members` the SHA-256 of each file, `faults` what the check found when it was made.
    """

    made_at: str
    engine: str
    schema: tuple[str, ...]
    rows: Mapping[str, int]
    members: Mapping[str, str]
    faults: tuple[str, ...] = ()
    format: int = FORMAT

    def to_json(self) -> str:
        """The manifest as its file has it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def read_manifest(text: str) -> Manifest:
    """The manifest of a copy.

    Raises:
        NotACopyError: it is no manifest, or one of a later version.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        found |= {name: tuple(found[name]) for name in ("schema", "faults")}
        found |= {name: dict(found[name]) for name in ("rows", "members")}
        datetime.fromisoformat(found["made_at"])
        manifest = Manifest(**found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotACopyError("its list of contents cannot be read") from error
    if manifest.format != FORMAT:
        raise NotACopyError("it was written by a later version of the portal")
    return manifest


def copy_name(made_at: datetime) -> str:
    """What a copy made at that moment of the utility's clock is called; names sort by time."""
    return f"portal-{made_at:{STAMP}}{SUFFIX}"


def copy_moment(name: str) -> datetime | None:
    """When a copy of that name was made, by the utility's clock; None for any other file."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], STAMP)  # noqa: DTZ007 - a name has no zone
    except ValueError:
        return None


def kept_copies(names: Iterable[str], *, daily: int = 14, monthly: int = 12) -> set[str]:
    """The copies that stay: the newest of each of the last days, and of each of the last months.

    Of the last day all stay. Days and months without any copy are not counted. Files that are no
    copies are not among them.
    """
    made = {name: moment for name in names if (moment := copy_moment(name)) is not None}
    last_day = max((each.date() for each in made.values()), default=None)
    return (
        {name for name, moment in made.items() if moment.date() == last_day}
        | _newest_of_each(made, "%Y-%m-%d", most=daily)
        | _newest_of_each(made, "%Y-%m", most=monthly)
    )


def _newest_of_each(made: Mapping[str, datetime], span: str, *, most: int) -> set[str]:
    in_order: Callable[[str], datetime] = made.__getitem__
    newest = {made[name].strftime(span): name for name in sorted(made, key=in_order)}
    return {newest[each] for each in sorted(newest)[max(len(newest) - most, 0) :]}
