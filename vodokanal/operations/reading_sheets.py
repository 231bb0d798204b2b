"""Sheets of readings: opened for what they cover, and looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from peewee import JOIN

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.models.people import Employee
from vodokanal.models.places import District, House
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope
from vodokanal.operations.actors import Actor
from vodokanal.operations.addresses import places_meant
from vodokanal.operations.issued_months import earliest_open_month
from vodokanal.operations.journal import record
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes
from vodokanal.operations.windows import get_calendar, get_term

SOURCES = (Source.SHEET, Source.VISIT, Source.PAPER, Source.TELEPHONE)


@dataclass(frozen=True)
class NewSheet:
    """What a sheet is to cover, where its readings come from, and the day they were taken."""

    scope: SheetScope
    source: Source
    taken_on: date
    house_id: int | None = None
    district_id: int | None = None


@dataclass(frozen=True)
class Moment:
    """When something is entered: the utility's day and the moment."""

    today: date
    at: datetime


@writes
def open_sheet(actor: Actor, new: NewSheet, *, key: str, moment: Moment) -> ReadingSheet:
    """Begins a sheet for the month that readings are taken for today; with the same key, once.

    Raises:
        NoWindowRuleError: no days of intake are set.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body_of_new(new), at=moment.at)
    if claim.answer is not None:
        return ReadingSheet.get_by_id(claim.answer["id"])
    house = House.get_by_id(new.house_id) if new.house_id is not None else None
    district_id = house.district_id if house is not None else new.district_id
    period = _period_of(district_id, moment.today)
    sheet = ReadingSheet.create(
        scope=new.scope,
        house=new.house_id,
        district=new.district_id,
        period=period,
        source=new.source,
        taken_on=new.taken_on,
        employee=actor.employee_id,
        created_at=moment.at,
    )
    values = {"scope": new.scope, "source": new.source, "taken_on": new.taken_on}
    record(actor, "open_reading_sheet", subject=sheet, at=moment.at, changes=({}, values))
    keep_answer(claim, {"id": sheet.id})
    return sheet


def recent_sheets(*, skip: int, limit: int) -> list[ReadingSheet]:
    """The sheets, the newest first, with their places and employees; one statement."""
    query = (
        ReadingSheet.select(ReadingSheet, House, District, Employee)
        .join(House, JOIN.LEFT_OUTER)
        .switch(ReadingSheet)
        .join(District, JOIN.LEFT_OUTER)
        .switch(ReadingSheet)
        .join(Employee, JOIN.LEFT_OUTER, on=ReadingSheet.employee)
        .order_by(ReadingSheet.id.desc())
    )
    return list(query.offset(skip).limit(limit))


def houses_meant(text: str, *, most: int) -> list[House]:
    """Houses that a text means, a flat said with them or not; two statements, or none."""
    meant = places_meant(text, most=most)
    ids = {*meant.houses, *(house for houses in meant.flats.values() for house in houses)}
    query = House.select().where(House.id.in_(list(ids))).order_by(House.sort_key, House.id)
    return list(query.limit(most)) if ids else []


def _period_of(district_id: int | None, today: date) -> Period:
    """The month that what an employee enters on the day is for."""
    term = get_term(today, district_id=district_id, calendar=get_calendar(today))
    return term.period if term.is_open else earliest_open_month(today)


def _body_of_new(new: NewSheet) -> dict[str, object]:
    return {
        "scope": new.scope.value,
        "source": new.source.value,
        "taken_on": new.taken_on.isoformat(),
        "house": new.house_id,
        "district": new.district_id,
    }
