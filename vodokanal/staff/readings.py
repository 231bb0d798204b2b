"""The table of readings: looked at here, changed only through desks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Resident
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.finding import serial_begins
from vodokanal.operations.waiting import WAITS
from vodokanal.staff.filters import Narrowing
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import MeterLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.searches import Said
from vodokanal.web import numbers
from vodokanal.web.wording import doubt_sentence, not_charged_sentences, water

N_ = lazy_gettext


class ReadingView(ListView):
    table, code, area, section = Reading, "readings", "readings", "meters"
    title = N_("Readings")
    column_list = (
        "received_at",
        "account",
        "meter",
        "period",
        "value",
        "state",
        "source",
        "findings",
        "given_by",
    )
    column_labels = {
        "received_at": N_("Received"),
        "account": N_("Account"),
        "meter": N_("Meter"),
        "period": N_("Month"),
        "value": N_("Reading"),
        "state": N_("State"),
        "source": N_("Where from"),
        "findings": N_("What was noticed"),
        "given_by": N_("Who entered it"),
    }
    downloaded = {"account": lambda row: str(row.submission.account.number)}
    column_formatters = {
        "account": lambda _view, _context, row, _name: grouped(str(row.submission.account.number)),
        "meter": lambda _view, _context, row, _name: f"{row.meter} · {water(row.meter.kind)}",
        "value": lambda _view, _context, row, _name: numbers.reading(row.value, meter=row.meter),
        "findings": lambda _view, _context, row, _name: noticed(row),
        "given_by": lambda _view, _context, row, _name: str(row.employee or row.resident or ""),
    }
    loaders = {"meter": MeterLoader}
    owners = ("meter",)
    filtered_by = ("period", "state", "source")
    usual = {"state": ReadingState.ACCEPTED, "source": Source.RESIDENT}
    # In the order of arrival, by the index that every table has.
    order = (Reading.id.desc(),)

    def rows(self) -> ModelSelect:
        return (
            Reading.select(Reading, Meter, Submission, Account, Resident, Employee)
            .join(Meter)
            .switch(Reading)
            .join(Submission)
            .join(Account)
            .switch(Reading)
            .join(Resident, JOIN.LEFT_OUTER)
            .switch(Reading)
            .join(Employee, JOIN.LEFT_OUTER)
        )

    def ordering(self, narrowing: Narrowing) -> Sequence[Any]:
        """What waits stands with the longest waiting first."""
        states = set(request.args.getlist("state"))
        if states and states <= {state.value for state in WAITS}:
            return (Reading.received_at,)
        return (Reading.period.desc(),) if narrowing.ranged() else self.order

    def meant(self, said: Said) -> list[Expression]:
        serial = serial_begins(said.text)
        own = [] if serial is None else [serial]
        meters = own + said.accounts(Meter.account, BY_ACCOUNT)
        return [said.among(Reading.meter, each, key=Meter.id) for each in meters]

    def heading_of(self, row: Any) -> str:
        return f"{row.meter} · {row.period}"

    def account_of(self, row: Any) -> Any:
        return row.submission.account


def noticed(row: Reading) -> str:
    """What the rules have noticed about a reading, in words."""
    findings = findings_from_json(row.findings)
    sentences = not_charged_sentences(findings)
    doubt = doubt_sentence(findings, meter=row.meter, previous_on=None)
    return " ".join(filter(None, [doubt, *sentences]))
