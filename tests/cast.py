"""The people of the tests: Anna owns 12-34, Boris shares it, Daria is trusted, Vera is a stranger.

Galina sits in the office, Dmitry charges, Olga is the chief, Kirill dispatches, Rita only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.factories import (
    make_access,
    make_account,
    make_account_service,
    make_district,
    make_employee,
    make_holder,
    make_house,
    make_meter,
    make_premises,
    make_resident,
    make_submission,
)
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.services import Service
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Relation, Resident
from vodokanal.models.places import District
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import Actor, ActorKind

ACCOUNT = "12-34"
FIRST, LAST = Period(2025, 11), Period(2026, 10)
COLD_VOLUMES = ("3.1", "2.9", "3.4", "3.0", "2.8", "3.3", "3.2", "3.6", "3.5", "3.1", "2.9", "3.2")
HOT_VOLUMES = ("2.1", "1.9", "2.2", "2.0", "1.8", "2.1", "1.9", "1.6", "1.7", "2.0", "2.2", "2.1")
COLD_START, HOT_START = Decimal(120), Decimal(80)
# What the meters showed in October 2026, and what nobody would be surprised by in November.
COLD_LAST, HOT_LAST = cubic_metres("158.000"), cubic_metres("103.600")
COLD_NEXT, HOT_NEXT = "161,2", "105,7"


@dataclass
class Cast:
    """Who there is, what they own and who works for the utility."""

    district: District
    account: Account
    cold: Meter
    hot: Meter
    vera_account: Account
    vera_meter: Meter
    anna: Resident
    boris: Resident
    daria: Resident
    vera: Resident
    galina: Employee
    dmitry: Employee
    olga: Employee
    kirill: Employee
    rita: Employee


def actor_of(person: Resident | Employee) -> Actor:
    """The person as operations know them."""
    kind = ActorKind.RESIDENT if isinstance(person, Resident) else ActorKind.EMPLOYEE
    return Actor(kind, person.id, str(person.name))


def make_cast() -> Cast:
    """Everybody, with a year of readings for Anna's two meters and none for Vera's."""
    district = make_district(name="Центральный", telephone="+7 495 000-00-01")
    house = make_house(district=district, street="ул. Речная", number="5")
    account = make_account(number=ACCOUNT, premises=make_premises(house=house, flat="12"))
    vera_account = make_account(number="56-78", premises=make_premises(house=house, flat="13"))
    make_holder(account=account, name="Иванова Анна Петровна")
    make_holder(account=vera_account, name="Соколова Вера Ильинична")
    for service in Service:
        make_account_service(account=account, service=service)
    cold = make_meter(
        account=account,
        serial="00012345",
        initial_reading=COLD_START,
        installed_on=date(2025, 10, 1),
    )
    hot = make_meter(
        account=account,
        kind=Kind.HOT,
        serial="00054321",
        place="ванная",
        initial_reading=HOT_START,
        installed_on=date(2025, 10, 1),
    )
    _make_history(account, cold, hot)
    return Cast(
        district=district,
        account=account,
        cold=cold,
        hot=hot,
        vera_account=vera_account,
        vera_meter=make_meter(account=vera_account, serial="00099999"),
        anna=_resident("anna", "Иванова Анна Петровна", account, Relation.OWNER),
        boris=_resident("boris", "Иванов Борис Сергеевич", account, Relation.REGISTERED),
        daria=_resident("daria", "Петрова Дарья Сергеевна", account, Relation.TRUSTED),
        vera=_resident("vera", "Соколова Вера Ильинична", vera_account, Relation.OWNER),
        galina=make_employee("office", login="galina", name="Галина Орлова"),
        dmitry=make_employee("billing", login="dmitry", name="Дмитрий Лебедев"),
        olga=make_employee("chief", login="olga", name="Ольга Ветрова"),
        kirill=make_employee("dispatcher", login="kirill", name="Кирилл Зимин"),
        rita=make_employee("reader", login="rita", name="Рита Белова"),
    )


def _resident(login: str, name: str, account: Account, relation: Relation) -> Resident:
    resident = make_resident(login=login, name=name)
    make_access(resident=resident, account=account, relation=relation)
    return resident


def _make_history(account: Account, cold: Meter, hot: Meter) -> None:
    shown = {cold.id: COLD_START, hot.id: HOT_START}
    rows = []
    months = zip(months_between(FIRST, LAST), COLD_VOLUMES, HOT_VOLUMES, strict=True)
    for period, cold_volume, hot_volume in months:
        received_at = datetime(period.year, period.month, 15, 9, 30, tzinfo=UTC)
        submission = make_submission(account=account, period=period, received_at=received_at)
        for meter, volume in ((cold, cold_volume), (hot, hot_volume)):
            shown[meter.id] += Decimal(volume)
            rows.append(
                {
                    "submission": submission.id,
                    "meter": meter.id,
                    "period": period,
                    "value": shown[meter.id],
                    "taken_on": received_at.date(),
                    "received_at": received_at,
                    "source": Source.RESIDENT,
                    "state": ReadingState.ACCEPTED,
                }
            )
    Reading.insert_many(rows).execute()
