"""What a deed that waits would do, in words: a sentence, and line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.approvals import DeedState
from vodokanal.models.payments import Payment
from vodokanal.operations.books_above import BookAbove
from vodokanal.operations.corrections import NewCorrection
from vodokanal.operations.deed_kinds import RateDeed, deed_of
from vodokanal.operations.disputes import Fix, get_dispute
from vodokanal.operations.opening_balances import NewOpening
from vodokanal.operations.payments import NewReversal
from vodokanal.staff.card_actions import listed_card
from vodokanal.staff.cells import day, moment, printed
from vodokanal.staff.labels import label_of
from vodokanal.staff.rates import RateView
from vodokanal.web.dates import day as day_words
from vodokanal.web.dates import month_title
from vodokanal.web.dispute_words import line_words
from vodokanal.web.numbers import money
from vodokanal.web.wording import Label

N_ = lazy_gettext

STATES: Mapping[DeedState, tuple[str, str]] = {
    DeedState.WAITING: ("ask", N_("Waits for the chief")),
    DeedState.APPROVED: ("ok", N_("allowed")),
    DeedState.DECLINED: ("bad", N_("declined")),
    DeedState.ALONE: ("neutral", N_("done without asking")),
}
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class DeedLine:
    """One deed as the lists show it."""

    id: int
    title: str
    account: str
    card: str
    address: str
    sum: str
    asked: str
    asker: str
    decided: str
    words: str
    label: Label
    facts: Facts


def line_of(row: Any) -> DeedLine:
    """A deed of a list, with whom and what it is about."""
    title, facts = WORDS[type(deed := deed_of(row))](deed)
    account, decider = row.account, getattr(row, "decider", None)
    kind, words = STATES[row.state]
    decided = [moment(row.decided_at)] if row.decided_at is not None else []
    if decider is not None and decider.id is not None:
        decided.append(str(decider.name))
    return DeedLine(
        id=row.id,
        title=title,
        account="" if account is None else grouped(str(account.number)),
        card="" if account is None else listed_card(account),
        address="" if account is None else str(account.premises.address),
        sum="" if row.amount is None else money(row.amount),
        asked=moment(row.asked_at),
        asker=str(row.asked_by.name),
        decided=", ".join(decided),
        words=str(row.words),
        label=Label(kind, str(words)),
        facts=facts,
    )


def book_line(above: BookAbove) -> DeedLine:
    """A book with balances above the sum: it has waited for nobody."""
    book, (kind, words) = above.book, STATES[DeedState.ALONE]
    return DeedLine(
        id=book.id,
        title=_("Book loaded: %(name)s", name=book.name),
        account="",
        card="",
        address="",
        sum=money(above.amount),
        asked=moment(book.decided_at),
        asker="—" if book.employee is None else str(book.employee.name),
        decided="",
        words="",
        label=Label(kind, str(words)),
        facts=[(_("Opening balances above the sum"), str(above.count))],
    )


def _correction(new: NewCorrection) -> tuple[str, Facts]:
    what = _("penalty") if new.service is None else label_of(new.service)
    way = _("less to pay") if new.amount < 0 else _("more to pay")
    month = month_title(new.for_period)
    return _("Correction: %(way)s", way=way), [
        (_("What of it"), what),
        (_("For the month"), month),
        (_("What the resident reads"), new.words),
    ]


def _fix(fix: Fix) -> tuple[str, Facts]:
    dispute: Any = get_dispute(fix.dispute_id)
    way = _("less to pay") if fix.amount < 0 else _("more to pay")
    return _("Answer to dispute № %(number)s: %(way)s", number=dispute.id, way=way), [
        (_("The disputed line"), line_words(dispute)),
        (_("What the payer says"), dispute.words),
        (_("What the resident reads"), fix.words),
    ]


def _reversal(new: NewReversal) -> tuple[str, Facts]:
    payment: Any = Payment.get_by_id(new.payment_id)
    return _("Take a payment back"), [
        (_("Received on"), day_words(payment.received_on)),
        (_("How it came"), label_of(payment.channel)),
        (_("Document"), str(payment.document)),
        (_("Why it is taken back"), new.reason),
    ]


def _opening(new: NewOpening) -> tuple[str, Facts]:
    month = "" if new.period is None else month_title(new.period)
    return _("Opening balance: %(kind)s", kind=label_of(new.kind)), [
        (_("For the month"), month),
        (_("As of"), day(new.on)),
    ]


def _rate(deed: RateDeed) -> tuple[str, Facts]:
    view: Any = _views()[deed.table]
    title = str(view.title)
    if deed.row is None:
        return _("%(table)s: new row", table=title), _told(view, deed.values)
    seen = {**deed.row.__data__, **deed.seen}
    changed = [name for name, value in deed.values.items() if seen[name] != value]
    was = dict(_told(view, {name: seen[name] for name in changed}))
    news = _told(view, {name: deed.values[name] for name in changed})
    row = " · ".join(words for _label, words in _told(view, _identity(deed)) if words)
    facts = [
        (words, _("%(was)s → %(now)s", was=was[words] or "—", now=now or "—"))
        for words, now in news
    ]
    return _("%(table)s: change", table=title), [(_("Row"), row), *facts]


def _identity(deed: RateDeed) -> Mapping[str, Any]:
    """What tells a row of rates from the others."""
    names = [*(deed.table.ONE_A_DAY or ()), "starts_on"]
    return {name: deed.row.__data__[name] for name in names}


def _told(view: Any, values: Mapping[str, Any]) -> Facts:
    return [
        (str(view.column_labels[name]), str(_value(view.table._meta.fields[name], value)))
        for name, value in values.items()
    ]


def _value(field: Any, value: Any) -> Any:
    table = getattr(field, "rel_model", None)
    return printed(value if table is None or value is None else table.get_by_id(value))


def _views() -> Mapping[Any, type[RateView]]:
    return {view.table: view for view in RateView.__subclasses__()}


WORDS: Mapping[type, Callable[[Any], tuple[str, Facts]]] = {
    NewCorrection: _correction,
    Fix: _fix,
    NewReversal: _reversal,
    NewOpening: _opening,
    RateDeed: _rate,
}
