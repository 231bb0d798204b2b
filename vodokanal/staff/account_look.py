"""An employee looks at an account as its resident does: why is asked first, with three buttons."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.models.looks import LookReason
from vodokanal.operations.looks import begin_look, end_look
from vodokanal.staff.card_actions import CARD
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import UNPROCESSABLE
from vodokanal.staff.labels import LABELS
from vodokanal.staff.reading_form import opened
from vodokanal.web.access import Row
from vodokanal.web.clock import real_now
from vodokanal.web.identity import current_employee
from vodokanal.web.looks import LOOKING, onlooker_of
from vodokanal.web.wording import account_words

N_ = lazy_gettext


class AccountLookDesk(StaffDesk):
    code, in_menu, first_page = "account_look", False, "account"
    title, address = N_("With the resident's eyes"), "/staff/accounts"

    def row_for(self, page: str) -> Row:
        return LOOKING

    @expose("/<number>/look/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        known = {each.value: each for each in LookReason}
        reason = known.get(request.form.get("reason", ""))
        if request.method != "POST" or reason is None:
            return self.question_page(number)
        begin_look(onlooker_of(current_employee()), account, reason=reason, at=real_now())
        return redirect(url_for("resident.cabinet", number=account.number))

    @expose("/<number>/look/end/", methods=("POST",))
    def end(self, number: str) -> ResponseReturnValue:
        end_look(onlooker_of(current_employee()), opened(number), at=real_now())
        return redirect(self.get_url(CARD, number=number))

    def question_page(self, number: str, *, refusal: str = "") -> ResponseReturnValue:
        """Asks why, with a button for each reason."""
        account = opened(number)
        page = self.render(
            "staff/account_look.html",
            account=account,
            number=account_words(str(account.number)),
            reasons=[(each.value, str(words)) for each, words in LABELS[LookReason].items()],
            refusal=refusal,
        )
        return (page, UNPROCESSABLE) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        return self.question_page(place["number"], refusal=refusal)
