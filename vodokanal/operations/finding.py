"""Finding an account by whatever a caller says: number, address, surname, telephone, serial."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from itertools import zip_longest
from operator import and_
from typing import Any

from peewee import JOIN, Expression, Field, Select, Value

from vodokanal.billing.digits import without_spaces
from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.formats.search_text import folded, search_words
from vodokanal.formats.telephones import NATIONAL, telephone_key
from vodokanal.models.accounts import IS_ORGANISATION, Account, Holder
from vodokanal.models.database import database
from vodokanal.models.meters import Meter
from vodokanal.models.people import Resident
from vodokanal.models.places import House, Premises
from vodokanal.models.texts import begins, holds
from vodokanal.operations.addresses import places_meant

# Fewer characters are the beginning of too much.
SHORTEST_NUMBER, SHORTEST_SERIAL, SHORTEST_TELEPHONE, SHORTEST_NAME = 2, 3, 5, 2
LONGEST_TEXT = 100
MOST_HOUSES = 5000
# A serial is often said without the noughts before it.
LONGEST_PADDED_SERIAL = 12
_NAME = re.compile(r"[^\d]+")


class FoundBy(StrEnum):
    """What of an account was meant; the surest comes first."""

    NUMBER = "number"
    TELEPHONE = "telephone"
    SERIAL = "serial"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True)
class FoundAccount:
    """An account with its premises and house, and who holds it now."""

    account: Account
    holder: Holder | None
    found_by: FoundBy

    @property
    def name(self) -> str:
        """Who holds it, or an empty text."""
        return "" if self.holder is None else str(self.holder.name)

    @property
    def telephone(self) -> str:
        """The holder's telephone, or an empty text."""
        return "" if self.holder is None else str(self.holder.telephone)


@dataclass(frozen=True)
class Way:
    """One way in which a text may mean accounts; an index finds them by it."""

    found_by: FoundBy
    # The column that says which account it is, and what its row is like.
    key: Any
    fits: Expression
    order: Sequence[Field] = ()


def find_accounts(
    text: str, *, limit: int, today: date, kinds: Collection[FoundBy] = tuple(FoundBy)
) -> list[FoundAccount]:
    """The accounts that a text means, the surest first; three statements at most."""
    # As many houses as accounts are wanted: a house without any is rare.
    ways = ways_to_accounts(text, kinds=kinds, most_houses=limit)
    if not ways:
        return []
    first, *others = [_some(way, limit=limit) for way in ways]
    for other in others:
        first = first.union_all(other)
    found: dict[FoundBy, list[int]] = {each: [] for each in FoundBy}
    for account_id, found_by in first.bind(database).tuples().execute():
        found[FoundBy(found_by)].append(account_id)
    return _loaded(_fairly(found, limit), today=today)


def ways_to_accounts(
    text: str, *, kinds: Collection[FoundBy] = tuple(FoundBy), most_houses: int = MOST_HOUSES
) -> list[Way]:
    """How the text may mean accounts; one statement where it may be an address, else none."""
    text = text[:LONGEST_TEXT]
    return [
        way
        for kind in FoundBy
        if kind in kinds
        for way in _ways(kind, text, most_houses=most_houses)
    ]


def _ways(kind: FoundBy, text: str, *, most_houses: int) -> Iterator[Way]:
    if kind is FoundBy.NUMBER and (number := number_begins(text)) is not None:
        yield Way(kind, Account.id, number, [Account.number_key])
    if kind is FoundBy.TELEPHONE:
        # Two ways, each by an index of its own.
        for telephone in (telephone_begins(text), telephone_ends(text)):
            if telephone is not None:
                yield Way(kind, Holder.account, telephone)
    if kind is FoundBy.SERIAL and (serial := serial_begins(text)) is not None:
        yield Way(kind, Meter.account, serial & ~Meter.account.is_null())
    if kind is FoundBy.NAME:
        yield from (
            Way(kind, Holder.account, name, [Holder.search_text]) for name in names_fit(text)
        )
    if kind is FoundBy.ADDRESS and (places := places_meant(text, most=most_houses)):
        premises = Premises.select(Premises.id).where(places.fits())
        in_order = [House.sort_key, Premises.sort_key]
        yield Way(kind, Account.id, Account.premises.in_(premises), in_order)


def number_begins(text: str) -> Expression | None:
    """Whether an account's number begins so, however it is typed; None for what is no number."""
    try:
        key = account_key(text)
    except InvalidAccountNumberError:
        return None
    return begins(Account.number_key, key) if len(key) >= SHORTEST_NUMBER else None


