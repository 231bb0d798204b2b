"""Disputes: a line of a receipt that its payer does not agree with, and what was answered."""

from __future__ import annotations

from peewee import SQL, CharField, Check, DateField, ForeignKeyField

from vodokanal.casework.disputes import DisputeState, Heard
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, MoneyField, PeriodField
from vodokanal.models.people import Employee, Resident
from vodokanal.models.recalculations import Correction

LONGEST_WORDS = 1000


class Dispute(Table):
    """Somebody's words against one line of the receipt of `period`, and the answer.

    `debt_period` is the month whose debt the line belongs to, `amount` what of it is disputed in
    rubles: nothing where the line takes from the debt.
    """

    account = ForeignKeyField(Account, backref="disputes", on_delete="RESTRICT", index=False)
    period = PeriodField()
    # The line's name in addresses: lines themselves are written anew by the thousand.
    line = CharField(max_length=40)
    debt_period = PeriodField()
    amount = MoneyField()
    words = CharField(max_length=LONGEST_WORDS)
    heard = ChoiceField(Heard, default=Heard.PORTAL)
    # Who says so, or who has written it down for them.
    resident = ForeignKeyField(Resident, null=True, on_delete="RESTRICT", index=False)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    opened_at = MomentField()
    # Inclusive; unknown where no row of the law says by when.
    answer_by = DateField(null=True)
    state = ChoiceField(DisputeState, default=DisputeState.OPEN)
    answer = CharField(max_length=LONGEST_WORDS, default="")
    answered_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    answered_at = MomentField(null=True)
    # One that is withdrawn while its month is open: the dispute is open again.
    correction = ForeignKeyField(Correction, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("account", "period", "line"), False),)
        constraints = [
            one_of("state", DisputeState),
            one_of("heard", Heard),
            Check("amount >= 0"),
            Check("words <> ''"),
            Check("(state = 'open') = (answered_at IS NULL)"),
            Check("state IN ('open', 'withdrawn') OR answer <> ''"),
        ]


# Few among many that were answered long ago.
Dispute.add_index(
    Dispute.opened_at, Dispute.id, where=SQL("state = 'open'"), name="dispute_waiting"
)
Dispute.add_index(
    Dispute.account,
    Dispute.period,
    Dispute.line,
    unique=True,
    where=SQL("state = 'open'"),
    name="dispute_one_open",
)
# In the words of those indexes: SQLite does not look for a partial one by parameters.
IS_WAITING = SQL("state = 'open'")

TABLES = (Dispute,)
