"""An account opened for premises: its holder, services, residents and meters in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account, AccountService, Holder, HolderKind, Occupancy
from vodokanal.models.database import lock
from vodokanal.models.meters import Meter
from vodokanal.models.places import Premises, PremisesNorm
from vodokanal.operations.account_changes import (
    Steps,
    claimed,
    holding_on,
    keep_change,
    refuse_far_day,
    refuse_issued,
)
from vodokanal.operations.accounts import get_account
from vodokanal.operations.actors import Actor
from vodokanal.operations.change_refusals import (
    BadNumberError,
    NoServicesError,
    NumberTakenError,
    SameSerialError,
)
from vodokanal.operations.new_meters import NewMeter, new_meter
from vodokanal.operations.transactions import writes


@dataclass(frozen=True)
class NewHolder:
    """Who owes for the account."""

    name: str
    kind: HolderKind = HolderKind.PERSON
    inn: str = ""
    kpp: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Opening:
    """An account of premises from a day on, with everything that its month is charged from.

    `category` is the norm category of the premises, where none is known of them yet.
    """

    premises_id: int
    number: str
    on: date
    holder: NewHolder
    services: Mapping[Service, Charging | None]
    registered: int = 0
    owners: int = 1
    meters: Sequence[NewMeter] = field(default_factory=tuple)
    group: CustomerGroup = CustomerGroup.POPULATION
    category: int | None = None
    paper: str = ""


@writes
def open_account(actor: Actor, opening: Opening, *, key: str, today: date, at: datetime) -> Account:
    """Opens an account with its holder, services, residents and meters; sent again: the same.

    Raises:
        ChangeRefusedError: the number, the day or a meter cannot be right; see its subclasses.
        AccountNotFoundError: sent again after it was taken back.
        RowRefusedError: a constraint of a table does not allow it.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claimed(actor, opening, key=key, at=at)
    if claim.answer is not None:
        return get_account(opening.number)
    refuse_far_day(opening.on, today)
    refuse_issued(opening.on, today)
    _refuse_number(opening.number)
    steps = Steps(actor, at)
    account = steps.add(
        Account(
            number=opening.number,
            premises=opening.premises_id,
            group=opening.group,
            opened_on=opening.on,
        )
    )
    _fill(steps, account, opening=opening)
    what = (ChangeKind.OPENED, opening.on, opening.paper, None)
    keep_change(steps, claim, account=account, what=what, today=today)
    return account


def needs_category(premises_id: int, day: date) -> bool:
    """Whether nobody has said what amenities the premises have on that day."""
    return holding_on(PremisesNorm(premises=premises_id, starts_on=day)) is None


def accounts_at(premises_id: int, day: date) -> list[Account]:
    """The accounts of premises that are open on that day, by number."""
    query = Account.select().where(
        Account.premises == premises_id,
        Account.closed_on.is_null() | (Account.closed_on > day),
    )
    return list(query.order_by(Account.number_key))


def _fill(steps: Steps, account: Account, *, opening: Opening) -> None:
    on = opening.on
    steps.add(Holder(account=account, starts_on=on, **vars(opening.holder)))
    supplied = [(each, who) for each, who in opening.services.items() if who is not None]
    if not supplied:
        raise NoServicesError
    for service, charging in supplied:
        steps.add(AccountService(account=account, service=service, charging=charging, starts_on=on))
    steps.add(
        Occupancy(
            account=account,
            registered=opening.registered,
            owners=opening.owners,
            starts_on=on,
        )
    )
    for meter in _meters(account, opening):
        steps.add(meter)
    if opening.category is not None:
        # Two accounts of one flat may be opened at once.
        lock(Premises, opening.premises_id)
        if needs_category(opening.premises_id, on):
            steps.succeed(
                PremisesNorm(premises=opening.premises_id, category=opening.category, starts_on=on)
            )


def _meters(account: Account, opening: Opening) -> list[Meter]:
    serials = [each.serial for each in opening.meters]
    for serial in serials:
        if serials.count(serial) > 1:
            raise SameSerialError(serial)
    return [new_meter(each, account, on=opening.on) for each in opening.meters]


def _refuse_number(number: str) -> None:
    try:
        key = account_key(number)
    except InvalidAccountNumberError:
        raise BadNumberError from None
    if Account.select().where(Account.number_key == key).exists():
        raise NumberTakenError
