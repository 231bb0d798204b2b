"""The days on which readings are taken: dated rules, and a month's end moved later."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.periods import Period
from vodokanal.billing.windows import NoWindowRuleError, Window
from vodokanal.models.people import Employee
from vodokanal.models.places import District
from vodokanal.models.windows import ReadingWindow, WindowExtension
from vodokanal.operations.windows import TooEarlyEndError, get_calendar, move_window_end
from vodokanal.staff.base import StaffView
from vodokanal.staff.gate import expose
from vodokanal.staff.places import DATED, DATED_HINTS
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, month_title
from vodokanal.web.form_fields import ChoiceField, DayField, Filled, LineField
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

# As much as the column holds.
SENTENCE = 300
LAST_DAY_OF_ANY_MONTH = 31
DAYS = {"least": 1, "most": LAST_DAY_OF_ANY_MONTH}


class ReadingWindowView(StaffView):
    table, code, area, section = ReadingWindow, "windows", "windows", "rules"
    title, adding = N_("Days of intake"), N_("New days of intake")
    column_list = form_columns = ("district", "from_day", "to_day", "starts_on", "ends_on")
    column_labels = {
        "district": N_("District"),
        "from_day": N_("From this day of the month"),
        "to_day": N_("To this day of the month"),
        **DATED,
    }
    hints = {
        "district": N_("Empty: for every district that has no days of its own."),
        "to_day": N_("Both days belong to it. A smaller number lies in the next month."),
        **DATED_HINTS,
    }
    column_formatters = {
        "district": lambda _view, _context, row, _name: row.district or _("every district"),
    }
    field_options = {"from_day": DAYS, "to_day": DAYS}
    order = (ReadingWindow.starts_on.desc(),)
    few = True
    filtered_by = ("starts_on", "ends_on")
    taken = N_("There are days of intake from that day already.")

    def rows(self) -> ModelSelect:
        return ReadingWindow.select(ReadingWindow, District).join(District, JOIN.LEFT_OUTER)

    def meant(self, said: Said) -> list[Expression]:
        return [ReadingWindow.district.in_(said.ids(District.name))]

    def heading_of(self, row: Any) -> str:
        return _("From %(first)s to %(last)s", first=row.from_day, last=row.to_day)


class ExtensionForm(FlaskForm):
    """Which month's intake is prolonged, until when, and what everybody is told."""

    period = ChoiceField(
        N_("Month"),
        offered=lambda: [(each.period, words_of(each)) for each in movable_windows()],
        validators=[Filled()],
    )
    ends_on = DayField(N_("New last day"), validators=[Filled()])
    sentence = LineField(
        N_("Why, for everybody to read"),
        description=N_("It stands on the first page and in every cabinet."),
        longest=SENTENCE,
        validators=[Filled()],
    )


class WindowExtensionView(StaffView):
    table, code, area, section = WindowExtension, "window_extensions", "windows", "rules"
    title, adding = N_("Intake prolonged"), N_("Prolong the intake of readings")
    can_edit = adds_several = False
    form_columns = ()
    permissions = {"create_view": "windows.extend"}
    column_list = ("period", "ends_on", "sentence", "decided_by", "decided_at")
    column_labels = {
        "period": N_("Month"),
        "ends_on": N_("New last day"),
        "sentence": N_("Why, for everybody to read"),
        "decided_by": N_("Who decided"),
        "decided_at": N_("When"),
    }
    order = (WindowExtension.period.desc(),)
    few = True
    filtered_by = ("period", "ends_on")

    def rows(self) -> ModelSelect:
        return WindowExtension.select(WindowExtension, Employee).join(Employee, JOIN.LEFT_OUTER)

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(WindowExtension.sentence)

    def heading_of(self, row: Any) -> str:
        return month_title(row.period)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        form = ExtensionForm()
        if request.method == "POST" and form.validate() and _prolong(form):
            flash(_("The intake is prolonged."), "success")
            return redirect(self.return_url())
        return self.form_page(form)

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        return self.form_page(ExtensionForm(), refusal=refusal)

    def form_names(self, row: Any) -> tuple[str, ...]:
        return ("period", "ends_on", "sentence")


def movable_windows() -> list[Window]:
    """The windows whose end the chief may still move: last month's, this one's and the next."""
    current = Period.of(today())
    calendar = get_calendar(current.previous.first_day)
    found = []
    for period in (current, current.previous, current.next):
        try:
            window = calendar.of(period, district_id=None)
        except NoWindowRuleError:
            continue
        # This month's may have ended: people call on the day after.
        if period >= current or window.last_day >= today():
            found.append(window)
    return found


def words_of(window: Window) -> str:
    """A window as the chief chooses it: Ноябрь: с 10 ноября до 20 ноября."""
    return _(
        "%(month)s: from %(first)s to %(last)s",
        month=month_title(window.period),
        first=day(window.first_day),
        last=day(window.last_day),
    )


def _prolong(form: ExtensionForm) -> bool:
    window = next(each for each in movable_windows() if each.period == form.period.data)
    # The operation knows no today, and a past day would prolong nothing.
    if form.ends_on.data < today():
        form.ends_on.errors = [_("This day is already over.")]
        return False
    try:
        move_window_end(
            current_actor(),
            window,
            ends_on=form.ends_on.data,
            sentence=form.sentence.data,
            at=now(),
        )
    except TooEarlyEndError:
        form.ends_on.errors = [
            _(
                "The new day must be after %(day)s and before the next intake begins.",
                day=day(window.last_day),
            )
        ]
        return False
    return True
