"""The form by which residents and owners change from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account, Occupancy
from vodokanal.operations.account_changes import holding_on
from vodokanal.operations.occupancy_changes import OccupancyChange, change_occupancy
from vodokanal.staff.dated_desk import DatedDesk
from vodokanal.staff.dated_fields import day_field, paper_field, past_field
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.web.clock import today
from vodokanal.web.form_fields import Filled, WholeField

N_ = lazy_gettext

MOST_PEOPLE = 1000
NAMES = ("on", "registered", "owners", "paper", "is_backdated")


class OccupancyForm(DatedForm):
    """How many, from when, by which paper."""

    on = day_field(N_("From this day on"))
    registered = WholeField(N_("Registered"), most=MOST_PEOPLE, validators=[Filled()])
    owners = WholeField(
        N_("Owners"),
        description=N_("Counted where nobody is registered."),
        most=MOST_PEOPLE,
        validators=[Filled()],
    )
    paper = paper_field(
        N_("The paper that was seen"),
        N_("An extract from the house register, a certificate: its kind and number."),
        is_needed=True,
    )
    is_backdated = past_field(
        N_("For a day in an issued month: it is put right when these months are calculated anew.")
    )


class OccupancyDesk(DatedDesk):
    code, section = "occupancy_changes", "accounts"
    title, address = N_("Change the residents"), "/staff/occupancy"
    kind, deed = ChangeKind.RESIDENTS, "accounts.change"
    done = N_("The new number of residents is noted.")

    def form_class(self, account: Account) -> type[DatedForm]:
        return OccupancyForm

    def proposed(self, account: Account) -> dict[str, Any]:
        now = holding_on(Occupancy(account=account, starts_on=today()))
        people = {} if now is None else {"registered": now.registered, "owners": now.owners}
        return {"on": today(), **people}

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        return (("", NAMES),)

    def operation(self) -> Any:
        return change_occupancy

    def change_in(self, form: Any, account: Account) -> OccupancyChange:
        return OccupancyChange(
            account.id,
            form.on.data,
            form.registered.data,
            form.owners.data,
            form.paper.data,
            form.is_backdated.data,
        )
