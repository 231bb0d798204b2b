"""The base of desks about one account: the first page finds whose it is to be."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.staff.account_search import search_accounts
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.web.arguments import printable

N_ = lazy_gettext


class AccountDesk(StaffDesk):
    """A desk whose page `account` takes the number of one."""

    finder: ClassVar[str] = "staff/account_finder.html"
    # What the finder asks for.
    finder_label: ClassVar[str] = N_("Of whose account")

    def beside_finder(self) -> dict[str, Any]:
        """What else the first page shows, for a finder of the desk's own."""
        return {}

    @expose("/")
    def index(self) -> ResponseReturnValue:
        search = search_accounts(printable(request.args.get("find")).strip())
        if search.only is not None:
            return redirect(self.get_url(".account", number=search.only.number_key))
        return self.render(
            self.finder, search=search, label=self.finder_label, **self.beside_finder()
        )
