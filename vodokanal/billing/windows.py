"""The days on which readings are taken for a month, by dated rules and extensions.

ПП 354 пп. 31, 33, 34: the contract names the days; without it, not later than the 25th. First and
last day both belong to the window, in the utility's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vodokanal.billing.errors import BillingError
from vodokanal.billing.periods import Period

LAST_POSSIBLE_DAY = 31


class NotADayOfTheMonthError(BillingError, ValueError):
    """A day of the month is a number from 1 to 31, not {day}."""

    def __init__(self, day: int) -> None:
        """Keep the number given."""
        super().__init__(day)
        self.day = day


class NoWindowRuleError(BillingError, LookupError):
    """No rule says on which days readings are taken for {period}."""

    def __init__(self, period: Period, district_id: int | None) -> None:
        """Keep the month and the district that no rule covers."""
        super().__init__(period, district_id)
        self.period = period
        self.district_id = district_id


@dataclass(frozen=True, slots=True)
class WindowRule:
    """From which to which day of the month readings are taken, both inclusive.

    A last day smaller than the first lies in the following month (25 to 3). The rule holds for
    every window whose first day lies from `starts_on` to `ends_on`, both inclusive; `ends_on` None
    is open, `district_id` None is every district.
    """

    from_day: int
    to_day: int
    starts_on: date
    ends_on: date | None = None
    district_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse a day that no month has, with `NotADayOfTheMonthError`."""
        for day in (self.from_day, self.to_day):
            if not 1 <= day <= LAST_POSSIBLE_DAY:
                raise NotADayOfTheMonthError(day)

    def first_day_in(self, period: Period) -> date:
        """Return the first day of the month's window; a missing 31st is the month's last day."""
        return _day_of(period, self.from_day)

    def last_day_in(self, period: Period) -> date:
        """Return the last day of the month's window, in the following month when it crosses."""
        ending = period.next if self.to_day < self.from_day else period
        return _day_of(ending, self.to_day)

    def covers(self, period: Period) -> bool:
        """Say whether the rule is in force on the first day of that month's window."""
        first_day = self.first_day_in(period)
        return self.starts_on <= first_day and (self.ends_on is None or first_day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class WindowExtension:
    """One month's last day moved later by the chief, with a sentence shown to all it concerns."""

    period: Period
    ends_on: date
    sentence: str
    district_id: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which readings are taken for a month; the sentence says why they are longer."""

    period: Period
    first_day: date
    last_day: date
    sentence: str | None = None

    def is_open_on(self, day: date) -> bool:
        """Say whether a reading that arrives on that day counts for the month."""
        return self.first_day <= day <= self.last_day


def window_of(
    period: Period,
    rules: Iterable[WindowRule],
    *,
    extensions: Iterable[WindowExtension],
    district_id: int | None,
) -> Window:
    """Return the window of that month for a district (None: where no district is known).

    A district's own rule goes before the rule for all, a later rule before an earlier one, a
    district's own extension before the one for all. Raises `NoWindowRuleError`.
    """
    ours = [rule for rule in rules if _concerns(rule, district_id) and rule.covers(period)]
    if not ours:
        raise NoWindowRuleError(period, district_id)
    rule = max(ours, key=lambda rule: (rule.district_id is not None, rule.starts_on, rule.to_day))
    window = Window(period, rule.first_day_in(period), rule.last_day_in(period))
    return _extended(window, [each for each in extensions if _concerns(each, district_id)])


def open_window(
    today: date,
    rules: Sequence[WindowRule],
    *,
    extensions: Sequence[WindowExtension],
    district_id: int | None,
) -> Window | None:
    """Return the window that is open today, or None; of two open ones, the earlier month's.

    The earlier one is the one that was promised to be open still. Raises `NoWindowRuleError` when
    no rule covers today's month and no earlier window is open.
    """
    current = Period.of(today)
    earlier = {each.period for each in extensions if each.period < current}
    # A window that crosses the month's end belongs to the month before.
    for period in sorted(earlier | {current.previous}):
        window = _find_window(period, rules, extensions=extensions, district_id=district_id)
        if window is not None and window.is_open_on(today):
            return window
    window = window_of(current, rules, extensions=extensions, district_id=district_id)
    return window if window.is_open_on(today) else None


def next_window(
    today: date,
    rules: Sequence[WindowRule],
    *,
    extensions: Sequence[WindowExtension],
    district_id: int | None,
) -> Window:
    """Return the first window that opens after today, be one open today or not.

    Raises `NoWindowRuleError` when no rule covers it.
    """
    current = Period.of(today)
    window = _find_window(current, rules, extensions=extensions, district_id=district_id)
    if window is not None and window.first_day > today:
        return window
    return window_of(current.next, rules, extensions=extensions, district_id=district_id)


def _find_window(
    period: Period,
    rules: Sequence[WindowRule],
    *,
    extensions: Sequence[WindowExtension],
    district_id: int | None,
) -> Window | None:
    """Return the window of that month, or None where no rule covers it."""
    try:
        return window_of(period, rules, extensions=extensions, district_id=district_id)
    except NoWindowRuleError:
        return None


def _extended(window: Window, extensions: list[WindowExtension]) -> Window:
    """Return the window with its last day moved; an extension never makes it shorter."""
    ours = [each for each in extensions if each.period == window.period]
    if not ours:
        return window
    chosen = max(ours, key=lambda each: (each.district_id is not None, each.ends_on, each.sentence))
    if chosen.ends_on <= window.last_day:
        return window
    return Window(window.period, window.first_day, chosen.ends_on, chosen.sentence)


def _concerns(dated: WindowRule | WindowExtension, district_id: int | None) -> bool:
    """Say whether a rule or an extension is for that district: its own, or for all."""
    return dated.district_id is None or dated.district_id == district_id


def _day_of(period: Period, day: int) -> date:
    """Return that day of the month, or the month's last day where it has fewer."""
    return date(period.year, period.month, min(day, period.days))
