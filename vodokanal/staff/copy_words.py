"""The newest copy of all data on the start page: when it was proven, red when it is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from vodokanal.models.copies import DataCopy
from vodokanal.operations.copies import is_too_old, newest_copy, newest_proven_copy
from vodokanal.web import numbers
from vodokanal.web.clock import now, real_now
from vodokanal.web.configuration import settings
from vodokanal.web.dates import day

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class CopyShown:
    """A label with its kind, a remark beside it, and what went wrong with the newest one."""

    kind: str
    words: str
    remark: str
    trouble: str


def copy_shown() -> CopyShown:
    """How the last proven copy stands; two statements."""
    proven, newest = newest_proven_copy(), newest_copy()
    kind = "bad" if is_too_old(proven, real_now()) else "ok"
    if proven is None:
        return CopyShown(kind, _("none yet"), "", _trouble(newest))
    remark = _("proven, %(size)s MB", size=numbers.count(max(proven.size // MEBIBYTE, 1)))
    return CopyShown(kind, _when(proven), remark, _trouble(newest))


def _when(copy: Any) -> str:
    chosen = settings()
    moved = timedelta(0) if chosen.now is None else now() - real_now()
    # A copy keeps the real moment; the page tells every time by the portal's clock.
    made_at = (copy.made_at + moved).astimezone(chosen.zone)
    is_today = made_at.date() == (real_now() + moved).astimezone(chosen.zone).date()
    when = _("today") if is_today else day(made_at.date())
    return _("%(day)s at %(time)s", day=when, time=f"{made_at:%H:%M}")


def _trouble(newest: DataCopy | None) -> str:
    if newest is None:
        return ""
    if newest.faults:
        return _(
            "In the newest copy %(count)s faults were found: see the server's log.",
            count=newest.faults,
        )
    if newest.second_refusal:
        return _("The second folder has no copy: %(why)s", why=newest.second_refusal)
    return ""
