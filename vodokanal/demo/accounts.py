"""The rows of one account: its services, who owes, who lives there, who may open it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from vodokanal.billing.services import Charging, Service
from vodokanal.demo.calendar import Surroundings
from vodokanal.demo.credentials import DAUGHTER, RESIDENTS
from vodokanal.demo.deliveries import add_meters
from vodokanal.demo.households import Household
from vodokanal.demo.meters import date_in
from vodokanal.demo.premises import add_premises
from vodokanal.demo.rows import Rows
from vodokanal.models.accounts import Account, AccountService, Holder, HolderKind, Occupancy
from vodokanal.models.people import AccountAccess, Relation, Resident

# The first story, and an account's row has its serial for an id.
OWNER_ACCOUNT_ID = 1
MONTHS_SINCE_SALE = 14


def add_account(
    rows: Rows, people: Household, *, house_id: int, around: Surroundings, rng: Random
) -> None:
    """Adds the account with everything that belongs to it; its row's id is its serial."""
    opened_on = date(rng.randint(2008, 2021), rng.randint(1, 12), rng.randint(1, 28))
    add_premises(rows, people, house_id=house_id, opened_on=opened_on)
    closed_back = people.story.closed_months_back
    closed_on = None
    if closed_back is not None:
        closed_on = date_in(around.this_month.plus(-closed_back), 25)
    rows.append(
        Account,
        id=people.serial,
        number=people.number,
        premises=people.serial,
        group=people.house.kind.group,
        contract_number=f"{people.serial}-В",
        contract_on=opened_on,
        opened_on=opened_on,
        closed_on=closed_on,
    )
    _add_services(rows, people, opened_on=opened_on, closed_on=closed_on)
    _add_holders(rows, people, opened_on=opened_on, around=around)
    resident_id = _add_resident(rows, people, around=around) if people.signs_in else None
    add_meters(rows, people, around=around, resident_id=resident_id, rng=rng)


def _add_services(
    rows: Rows, people: Household, *, opened_on: date, closed_on: date | None
) -> None:
    supply = people.house.supply
    services = [(Service.COLD, Charging.CHARGED)]
    if supply.hot:
        services.append((Service.HOT, supply.hot))
    if supply.has_sewage:
        services.append((Service.SEWAGE, Charging.CHARGED))
    for service, charging in services:
        rows.append(
            AccountService,
            account=people.serial,
            service=service,
            charging=charging,
            starts_on=opened_on,
            ends_on=closed_on,
        )


def _add_holders(rows: Rows, people: Household, *, opened_on: date, around: Surroundings) -> None:
    starts_on = opened_on
    if people.story.former_holder:
        starts_on = date_in(around.this_month.plus(-MONTHS_SINCE_SALE), 1)
        rows.append(
            Holder,
            account=people.serial,
            name=people.story.former_holder,
            starts_on=opened_on,
            ends_on=starts_on - timedelta(days=1),
        )
    firm = people.organisation
    rows.append(
        Holder,
        account=people.serial,
        kind=HolderKind.ORGANISATION if firm else HolderKind.PERSON,
        name=people.name,
        inn=firm.inn if firm else "",
        kpp=firm.kpp if firm else "",
        telephone=people.telephone,
        starts_on=starts_on,
    )
    _add_occupancy(rows, people, opened_on=opened_on, around=around)


def _add_occupancy(rows: Rows, people: Household, *, opened_on: date, around: Surroundings) -> None:
    owners = 0 if people.organisation else 1
    numbers = {"account": people.serial, "owners": owners}
    born_back = people.story.born_months_back
    if born_back is None:
        rows.append(Occupancy, **numbers, registered=people.registered, starts_on=opened_on)
        return
    born_on = date_in(around.this_month.plus(-born_back), 9)
    before = {"registered": people.registered - 1, "starts_on": opened_on}
    rows.append(Occupancy, **numbers, **before, ends_on=born_on - timedelta(days=1))
    rows.append(Occupancy, **numbers, registered=people.registered, starts_on=born_on)


def _add_resident(rows: Rows, people: Household, *, around: Surroundings) -> int:
    # The cabinet is older than the town's history, so nobody sent a reading before having it.
    created_at = around.now - timedelta(days=3 * 365)
    has_email = people.number in RESIDENTS
    resident_id = rows.add(
        Resident,
        login=people.number,
        name=people.name,
        telephone=people.telephone,
        email=f"{people.number}@mail.example" if has_email else None,
        email_confirmed_at=created_at if has_email else None,
        password_hash=around.hashes.get(people.number, ""),
        created_at=created_at,
    )
    accesses = [(people.serial, Relation.OWNER)]
    if people.number == DAUGHTER:
        accesses.append((OWNER_ACCOUNT_ID, Relation.TRUSTED))
    for account_id, relation in accesses:
        rows.append(
            AccountAccess,
            resident=resident_id,
            account=account_id,
            relation=relation,
            granted_at=created_at,
        )
    return resident_id
