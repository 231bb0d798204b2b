"""The town of the clerk's month: a house that is read flat by flat, a school, October on its bills."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from flask import Flask
from peewee import fn

from tests.cast import Cast
from tests.clock import Clock
from tests.factories import (
    make_access,
    make_account,
    make_account_service,
    make_email,
    make_holder,
    make_house,
    make_house_reading,
    make_meter,
    make_premises,
    make_reading,
    make_resident,
)
from tests.inspection import text_of
from tests.month_factories import make_tariff
from tests.months import closed, lines_of, make_rates, receipt_of, settle
from tests.page import Client, Form, Page
from tests.papers import text_of as text_in
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account, Holder, HolderKind, ReceiptDelivery
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.people import Resident
from vodokanal.models.places import House, NormCategory
from vodokanal.operations.balances import get_balance
from vodokanal.worker import Worker

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
SINCE = date(2026, 5, 15)
PASSWORD = re.compile(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){2}")
SUMS = ("opening", "charged", "corrected", "penalty", "paid", "closing")


class Town:
    """Anna and Vera of the cast, four flats in Заводская 3 with a common meter, and a school.

    Everybody but Anna and the school uses 3 m³ of cold water a month until October.
    """

    def __init__(self, app: Flask, cast: Cast, clock: Clock) -> None:
        self.app, self.cast, self.clock = app, cast, clock
        category = make_rates()
        settle(cast.account, category)
        self.house = make_house(district=cast.district, street="ул. Заводская", number="3")
        names = ("Зотов Пётр Ильич", "Орлова Мария Львовна", "Фомин Олег Янович", "Титова Ия")
        self.flats = [
            self._flat(category, flat=flat, name=name) for flat, name in enumerate(names, start=1)
        ]
        self.zotov = make_resident(login="30-1", name=names[0])
        self.orlova = make_email(make_resident(login="30-2", name=names[1]), "orlova@mail.example")
        self.fomin = make_email(make_resident(login="30-3", name=names[2]), "fomin@mail.example")
        people = (self.zotov, self.orlova, self.fomin)
        for account, resident in zip(self.flats, people, strict=False):
            make_access(account=account, resident=resident)
        self._neighbour(category)
        self.school = make_school(cast)
        self.common = make_meter(house=self.house, serial="ОД-3", place="подвал")
        make_house_reading(self.common, period=OCTOBER, value="1000", taken_on="2026-10-31")
        closed(OCTOBER, "2026-11-01T10:00")
        self.told_before = JournalEntry.select(fn.MAX(JournalEntry.id)).scalar()
        self.worker = Worker(app)
        self.galina, self.dmitry, self.olga = (
            Client(app).signed_in_as(each) for each in (cast.galina, cast.dmitry, cast.olga)
        )

    def account(self, number: str) -> Account:
        """The account that has that number by now."""
        found: Account = Account.get(Account.number == number)
        return found

    def meter(self, number: str) -> Meter:
        """The only meter of an account."""
        found: Meter = Meter.get(Meter.account == self.account(number))
        return found

    def goes_by(self, at: str) -> None:
        """The worker looks around, and does what it finds."""
        self.clock.at(at)
        self.worker.look_around()
        self.worker.work_on_months()

    def receipt(self, number: str, period: Period = NOVEMBER) -> tuple[str, ...]:
        """Opening, charged, corrected, penalty, paid, closing."""
        row = receipt_of(self.account(number), period)
        return tuple(str(getattr(row, name)) for name in SUMS)

    def lines(self, number: str) -> dict[str, tuple[str, str, str, str]]:
        """By what November is charged at an account: method, price, m³ and rubles by service."""
        found = lines_of(self.account(number), NOVEMBER)
        return {
            service: (method, price, str(volume), str(amount))
            for service, (method, price, volume, amount) in found.items()
        }

    def paper(self, address: str) -> str:
        """The words of a paper that Dmitry prints, no-break spaces as ordinary ones."""
        words = text_in(self.dmitry.get(address).response.data)
        return words.replace("\N{NO-BREAK SPACE}", " ")

    def balance(self, number: str) -> str:
        """What is owed at an account, in rubles."""
        return str(get_balance(self.account(number).id, today=self.clock.now.date()).amount)

    def changes_hands(self, number: str, **typed: str) -> Page:
        """Galina fills in the form of a change of holder; the page of what was done."""
        form = self.galina.get(f"/staff/holder-changes/{number.replace('-', '')}/").form("Сменить")
        meter = typed.pop("meter")
        form.fill_in({f"meter-{self.meter(number).id}": meter, **typed})
        return form.submit("Сменить владельца").follow()

    def _flat(self, category: NormCategory, *, flat: int, name: str) -> Account:
        account = make_account(
            number=f"30-{flat}",
            premises=make_premises(house=self.house, flat=str(flat)),
            receipt_delivery=ReceiptDelivery.BOTH,
        )
        make_holder(account=account, name=name)
        make_account_service(account=account, service=Service.COLD)
        settle(account, category)
        make_read_meter(account, serial=f"3000{flat}", start=100 * flat, monthly=3)
        return account

    def _neighbour(self, category: NormCategory) -> None:
        account, meter = self.cast.vera_account, self.cast.vera_meter
        make_account_service(account=account, service=Service.COLD)
        settle(account, category)
        Meter.update(installed_on=SINCE, commissioned_on=SINCE, initial_reading=60).where(
            Meter.id == meter.id
        ).execute()
        make_read_months(meter, start=60, monthly=3)


def make_school(cast: Cast) -> Account:
    """A school that pays the prices of budgets, without VAT in them, and has no residents."""
    house: House = make_house(district=cast.district, street="ул. Школьная", number="1")
    school = make_account(
        number="40-1", premises=make_premises(house=house, flat=""), group=CustomerGroup.BUDGET
    )
    make_holder(account=school, name="Школа № 1", kind=HolderKind.ORGANISATION, inn="7707083893")
    for service, price in ((Service.COLD, "45.00"), (Service.SEWAGE, "36.00")):
        make_account_service(account=school, service=service)
        make_tariff(service=service, price=price, group=CustomerGroup.BUDGET, includes_vat=False)
    make_read_meter(school, serial="40001", start=500, monthly=30)
    return school


def make_read_meter(account: Account, *, serial: str, start: int, monthly: int) -> Meter:
    """A cold meter, read from June to October."""
    meter = make_meter(
        account=account, serial=serial, initial_reading=Decimal(start), installed_on=SINCE
    )
    make_read_months(meter, start=start, monthly=monthly)
    return meter


def make_read_months(meter: Meter, *, start: int, monthly: int) -> None:
    """The same use in every month from June to October, read on the 15th."""
    for past, period in enumerate(months_between(Period(2026, 6), OCTOBER), start=1):
        taken = datetime(period.year, period.month, 15, 9, 30, tzinfo=UTC)
        make_reading(meter, period=period, value=start + monthly * past, received_at=taken)


def form_to(page: Page, address: str, button: str = "") -> Form:
    """The form of a page that leads to an address and has a button."""
    (found,) = (
        each
        for each in page.forms
        if address in (each.element.get("action") or "") and button in _plain(each)
    )
    return found


def given_password(town: Town, resident: Resident) -> str:
    """The password that Galina reads out."""
    form = town.galina.get(f"/staff/residents/password/?id={resident.id}").form("Выдать")
    found = PASSWORD.search(form.submit(status=200).text)
    assert found is not None
    return found[0]


def tenure_of(account: Account) -> tuple[str, str]:
    """Who holds an account, from when it is closed; empty texts: nobody, and it goes on."""
    row = Holder.get_or_none(Holder.account == account)
    return ("" if row is None else str(row.name)), str(account.closed_on or "")


def _plain(form: Form) -> str:
    return text_of(form.element).replace("\N{NO-BREAK SPACE}", " ")
