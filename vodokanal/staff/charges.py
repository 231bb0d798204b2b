"""The table of charge lines: what each service cost in a month, and by what it was found."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.months import ChargeLine
from vodokanal.staff.cells import printed
from vodokanal.staff.monthly import MonthlyView, in_rubles
from vodokanal.web.dates import month_title

N_ = lazy_gettext


class ChargeLineView(MonthlyView):
    table, code, area, section = ChargeLine, "charge_lines", "charges", "month"
    title = N_("Charges")
    column_list = (
        "account",
        "period",
        "service",
        "method",
        "volume",
        "price",
        "multiplier",
        "amount",
    )
    form_columns = ("group", "part", "excess", "vat")
    column_labels = {
        "account": N_("Account"),
        "period": N_("Month"),
        "service": N_("Service"),
        "method": N_("By what"),
        "volume": N_("Volume, m³"),
        "price": N_("Price, ₽"),
        "multiplier": N_("Multiplier"),
        "amount": N_("Charged, ₽"),
        "group": N_("Customers"),
        "part": N_("Part of the month"),
        "excess": N_("Of it by the multiplier, ₽"),
        "vat": N_("Of it VAT, ₽"),
    }
    column_formatters = {
        **in_rubles("price", "amount", "excess"),
        "part": lambda _view, _context, row, _name: row.part + 1,
    }
    filtered_by = ("period", "service", "method", "group")
    order = (ChargeLine.period, ChargeLine.account, ChargeLine.service, ChargeLine.part)

    def heading_of(self, row: Any) -> str:
        parts = (grouped(str(row.account.number)), month_title(row.period), printed(row.service))
        return " · ".join(parts)
