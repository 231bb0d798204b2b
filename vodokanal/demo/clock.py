"""When the demo's clock starts: inside a reading window, and never before what was already done."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from vodokanal.operations.towns import newest_moment
from vodokanal.operations.windows import get_calendar

DAY, HOUR = 15, 12


def demo_start(real_now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment from which the demo's clock runs on, or None where it follows the real one."""
    today = real_now.astimezone(zone).date()
    newest = newest_moment()
    is_open = get_calendar(today).open_on(today, district_id=None) is not None
    # Time may not run back over what is already recorded, even where the window is open.
    if is_open and (newest is None or newest <= real_now):
        return None
    start = datetime.combine(date(today.year, today.month, DAY), time(HOUR), tzinfo=zone)
    return start if newest is None else max(start, newest.astimezone(zone))
