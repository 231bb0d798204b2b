"""The form by which a meter is replaced on paper: the old one's end, the new one's passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

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
    day_field,
    known_words,
    offered,
    paper_field,
    past_field,
)
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.web.clock import today
from vodokanal.web.form_fields import (
    ChoiceField,
    CubicMetresField,
    DayField,
    Filled,
    LineField,
    WholeField,
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
    digits_before = WholeField(
        N_("Digits before the comma"), description=N_("The black ones."), least=3, most=9
    )
    digits_after = WholeField(
        N_("Digits after the comma"), description=N_("The red ones."), least=0, most=3
    )
    seal_number = LineField(N_("Seal"), longest=LONGEST_SEAL)
    verified_on = DayField(N_("Verified"))
    verify_by = DayField(N_("Verification valid until"), validators=[Filled()])
    commissioned_on = DayField(
        N_("Commissioned"), description=N_("Empty: on the day on which it was replaced.")
    )
    paper = paper_field(N_("Number of the act"), is_needed=True)
    is_backdated = past_field(
        N_("For a day in an issued month: its corrections come with the open month.")
    )


class MeterReplacementDesk(DatedDesk):
    code, section, in_menu = "meter_replacements", "meters", True
    title, address = N_("Replace a meter"), "/staff/meter-replacements"
    kind, deed = ChangeKind.METER, "meters.replace"
    done = N_("The new meter is noted in the place of the old one.")
    remark = N_("What the new meter counts is added with its first reading.")
    fields = {"final": "final_reading", "display": "final_reading"}

    def obstacle(self, account: Account) -> str:
        if meters_on(account.id, today()):
            return ""
        return _("No working meter is noted for this account.")

    def form_class(self, account: Account) -> type[DatedForm]:
        meters = [(each.id, known_words(each)) for each in meters_on(account.id, today())]
        field = ChoiceField(N_("Which meter"), offered=lambda: meters, blank=len(meters) > 1)
        return type("Form", (ReplacementForm,), {"meter": field})

    def proposed(self, account: Account) -> dict[str, Any]:
        chosen = [each.id for each in meters_on(account.id, today())]
        asked = request.args.get("meter", "")
        return {
            "meter": next((each for each in chosen if str(each) == asked), None),
            "on": today(),
            "digits_before": 5,
            "digits_after": 3,
        }

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        return ((_("The old meter"), OLD), (_("The new meter"), NEW), (_("The act"), ACT))

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
        )
