"""The card of an account: a call answered from one page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import Source
from vodokanal.models.accounts import Account
from vodokanal.models.looks import CameFrom
from vodokanal.operations.account_cards import (
    Card,
    accesses_to,
    asked_about,
    get_card,
    last_months_of,
    services_of,
)
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.card_cases import CardCases
from vodokanal.operations.looks import note_opening
from vodokanal.resident.owing import find_balance
from vodokanal.staff.answering import Problem, asked_again, asked_reading, take_answer
from vodokanal.staff.card_actions import CAME_FROM, Part, links_in
from vodokanal.staff.card_bill_words import card_bill
from vodokanal.staff.card_cases import case_lines, find_cases
from vodokanal.staff.card_lines import (
    debt_lines,
    last_payment_words,
    month_lines,
    occupants_words,
    owed_words,
    people_lines,
    services_words,
)
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.entry_lines import call_on
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE
from vodokanal.staff.reading_form import EntryForm, lines_of, new_form, opened, take_readings
from vodokanal.web.access import Row
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day, full_day, month
from vodokanal.web.identity import WRITE_FAILURES, current_employee
from vodokanal.web.logs import log_event
from vodokanal.web.wording import account_words

N_ = lazy_gettext


@dataclass(frozen=True)
class Trouble:
    """Why what was sent from the card was not taken."""

    errors: Mapping[int, str] = field(default_factory=dict)
    problem: Problem | None = None
    refusal: str = ""


NO_TROUBLE = Trouble()


class AccountCardDesk(StaffDesk):
    code, in_menu, first_page = "account_card", False, "index"
    title, address = N_("Account"), "/staff/accounts"

    def row_for(self, page: str) -> Row:
        return "accounts.read" if page == "index" else "readings.enter"

    @expose("/<number>")
    def index(self, number: str) -> ResponseReturnValue:
        card = opened_card(number)
        page = self.card_page(card, new_form(card.account))
        note_once(card)
        return page

    @expose("/<number>/readings/", methods=("GET", "POST"))
    def enter(self, number: str) -> ResponseReturnValue:
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return self.to_card(number)
        account = opened(number)
        form = new_form(account)
        if not form.validate():
            return self.card_page(opened_card(number), form), UNPROCESSABLE
        outcome = take_readings(account, form)
        if outcome.sent:
            flash(_("Noted, № %(number)s.", number=outcome.sent), "success")
            return self.to_card(number)
        trouble = Trouble(outcome.errors, refusal=outcome.refusal)
        return self.card_page(opened_card(number), form, trouble=trouble), outcome.status

    @expose("/<number>/answers/<reading>/", methods=("POST",))
    def answer(self, number: str, reading: str) -> ResponseReturnValue:
        answered = take_answer(asked_reading(number, reading))
        if answered.is_taken:
            flash(_("The answer is noted."), "success")
            return self.to_card(number)
        card = opened_card(number)
        trouble = Trouble(problem=answered.problem, refusal=answered.refusal)
        status = UNPROCESSABLE if answered.problem else CONFLICT
        return self.card_page(card, new_form(card.account), trouble=trouble), status

    def to_card(self, number: str) -> ResponseReturnValue:
        """Back to the card, where what was sent now stands beside its field."""
        return redirect(self.get_url(".index", number=number))

    def card_page(self, card: Card, form: EntryForm, *, trouble: Trouble = NO_TROUBLE) -> str:
        """Everything of the account, each part for whoever may see it."""
        account, may = card.account, current_employee().may
        cases = find_cases(account.id)
        return self.render(
            "staff/account_card.html",
            card=card,
            heading=heading_of(card, sees_people=may("holders.read")),
            number=account_words(str(account.number)),
            sees_people=may("holders.read"),
            closed=closed_words(account),
            cases=case_lines(cases),
            links={part.value: links_in(part, account, person=current_employee()) for part in Part},
            services=services_words(services_of(account.id, today=today())),
            occupants=occupants_words(card),
            people=people_of(account) if may("accesses.read") else None,
            may_note=may("accounts.note"),
            refusal=trouble.refusal,
            **money_of(card, cases),
            **readings_of(card, form, trouble=trouble),
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        card = opened_card(place["number"])
        return self.card_page(card, new_form(card.account), trouble=Trouble(refusal=refusal))


def opened_card(number: str) -> Card:
    """The card of the account of that number, or the page that there is none."""
    who = current_employee()
    try:
        return get_card(number, employee_id=who.id, today=today(), at=now())
    except AccountNotFoundError:
        abort(404)


def heading_of(card: Card, *, sees_people: bool) -> str:
    """Whose the account is; its number for those who are not to know."""
    if card.holder is not None and sees_people:
        return str(card.holder.name)
    return _("Account %(number)s", number=account_words(str(card.account.number)))


def closed_words(account: Account) -> str:
    """That the account is closed, or from which day on it will be."""
    closed_on: date | None = account.closed_on
    if closed_on is None:
        return ""
    if closed_on > today():
        return _("The account is closed from %(day)s on.", day=full_day(closed_on))
    return _("The account was closed on %(day)s.", day=day(closed_on))


def readings_of(card: Card, form: EntryForm, *, trouble: Trouble) -> dict[str, Any]:
    """The form of this month's readings and the open questions."""
    may = current_employee().may
    if not may("meters.read"):
        return {"call": None}
    call = call_on(card.account, card.holder, source=form.source.data or Source.TELEPHONE)
    asked = asked_about(card, call.stories, today=today())
    lines = lines_of(call, trouble.errors)
    return {
        "call": call,
        "form": form,
        "lines": lines,
        "month": "" if call.term is None else month(call.term.period),
        "mistakes": [(each.name, each.error) for each in lines if each.error],
        "questions": [asked_again(each, trouble.problem) for each in asked],
        "may_enter": may("readings.enter"),
    }


def money_of(card: Card, cases: CardCases | None) -> dict[str, Any]:
    """What is owed, and the last months; nothing for whoever may not see what waits either."""
    if cases is None:
        return {"owed": None, "debts": [], "months": None, "paid": ""}
    owed = find_balance(card.account.id)
    return {
        "owed": None if owed is None else owed_words(owed, bill=card_bill(card, owed, cases=cases)),
        "debts": [] if owed is None else debt_lines(owed),
        "months": month_lines(last_months_of(card.account.id), owed),
        "paid": last_payment_words(card),
    }


def people_of(account: Account) -> list[Any]:
    """Who may open the account."""
    may_change = current_employee().may("residents.write")
    return people_lines(accesses_to(account.id), str(account.number_key), may_change=may_change)


def note_once(card: Card) -> None:
    """Notes that the card was opened; never spoils the page, and not twice in a few minutes."""
    if card.was_open:
        return
    known = {each.value: each for each in CameFrom}
    came_from = known.get(request.args.get(CAME_FROM, ""), CameFrom.DIRECT)
    try:
        note_opening(current_employee().id, card.account.id, came_from=came_from, at=now())
    except WRITE_FAILURES:
        log_event("opening_not_noted", level=logging.WARNING)