def serial_begins(text: str) -> Expression | None:
    """Whether a meter's serial begins so, or is that number with noughts before it."""
    serial = without_spaces(text).lstrip("№")
    if len(serial) < SHORTEST_SERIAL or any(map(str.isspace, serial)):
        return None
    whole = {text.strip(), serial, serial.upper()}
    if serial.isascii() and serial.isdigit():
        whole |= {serial.zfill(length) for length in range(LONGEST_PADDED_SERIAL + 1)}
    return Meter.serial.in_(sorted(whole)) | begins(Meter.serial, serial)


def telephone_begins(text: str, column: Field = Holder.telephone_key) -> Expression | None:
    """Whether a telephone begins so, however it is typed."""
    if any(map(str.isalpha, text)):
        return None
    key = telephone_key(text)
    return begins(column, key) if len(key) >= SHORTEST_TELEPHONE else None


def telephone_ends(text: str) -> Expression | None:
    """Whether a holder's telephone ends so; None for a whole number, which is found by its beginning."""
    if any(map(str.isalpha, text)):
        return None
    key = telephone_key(text)
    is_part = SHORTEST_TELEPHONE <= len(key) < NATIONAL
    return begins(Holder.telephone_backwards, key[::-1]) if is_part else None


def names_fit(text: str) -> list[Expression]:
    """The ways in which a holder may be called so; each of them is found by an index.

    A person is called by the surname, said first or last, an organisation by any word.
    """
    surnames = _surnames_fit(text, Holder.search_text)
    words = search_words(text)
    titles = [holds(Holder.search_text, word) for word in words]
    return [*surnames, reduce(and_, titles, IS_ORGANISATION)] if surnames else []


def residents_fit(text: str) -> list[Expression]:
    """The ways in which a resident may be meant: name, login, telephone, e-mail."""
    text = text[:LONGEST_TEXT]
    ways = _surnames_fit(text, Resident.search_text)
    telephone = telephone_begins(text, Resident.telephone_key)
    login = folded(without_spaces(text))
    if len(login) >= SHORTEST_NUMBER:
        ways += [begins(Resident.login, login), begins(Resident.email, login)]
    return ways if telephone is None else [*ways, telephone]


def _surnames_fit(text: str, column: Any) -> list[Expression]:
    words = search_words(text)
    if any(len(word) < SHORTEST_NAME or not _NAME.fullmatch(word) for word in words):
        return []
    ways = []
    for word in words:
        others = (holds(column, f" {other}") for other in words if other != word)
        ways.append(reduce(and_, others, begins(column, word)))
    return ways


def _some(way: Way, *, limit: int) -> Any:
    how = Value(way.found_by.value).alias("found_by")
    query = way.key.model.select(way.key.alias("account"), how).where(way.fits)
    if way.found_by is FoundBy.ADDRESS:
        query = query.join(Premises).join(House)
    # SQLite takes no LIMIT in a part of a UNION, but in what the part selects from.
    part = query.order_by(*way.order).limit(limit).alias("part")
    return Select([part], [part.c.account, part.c.found_by])


def _fairly(found: dict[FoundBy, list[int]], limit: int) -> dict[int, FoundBy]:
    """As many as are wanted, something of each kind, the surest kind first."""
    chosen: dict[int, FoundBy] = {}
    for turn in zip_longest(*found.values()):
        for account_id, how in zip(turn, found, strict=True):
            if account_id is not None and len(chosen) < limit:
                chosen.setdefault(account_id, how)
    kinds = list(FoundBy)
    return dict(sorted(chosen.items(), key=lambda each: kinds.index(each[1])))


def _loaded(chosen: dict[int, FoundBy], *, today: date) -> list[FoundAccount]:
    if not chosen:
        return []
    holds = (Holder.starts_on <= today) & (Holder.ends_on.is_null() | (Holder.ends_on >= today))
    rows: Sequence[Any] = (
        Account.select(Account, Premises, House, Holder)
        .join(Premises)
        .join(House)
        .switch(Account)
        .join(Holder, JOIN.LEFT_OUTER, on=(Holder.account == Account.id) & holds, attr="held_by")
        .where(Account.id.in_(list(chosen)))
    )
    accounts = {row.id: row for row in rows}
    return [
        FoundAccount(accounts[key], getattr(accounts[key], "held_by", None), how)
        for key, how in chosen.items()
    ]
