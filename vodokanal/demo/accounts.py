"""The rows of one account: its place, people, services, meters and readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, Source
from vodokanal.demo.calendar import Turn
from vodokanal.demo.courses import course_of
from vodokanal.demo.credentials import DAUGHTER, RESIDENTS
from vodokanal.demo.households import Household
from vodokanal.demo.meters import MeterPlan, date_in, meters_of
from vodokanal.demo.readings import MeterTale, Sending, cubic_metres_of, sendings_of, sent_readings
from vodokanal.demo.rows import Rows
from vodokanal.demo.stories import Trouble
from vodokanal.demo.streets import HouseKind, Supply
from vodokanal.models.accounts import (
    Account,
    AccountService,
    Charging,
    Holder,
    HolderKind,
    Occupancy,
    Service,
)
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.models.places import (
    MeterPossibility,
    Premises,
    PremisesNorm,
    PremisesQuantity,
    QuantityKind,
)
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.readings import CODE_ALPHABET, CODE_LENGTH

CATEGORY_IDS = {supply: number for number, supply in enumerate(Supply, start=1)}
# The clerk who writes down what comes by telephone: the first employee's row.
CLERK_ID = 1
OWNER_ACCOUNT_ID = 1
MONTHS_SINCE_SALE = 14


@dataclass(frozen=True)
class Surroundings:
    """What the accounts of a district have in common."""

    now: datetime
    turns: Sequence[Turn]
    hashes: Mapping[str, str]

    @property
    def this_month(self) -> Period:
        """The month that it is now."""
        return Period.of(self.now.date())


def add_account(
    rows: Rows, people: Household, *, house_id: int, around: Surroundings, rng: Random
) -> None:
    """Adds the account with everything that belongs to it; its row's id is its serial."""
    opened_on = date(rng.randint(2008, 2021), rng.randint(1, 12), rng.randint(1, 28))
    _add_premises(rows, people, house_id=house_id, opened_on=opened_on)
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
    resident_id = _add_resident(rows, people, around) if people.signs_in else None
    _add_meters(rows, people, around=around, resident_id=resident_id, rng=rng)


def _add_premises(rows: Rows, people: Household, *, house_id: int, opened_on: date) -> None:
    number = people.serial
    rows.append(
        Premises, id=number, house=house_id, flat=people.flat, kind=people.house.kind.premises
    )
    category = CATEGORY_IDS[people.house.supply]
    rows.append(PremisesNorm, premises=number, category=category, starts_on=opened_on)
    no_meter = people.story.trouble is Trouble.NO_METER_POSSIBLE
    if no_meter or people.house.kind is HouseKind.DORMITORY:
        for kind in (Kind.COLD, Kind.HOT) if people.house.supply.hot else (Kind.COLD,):
            rows.append(
                MeterPossibility,
                premises=number,
                kind=kind,
                possible=False,
                act_number=f"{number}-ТВ",
                act_on=opened_on + timedelta(days=30),
                starts_on=opened_on + timedelta(days=30),
            )
    quantities = (
        (QuantityKind.GARDEN, "огород", people.garden),
        (QuantityKind.LIVESTOCK, "куры", people.hens),
    )
    for kind, what, quantity in quantities:
        if quantity:
            names = {"premises": number, "kind": kind, "what": what}
            rows.append(PremisesQuantity, **names, quantity=quantity, starts_on=opened_on)


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


def _add_holders(
    rows: Rows, people: Household, *, opened_on: date, around: Surroundings
) -> None:
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


def _add_occupancy(
    rows: Rows, people: Household, *, opened_on: date, around: Surroundings
) -> None:
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


def _add_resident(rows: Rows, people: Household, around: Surroundings) -> int:
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


def _add_meters(
    rows: Rows,
    people: Household,
    *,
    around: Surroundings,
    resident_id: int | None,
    rng: Random,
) -> None:
    plans = meters_of(people, around.this_month, rng=rng)
    if not plans:
        return
    sendings = sendings_of(people, around.turns, now=around.now, rng=rng)
    days = [(sending.turn, sending.at.date()) for sending in sendings]
    tales = []
    for plan in plans:
        tale = _add_meter(rows, plan, None, people=people, days=days, rng=rng)
        tales.append(tale)
        if plan.follows:
            tales.append(
                _add_meter(rows, plan.follows, tale.id, people=people, days=days, rng=rng)
            )
    for sending, readings in sent_readings(people, tales, sendings):
        submission_id = rows.add(
            Submission,
            account=people.serial,
            period=sending.turn.period,
            received_at=sending.at,
            code="".join(rng.choices(CODE_ALPHABET, k=CODE_LENGTH)),
        )
        by_resident = sending.source is Source.RESIDENT
        who = {
            "submission": submission_id,
            "resident": resident_id if by_resident else None,
            "employee": None if by_resident else CLERK_ID,
        }
        for reading in readings:
            rows.append(Reading, **reading.row(sending.turn.period, sending), **who)


def _add_meter(
    rows: Rows,
    plan: MeterPlan,
    replaced_by: int | None,
    *,
    people: Household,
    days: Sequence[tuple[Turn, date]],
    rng: Random,
) -> MeterTale:
    course = course_of(plan, days, people=people, rng=rng)
    meter_id = rows.add(
        Meter,
        account=people.serial,
        **plan.row(),
        seal_number=f"{rng.randrange(10_000_000):07d}",
        initial_reading=cubic_metres_of(course.initial),
        final_reading=None if course.final is None else cubic_metres_of(course.final),
        replaced_by=replaced_by,
    )
    return MeterTale(meter_id, plan.facts(meter_id), course)
