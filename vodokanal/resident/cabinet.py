"""The cabinet's first page: what is to be done now, and the way to everything else."""

from __future__ import annotations

from flask import render_template

from vodokanal.operations.consumption import kept_readings
from vodokanal.operations.submissions import asked_readings_of
from vodokanal.resident.blueprint import blueprint
from vodokanal.resident.opening import days_of, open_visit
from vodokanal.resident.owing import find_balance, owing_of
from vodokanal.resident.questions import questions_of
from vodokanal.resident.refused import refused_readings
from vodokanal.resident.summons import summons_of
from vodokanal.web.page import house_settings


@blueprint.get("/<number>/")
def cabinet(number: str) -> str:
    visit, house = open_visit(number), house_settings()
    # Also questions about meters that have been removed since.
    asked = kept_readings(asked_readings_of(visit.access.account_id))
    summons = summons_of(visit, asked=len(asked), takes=visit.takes_readings(house))
    owed = find_balance(visit.access.account_id)
    return render_template(
        "resident/cabinet.html",
        visit=visit,
        days=days_of(visit),
        summons=summons,
        owing=None if owed is None else owing_of(owed),
        # One thing at a time: first the readings, then the money.
        must_pay=owed is not None and owed.amount > 0 and not asked and not summons.is_due,
        questions=questions_of(asked, number=number, whole_only=house.takes_whole_only),
        # Where every meter has its reading, none of them is missed.
        refusals=refused_readings(visit, house=house) if visit.stories else [],
        duty_phone=visit.district.duty_telephone or house.emergency_phone,
    )
