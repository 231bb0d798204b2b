"""Who has not sent yet: open accounts with a working meter that was not read in a month.

A district is walked house by house along an index, so that a page costs the same in a town of any
size; only the counting of all districts looks at every meter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, Expression, Tuple, fn

from vodokanal.billing.months import months_silent
from vodokanal.billing.periods import Period
from vodokanal.formats.search_text import search_words
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.meters import Meter
from vodokanal.models.places import District, House, Premises
from vodokanal.models.readings import COUNTS, Reading
from vodokanal.models.texts import holds
from vodokanal.operations.addresses import PADDED
from vodokanal.operations.meters import IN_ORDER

# Later than any day that a table takes.
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Silence:
    """What is asked: about which month, on which day, in which district, on which street."""

    period: Period
    today: date
    district_id: int
    street: str = ""

    @property
    def day(self) -> date:
        """The day on which a meter had to be there: no later than today."""
        return min(self.period.last_day, self.today)


@dataclass(frozen=True)
class SilentMeter:
    """A meter without a reading, and for how many months in a row."""

    meter: Meter
    months: int


@dataclass(frozen=True)
class SilentAccount:
    """An account with its places, its holder, and its meters that were not read."""

    account: Account
    holder: Holder | None
    meters: Sequence[SilentMeter]

    @property
    def months(self) -> int:
        """For how many months in a row one of them was not read."""
        return max(each.months for each in self.meters)


@dataclass(frozen=True)
class DistrictSilence:
    """A district, and how many of its accounts have not sent."""

    id: int
    name: str
    accounts: int


def silent_by_district(period: Period, today: date) -> list[DistrictSilence]:
    """Every district with its number of silent accounts, by name; one statement."""
    silence = Silence(period, today, district_id=0)
    meters = Meter.select(Meter.account.alias("id")).where(is_silent(silence)).distinct()
    silent = (
        Account.select(House.district.alias("district"), fn.COUNT(Account.id).alias("n"))
        .join(meters, on=meters.c.id == Account.id)
        .switch(Account)
        .join(Premises)
        .join(House)
        .where(_is_open(silence))
        .group_by(House.district)
    )
    rows = (
        District.select(District.id, District.name, fn.COALESCE(silent.c.n, 0))
        .join(silent, JOIN.LEFT_OUTER, on=silent.c.district == District.id)
        .order_by(District.name, District.id)
        .tuples()
    )
    return [DistrictSilence(*row) for row in rows]


def silent_accounts(
    silence: Silence, *, after: int | None = None, limit: int
) -> list[SilentAccount]:
    """Silent accounts of a district house by house, those that follow one; four statements."""
    meters = Meter.select(Meter.id).where(Meter.account == Account.id, is_silent(silence))
    query = (
        Account.select(Account.id)
        .join(Premises)
        .join(House)
        .where(House.district == silence.district_id, _is_open(silence))
        # PostgreSQL would make a join of all meters of it; so each account is asked in its turn.
        .where(fn.EXISTS(meters.offset(0)))
        .order_by(House.sort_key, House.id, Premises.sort_key, Account.id)
        .limit(limit)
    )
    for word in search_words(silence.street):
        query = query.where(holds(PADDED, f" {word}"))
    if after is not None:
        query = query.where(_follows(after))
    ids = [account_id for (account_id,) in query.tuples()]
    return _loaded(ids, silence) if ids else []


def is_silent(silence: Silence) -> Expression:
    """Whether a meter works, is charged by and has no counting reading for the month."""
    read = Reading.select(Reading.id).where(
        Reading.meter == Meter.id, Reading.period == silence.period, COUNTS
    )
    return _is_expected(silence) & ~fn.EXISTS(read)


def expected_accounts(period: Period, today: date) -> int:
    """How many open accounts have a working meter to be read in a month; one statement."""
    silence = Silence(period, today, district_id=0)
    meters = Meter.select(Meter.account).where(_is_expected(silence))
    return int(Account.select().where(_is_open(silence), Account.id.in_(meters)).count())


def _is_expected(silence: Silence) -> Expression:
    # Nobody can read a meter any more that is gone, whatever the month.
    is_there: Expression = _or_never(Meter.removed_on) == NEVER
    works = is_there & (_or_never(Meter.failed_on) > silence.day)
    return works & (_or_never(Meter.commissioned_on) <= silence.day)


def _is_open(silence: Silence) -> Expression:
    opened: Expression = _or_never(Account.opened_on) <= silence.day
    return opened & (_or_never(Account.closed_on) > silence.today)


def _or_never(day: Any) -> Any:
    # As no index knows it: nearly every meter works and nearly every account is open, so that an
    # index of these days would lead through the whole town.
    return fn.COALESCE(day, NEVER)


def _follows(account_id: int) -> Expression:
    """Whether an account comes after that one as a street is walked."""
    here: Any = (
        Account.select(House.sort_key, House.id, Premises.sort_key)
        .join(Premises)
        .join(House)
        .where(Account.id == account_id)
        .tuples()
        .first()
    )
    if here is None:
        return Account.id > account_id
    street, house_id, flat = here
    further: Expression = Tuple(House.sort_key, House.id) >= Tuple(street, house_id)
    is_next = Tuple(Premises.sort_key, Account.id) > Tuple(flat, account_id)
    return further & ((House.id != house_id) | is_next)


def _loaded(ids: Sequence[int], silence: Silence) -> list[SilentAccount]:
    held = (Holder.starts_on <= silence.today) & (
        Holder.ends_on.is_null() | (Holder.ends_on >= silence.today)
    )
    accounts: Any = (
        Account.select(Account, Premises, House, Holder)
        .join(Premises)
        .join(House)
        .switch(Account)
        .join(Holder, JOIN.LEFT_OUTER, on=(Holder.account == Account.id) & held, attr="held_by")
        .where(Account.id.in_(ids))
    )
    rows = {row.id: row for row in accounts}
    meters = _silent_meters(ids, silence)
    return [
        SilentAccount(rows[each], getattr(rows[each], "held_by", None), meters[each])
        for each in ids
        if each in meters
    ]


def _silent_meters(ids: Sequence[int], silence: Silence) -> dict[int, list[SilentMeter]]:
    last = Reading.select(fn.MAX(Reading.period)).where(
        Reading.meter == Meter.id, Reading.period < silence.period, COUNTS
    )
    query = (
        Meter.select(Meter, last.alias("last"))
        .where(Meter.account.in_(ids), is_silent(silence))
        .order_by(*IN_ORDER)
    )
    found: dict[int, list[SilentMeter]] = {}
    for meter in query:
        months = months_silent(_last_known(meter), silence.period)
        found.setdefault(meter.account_id, []).append(SilentMeter(meter, max(months, 1)))
    return found


def _last_known(meter: Any) -> Period:
    """The month of the last reading; of a meter that was never read, the month before it began."""
    if meter.last is not None:
        return Period.from_int(int(meter.last))
    return Period.of(meter.commissioned_on).previous
