"""The form by which a meter is replaced on paper: the old one's end, the new one's passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.meter_replacements import Replacement, replace_meter
from vodokanal.operations.new_meters import NewMeter, meters_on
from vodokanal.staff.change_words import REPLACED_FOR
from vodokanal.staff.dated_desk import DatedDesk
from vodokanal.staff.dated_fields import (
    LONGEST_NAME,
    LONGEST_SEAL,
    LONGEST_SERIAL,
    USUAL_DIGITS,
    black_digits_field,
    day_field,
    known_words,
    offered,
    paper_field,
    past_field,
    red_digits_field,
)
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.web.clock import today
from vodokanal.web.dates import full_day
from vodokanal.web.form_fields import (
    ChoiceField,
    CubicMetresField,
    DayField,
    Filled,
    LineField,
)

N_ = lazy_gettext

OLD = ("meter", "on", "reason", "final_reading", "failed_on")
NEW = (
    "serial",
    "initial_reading",
    "model",
    "place",
    "digits_before",
    "digits_after",
    "seal_number",
    "verified_on",
    "verify_by",
    "commissioned_on",
)
ACT = ("paper", "is_backdated")


class ReplacementForm(DatedForm):
    """The old meter, the new one, the act."""

    on = day_field(N_("Replaced on"))
    reason = ChoiceField(N_("Why"), offered=offered(REPLACED_FOR))
    final_reading = CubicMetresField(
        N_("Last reading of the old one, m³"),
        description=N_("Empty if nobody knows it: then its average is charged."),
    )
    failed_on = DayField(
        N_("Did not count from"),
        description=N_("Only if it failed: from this day on its average is charged."),
    )
    serial = LineField(N_("Serial number"), longest=LONGEST_SERIAL, validators=[Filled()])
    initial_reading = CubicMetresField(N_("First reading, m³"), validators=[Filled()])
    model = LineField(N_("Model"), longest=LONGEST_NAME)
    place = LineField(
        N_("Where it hangs"),
        description=N_("Empty: where the old one hung."),
        longest=LONGEST_NAME,
    )
    digits_before = black_digits_field(validators=[Filled()])
    digits_after = red_digits_field(validators=[Filled()])
    seal_number = LineField(N_("Seal"), longest=LONGEST_SEAL)
    verified_on = DayField(N_("Verified"))
    verify_by = DayField(N_("Verification valid until"), validators=[Filled()])
    commissioned_on = DayField(
        N_("Commissioned"), description=N_("Empty: on the day on which it was replaced.")
    )
    paper = paper_field(N_("Number of the act"), is_needed=True)
    sure = BooleanField(N_("The reading is right as typed"))
    is_backdated = past_field(
        N_("For a day in an issued month: its corrections come with the open month.")
    )


class MeterReplacementDesk(DatedDesk):
    code, section, in_menu = "meter_replacements", "meters", True
    title, address = N_("Replace a meter"), "/staff/meter-replacements"
    kind, deed = ChangeKind.METER, "meters.replace"
    done = N_("The new meter is noted in the place of the old one.")
    remark = N_("What the new meter counts is added with its first reading.")
    fields = {"final": "final_reading", "display": "final_reading", "finer": "initial_reading"}

    def obstacle(self, account: Account) -> str:
        if meters_on(account.id, today()):
            return ""
        return _("No working meter is noted for this account.")

    def form_class(self, account: Account) -> type[DatedForm]:
        meters = [(each.id, known_words(each)) for each in meters_on(account.id, today())]
        # Of several none is proposed: which of them, the act says.
        field = ChoiceField(
            N_("Which meter"),
            offered=lambda: meters,
            blank=len(meters) > 1,
            validators=[Filled()],
        )
        return type("Form", (ReplacementForm,), {"meter": field})

    def proposed(self, account: Account) -> dict[str, Any]:
        chosen = [each.id for each in meters_on(account.id, today())]
        asked = request.args.get("meter", "")
        return {
            "meter": next((each for each in chosen if str(each) == asked), None),
            "on": today(),
            **USUAL_DIGITS,
        }

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        # The tick stands there only where it is asked for, or given.
        old = (*OLD, "sure") if form["sure"].errors or form["sure"].data else OLD
        return ((_("The old meter"), old), (_("The new meter"), NEW), (_("The act"), ACT))

    def warnings(self, form: Any) -> list[str]:
        ends = form.verify_by.data
        if ends is None or ends >= today():
            return []
        return [
            _(
                "The verification of the new meter has ended on %(day)s: nothing is charged by "
                "such a meter, and the sums below say so. Look at the day in its passport.",
                day=full_day(ends),
            )
        ]

    def what_follows(self, change: Any) -> str:
        # What a meter has counted corrects issued months by itself.
        return ""

    def operation(self) -> Any:
        return replace_meter

    def change_in(self, form: Any, account: Account) -> Replacement:
        on = form.on.data
        old = next(each for each in meters_on(account.id, today()) if each.id == form.meter.data)
        new = NewMeter(
            old.kind,
            form.serial.data,
            form.initial_reading.data,
            model=form.model.data,
            place=form.place.data or str(old.place),
            seal_number=form.seal_number.data,
            digits_before=form.digits_before.data,
            digits_after=form.digits_after.data,
            verified_on=form.verified_on.data,
            verify_by=form.verify_by.data,
            commissioned_on=form.commissioned_on.data or on,
        )
        return Replacement(
            account.id,
            old.id,
            on,
            form.reason.data,
            new,
            form.final_reading.data,
            form.failed_on.data,
            form.paper.data,
            form.is_backdated.data,
            form.sure.data,
        )
