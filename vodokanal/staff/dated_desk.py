"""The base of the forms that change an account from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.operations.account_changes import changes_of
from vodokanal.operations.accounts import current_holder
from vodokanal.operations.issued_months import last_issued_month
from vodokanal.operations.rehearsals import Effect
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.dated_forms import Answer, DatedForm, DatedForms, line_of, opened
from vodokanal.staff.effects import ShownEffect, effect_words
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import propose
from vodokanal.web.dates import month
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import mistakes_in


class DatedDesk(DatedForms, AccountDesk):
    """A desk about one account with one form; a subclass says what is changed and how."""

    # What is said when it is recorded.
    done: ClassVar[str]
    in_menu = False

    def form_class(self, account: Account) -> type[DatedForm]:
        """The form for an account."""
        raise NotImplementedError

    def proposed(self, account: Account) -> dict[str, Any]:
        """What stands in the form before anything is typed."""
        raise NotImplementedError

    def change_in(self, form: Any, account: Account) -> Any:
        """What was typed, as the operation takes it."""
        raise NotImplementedError

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        """The fields of the form, under headings."""
        raise NotImplementedError

    def warnings(self, form: Any) -> list[str]:
        """What is odd about a change that can be made all the same."""
        return []

    def obstacle(self, account: Account) -> str:
        """Why there is no form for the account, if there is none."""
        return ""

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = self.new_form(account)
        if request.method != "POST" or self.obstacle(account) or not form.validate():
            return self.form_page(account, form)
        change = self.change_in(form, account)
        answer = self.answer(account, form, change=change)
        if answer is not None:
            return self.form_page(account, form, answer=answer)
        flash(f"{self.done} {self.what_follows(change)}".strip(), "success")
        return redirect(self.get_url(".account", number=account.number_key))

    def what_follows(self, change: Any) -> str:
        """What is still to be done about months that are issued."""
        first, last = Period.of(change.on), last_issued_month()
        if last is None or first > last:
            return ""
        return _(
            "The difference of issued months waits until %(first)s to %(last)s are calculated anew.",
            first=month(first),
            last=month(last),
        )

    def new_form(self, account: Account) -> Any:
        """The form as it was typed, or as it is proposed."""
        form = self.form_class(account)(typed() or None, data=self.proposed(account))
        propose(form.key, new_key())
        return form

    def form_page(
        self, account: Account, form: Any, *, answer: Answer | None = None
    ) -> ResponseReturnValue:
        """The account, the form, what it does, and what was changed before."""
        answer, groups = answer or Answer(), self.groups(form)
        page = self.render(
            "staff/dated_change.html",
            account=account,
            number=grouped(str(account.number)),
            holder=current_holder(account.id),
            obstacle=self.obstacle(account),
            form=form,
            groups=groups,
            mistakes=mistakes_in(form, [name for _words, names in groups for name in names]),
            effect=None if answer.effect is None else self.shown(answer.effect, form),
            changes=[line_of(each) for each in changes_of(account.id, [self.kind])],
            refusal=answer.refusal,
        )
        return (page, answer.status) if request.method == "POST" else page

    def shown(self, effect: Effect, form: Any) -> ShownEffect:
        """An effect in words, with what is odd about the change."""
        words = effect_words(effect)
        return replace(words, warnings=[*words.warnings, *self.warnings(form)])

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        account = opened(place["number"])
        return self.form_page(account, self.new_form(account), answer=Answer(refusal=refusal))
