"""What stands on the page after a change of holder: the two sides, each with its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from vodokanal.billing.readings import ReadingState
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.holder_changes import HolderChange, HolderChangeMeter
from vodokanal.models.meters import Meter
from vodokanal.operations.carried_readings import carried_over
from vodokanal.web import numbers
from vodokanal.web.dates import day
from vodokanal.web.identity import signed_in
from vodokanal.web.wording import SOURCES, water

# Endpoint, permission, words: those that exist and that the employee may open are shown.
Door = tuple[str, str, str]


@dataclass(frozen=True)
class Side:
    """An account of the two: whose it is, since when or until when, and where to go on."""

    title: str
    number: str
    holder: str
    paper: str
    paper_words: str
    links: Sequence[tuple[str, str]]


def sides_of(change: HolderChange) -> list[Side]:
    """Whoever left and whoever came; of a change that was taken back, nobody."""
    if change.reversed_at is not None:
        return []
    old = Account.get_by_id(change.old_account_id)
    new = Account.get_by_id(change.new_account_id)
    place = {"number": old.number_key, "change": change.id}
    return [
        Side(
            _("Left: closed from %(day)s", day=day(change.on)),
            grouped(str(old.number)),
            _holder(old),
            url_for("holder_changes.old_paper", **place),
            _("Act for whoever left"),
            _links(old, old_doors()),
        ),
        Side(
            _("Came: charged from %(day)s", day=day(change.on)),
            grouped(str(new.number)),
            _holder(new),
            url_for("holder_changes.new_paper", **place),
            _("Act for whoever came"),
            _links(new, new_doors()),
        ),
    ]


def old_doors() -> list[Door]:
    """Where to go on with the account that was left."""
    return [
        ("todays_bill.account", "bills.print", _("Bill for today")),
        ("account_card.index", "accounts.read", _("Card of the account")),
    ]


def new_doors() -> list[Door]:
    """Where to go on with the new account."""
    return [
        ("residents.create_view", "residents.write", _("New resident")),
        ("accesses.create_view", "accesses.write", _("New access to an account")),
        ("account_card.index", "accounts.read", _("Card of the account")),
    ]


def _links(account: Account, doors: Sequence[Door]) -> list[tuple[str, str]]:
    person = signed_in()
    return [
        (_address(endpoint, account), words)
        for endpoint, permission, words in doors
        if endpoint in current_app.view_functions and person is not None and person.may(permission)
    ]


def _address(endpoint: str, account: Account) -> str:
    if endpoint.endswith(".create_view"):
        return url_for(endpoint, account=account.id)
    return url_for(endpoint, number=account.number_key)


def _holder(account: Account) -> str:
    query = Holder.select(Holder.name).where(Holder.account == account.id)
    name = query.order_by(Holder.starts_on.desc()).scalar()
    return str(name) if name else _("heirs unknown")


def meters_of(change: HolderChange) -> list[tuple[str, str, str]]:
    """Which meters went over, and what they showed."""
    rows = (
        HolderChangeMeter.select(HolderChangeMeter, Meter)
        .join(Meter, on=HolderChangeMeter.old_meter)
        .where(HolderChangeMeter.change == change.id)
        .order_by(Meter.kind, Meter.place, Meter.id)
    )
    found = []
    for row in rows:
        value = numbers.reading(row.value, meter=row.old_meter)
        words = _("%(value)s, shared by days", value=value) if row.is_estimated else value
        found.append((water(row.old_meter.kind), str(row.old_meter), words))
    return found


def carried_lines(change: HolderChange) -> list[tuple[str, str, str]]:
    """Which readings of the new holder's days went over, each with its meter."""
    if change.reversed_at is not None:
        return []
    return [
        (water(row.meter.kind), str(row.meter), _carried_words(row)) for row in carried_over(change)
    ]


def _carried_words(row: Any) -> str:
    words = _(
        "%(value)s on %(day)s, %(source)s",
        value=numbers.reading(row.value, meter=row.meter),
        day=day(row.taken_on),
        source=str(SOURCES[row.source]),
    )
    if row.state is not ReadingState.HELD:
        return words
    return ", ".join([words, _("waits for a decision")])
