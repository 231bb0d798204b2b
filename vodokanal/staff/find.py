"""The search of every staff page: one account is opened at once, of several one is chosen."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.models.looks import CameFrom
from vodokanal.staff.account_search import search_accounts
from vodokanal.staff.card_actions import card_address
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.web.access import Row
from vodokanal.web.arguments import printable

N_ = lazy_gettext


class FindDesk(StaffDesk):
    code, in_menu, first_page = "find", False, "index"
    title, address = N_("Find an account"), "/staff/find"

    def row_for(self, page: str) -> Row:
        return "accounts.read"

    @expose("")
    def index(self) -> ResponseReturnValue:
        search = search_accounts(printable(request.args.get("q")).strip())
        if search.only is not None:
            return redirect(card_address(search.only, CameFrom.SEARCH))
        return self.render(
            "staff/find.html",
            search=search,
            sought=search.text,
            finds_first=not search.lines,
        )
