"""The desk that fills the tables of ГИС ЖКХ."""

from __future__ import annotations

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.models.export_maps import ExportSheet
from vodokanal.models.meters import Meter
from vodokanal.operations.gis_exports import columns_of, count_numbered, export_sheet
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.downloads import DOWNLOAD, FORMATS, file_of
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import UNPROCESSABLE
from vodokanal.staff.labels import label_of
from vodokanal.web.access import Row
from vodokanal.web.clock import today
from vodokanal.web.dates import month_and_year

N_ = lazy_gettext

MONTHS_OFFERED = 24
# For which table and month somebody has seen how many rows would be refused.
SURE = "sure"


class GisExportDesk(StaffDesk):
    code, section = "gis_export", "meters"
    title, address = N_("Tables for GIS ZhKH"), "/staff/gis-export"
    table = Meter

    def row_for(self, page: str) -> Row:
        return DOWNLOAD

    @expose("/")
    def index(self) -> ResponseReturnValue:
        return self.tables_page(ExportSheet.READINGS, Period.of(today()))

    @expose("/download/", methods=("GET", "POST"))
    def download(self) -> ResponseReturnValue:
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".index"))
        try:
            period = Period.parse(request.form.get("month", ""))
            asked = ExportSheet(request.form.get("sheet", ""))
        except (NotAPeriodError, ValueError):
            abort(400)
        if lacks(asked, period) and request.form.get(SURE) != sure_of(asked, period):
            return self.tables_page(asked, period, asks=True), UNPROCESSABLE
        sheet, rows = export_sheet(asked, columns_of(asked), period=period)
        return file_of(self, sheet, rows=rows, kind=FORMATS["xlsx"])

    def tables_page(self, asked: ExportSheet, period: Period, *, asks: bool = False) -> str:
        """The tables and months; of one of them how many rows there are, and whether to go on."""
        this_month = Period.of(today())
        months = [this_month.plus(-back) for back in range(MONTHS_OFFERED)]
        counted = count_numbered(asked, period=period)
        of_month = f", {month_and_year(period)}" if asked is ExportSheet.READINGS else ""
        return self.render(
            "staff/gis_export.html",
            months=[(str(each), month_and_year(each)) for each in months],
            sheets=[(each.value, label_of(each)) for each in ExportSheet],
            chosen=(asked.value, str(period)),
            table=f"{label_of(asked)}{of_month}",
            counted=counted,
            is_refused=bool(counted.without) and asked is ExportSheet.READINGS,
            asks=asks,
            sure=(SURE, sure_of(asked, period)),
            columns_url=self.columns_url(),
        )

    def columns_url(self) -> str:
        """Where the columns are changed, for those who may."""
        views = {view.endpoint: view for view in self.admin._views}
        view = views["export_columns"]
        address: str = view.get_url("export_columns.index_view") if view.is_accessible() else ""
        return address


def lacks(asked: ExportSheet, period: Period) -> bool:
    """Whether ГИС ЖКХ would refuse rows: a reading's meter is found by its number alone."""
    is_needed = asked is ExportSheet.READINGS
    return is_needed and count_numbered(asked, period=period).without > 0


def sure_of(asked: ExportSheet, period: Period) -> str:
    """The answer that belongs to this table and month."""
    return f"{asked.value} {period}"
