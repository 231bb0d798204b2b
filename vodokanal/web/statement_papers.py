"""The words of an account's statement and of the certificate that it owes nothing."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.payments import Channel
from vodokanal.billing.statements import NoDebtCertificate, StatementPaper, StatementRow, Whose
from vodokanal.paperwork.printed import PrintedCertificate, PrintedStatement, PrintedSum
from vodokanal.web.dates import full_day, full_month
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import MINUS, NO_BREAK, money, signed_money
from vodokanal.web.receipt_papers import letterhead
from vodokanal.web.wording import account_words

N_ = lazy_gettext

KINDS = {
    MovementKind.OPENING: N_("Carried over from earlier books"),
    MovementKind.CHARGE: N_("Charged for %(month)s"),
    MovementKind.CORRECTION: N_("Recalculations in %(month)s"),
    MovementKind.PENALTY: N_("Penalty for paying late, %(month)s"),
    MovementKind.PAYMENT: N_("Paid"),
    MovementKind.REVERSAL: N_("A payment taken back"),
}
CHANNELS = {
    Channel.DESK: N_("Paid in the office"),
    Channel.BANK: N_("Paid at a bank"),
    Channel.POST: N_("Paid at the post"),
    Channel.CARD: N_("Paid by card"),
    Channel.OTHER: N_("Paid"),
}


def printed_statement(paper: StatementPaper) -> PrintedStatement:
    """The statement, ready to be laid out."""
    number = account_words(paper.whose.number)
    return PrintedStatement(
        language=chosen_language(),
        title=_("Statement of account %(number)s", number=number),
        period=_between(paper),
        address=paper.whose.address,
        whose=paper.whose.holder,
        utility=letterhead(paper.whose.requisites),
        opening=PrintedSum(
            _balance_on(paper.opening, full_day(paper.first.first_day)), money(abs(paper.opening))
        ),
        columns=[_("When"), _("What"), _("Sum"), _("To pay after it")],
        rows=[_row(each) for each in paper.rows],
        nothing=_("Nothing was charged or paid."),
        sums=[
            PrintedSum(_("Charged in all"), money(paper.charged)),
            PrintedSum(_("Paid in all"), money(paper.paid)),
            PrintedSum(
                _balance_on(paper.closing, full_day(paper.last.last_day)),
                money(abs(paper.closing)),
                bold=True,
            ),
        ],
        footer=_("account %(number)s", number=number),
        page=_("page"),
    )


def printed_certificate(paper: NoDebtCertificate) -> PrintedCertificate:
    """The certificate, ready to be laid out."""
    day = full_day(paper.on)
    return PrintedCertificate(
        language=chosen_language(),
        title=_("Certificate that nothing is owed"),
        utility=letterhead(paper.whose.requisites),
        paragraphs=[
            _nothing_owed(paper.whose, day),
            *_after(paper),
            _("Made on %(day)s.", day=day),
        ],
        signatures=[_("position"), _("signature, seal"), _("name")],
    )


def _between(paper: StatementPaper) -> str:
    if paper.first == paper.last:
        return full_month(paper.first)
    return _("%(first)s to %(last)s", first=full_month(paper.first), last=full_month(paper.last))


def _balance_on(balance: Decimal, day: str) -> str:
    if balance < 0:
        return _("Paid ahead on %(day)s", day=day)
    return _("To pay on %(day)s", day=day)


def _row(row: StatementRow) -> list[str]:
    after = money(row.balance)
    if row.balance < 0:
        after = f"{MINUS}{NO_BREAK}{money(-row.balance)}"
    return [full_day(row.on), row_words(row), signed_money(row.amount), after]


def row_words(row: StatementRow) -> str:
    """What a row of a statement is: Начислено за октябрь, Оплачено в банке."""
    if row.channel is not None:
        return str(CHANNELS[row.channel])
    return str(KINDS[row.kind]) % {"month": full_month(row.period)}


def _nothing_owed(whose: Whose, day: str) -> str:
    if not whose.holder:
        return _(
            "On %(day)s nothing is owed for water and sewage under account %(number)s, "
            "address: %(address)s.",
            day=day,
            number=account_words(whose.number),
            address=whose.address,
        )
    return _(
        "On %(day)s nothing is owed for water and sewage under account %(number)s, "
        "address: %(address)s, payer: %(holder)s.",
        day=day,
        number=account_words(whose.number),
        address=whose.address,
        holder=whose.holder,
    )


def _after(paper: NoDebtCertificate) -> list[str]:
    found = []
    if paper.last_payment is not None:
        paid = paper.last_payment
        found.append(
            _(
                "The last payment came on %(day)s: %(sum)s.",
                day=full_day(paid.on),
                sum=money(paid.amount),
            )
        )
    if paper.paid_ahead:
        found.append(_("Paid ahead: %(sum)s.", sum=money(paper.paid_ahead)))
    if paper.waiting:
        words = _(
            "Not counted yet: corrections of %(sum)s, which the next receipt will show.",
            sum=signed_money(paper.waiting),
        )
        found.append(words)
    return found
