"""The base of the tables of what is set by day: what a new row ends, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.models.base import Table
from vodokanal.operations.deed_kinds import RateDeed
from vodokanal.operations.rate_rows import (
    AddedRate,
    GapError,
    ImpossibleValueError,
    UnlikelyValueError,
    UsedRateError,
)
from vodokanal.operations.records import RowRefusedError
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff import keeping
from vodokanal.staff.asking import asked_or_done
from vodokanal.staff.base import StaffView
from vodokanal.staff.cells import day, number
from vodokanal.staff.places import DATED

N_ = lazy_gettext

RATE_COLUMNS = ("starts_on", "ends_on", "document")
RATE_LABELS = {**DATED, "document": N_("By which decision")}
RATE_HINTS = {
    "starts_on": N_("The first day. A row that goes on is ended on the day before."),
    "ends_on": N_("The last day, itself part of it; empty while it goes on."),
    "document": N_("Who has decided, the number and the day."),
}


class RateView(StaffView):
    """What is set from one day until another, for all accounts alike."""

    area, section = "rates", "rates"
    few = True
    filtered_by: ClassVar[Sequence[str]] = ("starts_on", "ends_on")

    def keep_new(self, values: Mapping[str, Any], *, key: str) -> Table:
        added = asked_or_done(RateDeed(self.table, values), key=key)
        if not isinstance(added, AddedRate):
            waits: Table = added
            return waits
        if added.ended is not None:
            flash(_("The earlier row now ends on %(day)s.", day=day(added.ended.ends_on)))
        row: Table = added.row
        return row

    def keep_changed(
        self, row: Table, *, values: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Table:
        changed: Table = asked_or_done(RateDeed(self.table, values, row, seen), key=new_key())
        return changed

    def note_refusal(self, error: RowRefusedError, form: FlaskForm) -> None:
        if isinstance(error, ImpossibleValueError | UnlikelyValueError):
            form[error.column].errors = [value_words(error)]
        elif isinstance(error, GapError | UsedRateError):
            keeping.refuse(days_words(error))
        else:
            super().note_refusal(error, form)


def days_words(error: GapError | UsedRateError) -> str:
    """Which days stand in the way, and what to do about them."""
    if isinstance(error, UsedRateError):
        return _(
            "Receipts up to %(day)s have been made from the row that held then. It is not changed "
            "any more, only ended on %(day)s or later; what is new begins after that day.",
            day=day(error.last_day),
        )
    return _(
        "From %(first)s to %(last)s nothing would be set, and these days could not be charged. "
        "Let one row end on the day before the next one begins.",
        first=day(error.first),
        last=day(error.last),
    )


def value_words(error: ImpossibleValueError | UnlikelyValueError) -> str:
    """Why a value cannot be."""
    if isinstance(error, UnlikelyValueError):
        return _(
            "Before it was %(before)s: a hundred times more or less is a slip. Check the number.",
            before=number(error.before),
        )
    limits = {"least": number(error.limits.least), "most": number(error.limits.most)}
    if error.limits.is_whole:
        return _("A whole number from %(least)s to %(most)s.", **limits)
    return _("A number from %(least)s to %(most)s.", **limits)
