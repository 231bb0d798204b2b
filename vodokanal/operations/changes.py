"""Whose month a change touches: every deed leaves a line in the journal, and that is looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import fn

from vodokanal.billing.periods import Period
from vodokanal.models.account_changes import AccountChange
from vodokanal.models.accounts import Account, AccountService, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.book_imports import BookImport
from vodokanal.models.database import database, is_sqlite
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.places import (
    House,
    MeterPossibility,
    Premises,
    PremisesNorm,
    PremisesQuantity,
)
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.recalculations import (
    Absence,
    AccessRefusal,
    Correction,
    Interruption,
    MeterCheck,
)
from vodokanal.models.settings import Setting
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import LegalTerm, VatRate

# What everybody's month is calculated from.
OF_ALL: tuple[type[Table], ...] = (
    Tariff,
    Norm,
    Multiplier,
    LegalTerm,
    VatRate,
    Setting,
    BookImport,
)
SLICE = 500


@dataclass(frozen=True)
class Changes:
    """Whose month may come out differently now: everybody's, or some accounts'."""

    of_all: bool
    accounts: frozenset[int]

    def __bool__(self) -> bool:
        return self.of_all or bool(self.accounts)


def newest_entry() -> int:
    """The journal as far as it is complete: what is under way is waited for; in a transaction."""
    if not is_sqlite():
        # Numbers are given out before COMMIT: a smaller one may appear later than a larger one.
        database.execute_sql("LOCK TABLE journal_entry IN SHARE MODE")
    return int(JournalEntry.select(fn.MAX(JournalEntry.id)).scalar() or 0)


def changes_since(mark: int, *, period: Period) -> Changes:
    """Whose month was touched by what the journal tells after an entry."""
    subjects = _subjects_since(mark)
    if any(table._meta.table_name in subjects for table in OF_ALL):
        return Changes(of_all=True, accounts=frozenset())
    found: set[int] = set()
    for table, accounts_of in _ways(period).items():
        for ids in _slices(subjects.get(table._meta.table_name, ())):
            found |= {account for (account,) in accounts_of(ids)}
    return Changes(of_all=False, accounts=frozenset(found))


def accounts_read_anew(mark: int, *, before: Period) -> frozenset[int]:
    """The accounts of which a reading of an earlier month was kept or decided after an entry."""
    subjects, found = _subjects_since(mark), set[int]()
    ways = _ways(before.previous)
    for table in (Reading, Submission, Meter, MeterCheck):
        for ids in _slices(subjects.get(table._meta.table_name, ())):
            found |= {account for (account,) in ways[table](ids)}
    return frozenset(found)


Ids = Iterable[int]


def _ways(period: Period) -> Mapping[type[Table], Callable[[Ids], Iterable[tuple[int]]]]:
    """How each table's rows lead to accounts; readings only up to the month."""
    own: tuple[Any, ...] = (
        AccountChange,
        AccountService,
        Occupancy,
        AccessRefusal,
        Absence,
        Correction,
        Meter,
    )
    of_premises: tuple[Any, ...] = (PremisesNorm, MeterPossibility, PremisesQuantity)
    return {
        Account: lambda ids: [(each,) for each in ids],
        **{table: _by_account(table) for table in own},
        **{table: _by_premises(table) for table in of_premises},
        Premises: lambda ids: _in_premises().where(Premises.id.in_(ids)),
        House: lambda ids: _in_premises().where(Premises.house.in_(ids)),
        MeterCheck: lambda ids: _of_meters(MeterCheck).where(MeterCheck.id.in_(ids)),
        Reading: lambda ids: _of_meters(Reading).where(
            Reading.id.in_(ids), Reading.period <= period
        ),
        Submission: lambda ids: (
            Submission.select(Submission.account)
            .where(Submission.id.in_(ids), Submission.period <= period)
            .tuples()
        ),
        Interruption: _interrupted,
    }


def _by_account(table: Any) -> Callable[[Ids], Any]:
    return lambda ids: (
        table.select(table.account).where(table.id.in_(ids), ~table.account.is_null()).tuples()
    )


def _by_premises(table: Any) -> Callable[[Ids], Any]:
    return lambda ids: _in_premises().join(table).where(table.id.in_(ids))


def _in_premises() -> Any:
    return Account.select(Account.id).join(Premises).tuples()


def _of_meters(table: Any) -> Any:
    return table.select(Meter.account).join(Meter).where(~Meter.account.is_null()).tuples()


def _interrupted(ids: Ids) -> Any:
    rows = list(Interruption.select().where(Interruption.id.in_(ids)))
    houses = [row.house_id for row in rows if row.house_id is not None]
    districts = [row.district_id for row in rows if row.district_id is not None]
    return _in_premises().join(House).where(House.id.in_(houses) | House.district.in_(districts))


def _subjects_since(mark: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    query = JournalEntry.select(JournalEntry.subject_table, JournalEntry.subject_id)
    for table, subject in query.where(JournalEntry.id > mark).tuples():
        found[table].add(subject or 0)
    return found


def _slices(ids: Iterable[int]) -> Iterable[list[int]]:
    every = sorted(ids)
    return [every[place : place + SLICE] for place in range(0, len(every), SLICE)]
