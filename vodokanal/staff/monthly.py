"""The base of tables that grow month by month: a month at a time, or the months of one account."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, ClassVar

from flask import g, request
from peewee import Expression, ModelSelect, fn
from werkzeug.datastructures import MultiDict

from vodokanal.billing.periods import Period, months_between
from vodokanal.models.accounts import Account
from vodokanal.models.places import House, Premises
from vodokanal.staff.filters import FROM, TO, Narrowing
from vodokanal.staff.listing import Asked
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.report import amount
from vodokanal.staff.searches import Said


def in_rubles(*names: str) -> dict[str, Any]:
    """How columns of money are printed in a list: to the kopeck."""
    return dict.fromkeys(names, lambda _view, _context, row, name: amount(getattr(row, name)))


class MonthlyView(ListView):
    """A table whose index begins with the month, then the account: by default its last month."""

    # The column of the month.
    month: ClassVar[str] = "period"
    loaders = {"account": AccountLoader}
    owners = ("account",)

    def rows(self) -> ModelSelect:
        return (
            self.table.select(self.table, Account, Premises, House)
            .join(Account)
            .join(Premises)
            .join(House)
        )

    def months(self) -> list[Period]:
        """The months from the first to the last that there are rows of; by the index's two ends."""
        if "months_of_list" not in g:
            ends = [self.table.select(end(self._column)).scalar() for end in (fn.MIN, fn.MAX)]
            g.months_of_list = list(months_between(*ends)) if None not in ends else []
        found: list[Period] = g.months_of_list
        return found

    def narrowing(self) -> Narrowing:
        names = [self.month + FROM, self.month + TO]
        if any(request.args.get(name) for name in (*names, *self.owners)):
            return super().narrowing()
        # All months of a large town at once are nothing to be looked at.
        arguments: MultiDict[str, str] = MultiDict(request.args)
        for name, period in product(names, self.months()[-1:]):
            arguments.setlist(name, [str(period)])
        return Narrowing(self.filters, arguments)

    def conditions(self, asked: Asked, narrowing: Narrowing) -> list[Expression]:
        # Named one by one, so that the account is looked up within each.
        return [*super().conditions(asked, narrowing), self._column.in_(self._asked_months())]

    def ordering(self, narrowing: Narrowing) -> Sequence[Any]:
        """As the index has it, whatever range was chosen."""
        return self.order

    def meant(self, said: Said) -> list[Expression]:
        in_months = self._column.in_(self._asked_months())
        return [in_months & each for each in said.accounts(self.table.account, BY_ACCOUNT)]

    @property
    def _column(self) -> Any:
        return getattr(self.table, self.month)

    def _asked_months(self) -> list[Period]:
        form = self.narrowing().form
        first, last = (form[self.month + end].data for end in (FROM, TO))
        return [
            each
            for each in self.months()
            if (first is None or each >= first) and (last is None or each <= last)
        ]
