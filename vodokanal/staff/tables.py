"""Every table of the staff on one page, section by section."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.menu import tables_by_section, views_open_to_employee
from vodokanal.web.access import Audience, Row

N_ = lazy_gettext


class TablesDesk(StaffDesk):
    code = "tables"
    title, address = N_("Tables"), "/staff/tables"

    def row_for(self, page: str) -> Row:
        return Audience.EMPLOYEE

    @expose("/")
    def index(self) -> ResponseReturnValue:
        sections = tables_by_section(views_open_to_employee(self.admin))
        return self.render("staff/tables.html", sections=sections)
