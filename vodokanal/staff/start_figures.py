"""The figures of the start page with their bars: sent so far, charged and paid, owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic, perf_counter
from typing import Any, ClassVar

from flask_babel import gettext as _

from vodokanal.billing.debt_ages import Age
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.operations.debtors import get_debt_figures
from vodokanal.operations.figures import find_money, get_sent
from vodokanal.operations.windows import Term, get_term
from vodokanal.staff.silence_counts import silence_counts
from vodokanal.web import numbers
from vodokanal.web.clock import today
from vodokanal.web.configuration import settings
from vodokanal.web.dates import in_month, month
from vodokanal.web.page import configuration
from vodokanal.web.share_bars import ShareBar, percent, share_bar

# In a large town these look at every account: kept by a process for a while, and so they say.
CHEAP_SECONDS, KEPT_SECONDS = 0.1, 600.0
Line = tuple[str, str, str, str]


@dataclass(frozen=True)
class Figure:
    """One figure: its title, the number, a remark beside it, its bar and the table beneath.

    A line is a name, a value, an address or an empty text, and a tone or an empty text.
    """

    title: str
    value: str
    aside: str
    bar: ShareBar
    lines: Sequence[Line]


class _Kept:
    """What was costly to count, with the moment until which it holds."""

    found: ClassVar[dict[tuple[Any, ...], tuple[float, Any]]] = {}


def figures(desks: Mapping[str, Any]) -> list[Figure]:
    """The figures whose desks the employee may open."""
    return [
        figure
        for endpoint, of in KINDS.items()
        if endpoint in desks
        for figure in of(desks[endpoint])
    ]


def _sent(desk: Any) -> Iterator[Figure]:
    term = _term()
    if term is None:
        return
    sent = _kept("sent", lambda: get_sent(term.period, today(), month_ago=_month_ago(term)))
    if not sent.expected:
        return
    silent = sum(each.accounts for each in silence_counts(term.period, today()).districts)
    done = max(sent.expected - silent, 0)
    yield Figure(
        _("Readings for %(month)s are sent by", month=month(term.period)),
        numbers.count(done),
        _("of %(whole)s", whole=numbers.count(sent.expected)),
        share_bar([(done, "act")], sent.expected),
        [
            (_("Now"), _per_cent(done, sent.expected), "", ""),
            (
                _("%(month)s by this day", month=_capital(in_month(term.period.previous))),
                _per_cent(sent.sent_before, sent.expected),
                "",
                "",
            ),
            (_("Who has not sent"), numbers.count(silent), desk.get_url(".index"), ""),
        ],
    )


def _charged(desk: Any) -> Iterator[Figure]:
    money = find_money(today())
    if money is None:
        return
    unpaid = min(_debts().of_last_month, money.to_pay)
    paid = money.to_pay - unpaid
    paid_words = _("Paid, %(share)s", share=_per_cent(paid, money.to_pay))
    to_pay = [(_("With corrections"), numbers.whole_money(money.to_pay), "", "")]
    yield Figure(
        _("Charged for %(month)s", month=month(money.period)),
        numbers.whole_money(money.charged),
        "",
        share_bar([(paid, "act")], money.to_pay),
        [
            *(to_pay if money.corrected else ()),
            (paid_words, numbers.whole_money(paid), "", ""),
            (_("Not paid yet"), numbers.whole_money(unpaid), "", ""),
            (
                _("Came today"),
                numbers.whole_money(money.received_today),
                desk.get_url("payments.index_view"),
                "",
            ),
        ],
    )


def _owed(desk: Any) -> Iterator[Figure]:
    ages = _debts().by_age
    young = ages[Age.NOT_DUE] + ages[Age.TO_30]
    middle, old = ages[Age.TO_90], ages[Age.TO_365] + ages[Age.OLDER]
    whole = young + middle + old
    if not whole:
        return
    yield Figure(
        _("Debt"),
        numbers.whole_money(whole),
        "",
        share_bar([(young, "first"), (middle, "second"), (old, "bad")], whole),
        [
            (_("Up to a month"), numbers.whole_money(young), "", ""),
            (_("From a month to three"), numbers.whole_money(middle), "", ""),
            (
                _("More than three months"),
                numbers.whole_money(old),
                desk.get_url(".index"),
                "bad" if old else "",
            ),
        ],
    )


KINDS: Mapping[str, Callable[[Any], Iterator[Figure]]] = {
    "reading_missing": _sent,
    "payments": _charged,
    "debtors": _owed,
}


def _term() -> Term | None:
    try:
        return get_term(today(), district_id=None, calendar=configuration().calendar)
    except NoWindowRuleError:
        return None


def _month_ago(term: Term) -> datetime:
    """The end of the same day of the month before, as the utility's clock has it."""
    before = term.period.previous
    day = min(today(), term.period.last_day).day
    last = date(before.year, before.month, min(day, before.last_day.day))
    return datetime.combine(last, time.max, tzinfo=settings().zone)


def _debts() -> Any:
    return _kept("debts", lambda: get_debt_figures(today()))


def _kept(name: str, count: Callable[[], Any]) -> Any:
    """What was counted not long ago, where counting it again takes its time."""
    key = (name, configuration().token, today())
    _Kept.found = {each: kept for each, kept in _Kept.found.items() if monotonic() < kept[0]}
    if key in _Kept.found:
        return _Kept.found[key][1]
    began = perf_counter()
    found = count()
    if perf_counter() - began > CHEAP_SECONDS:
        _Kept.found = {**_Kept.found, key: (monotonic() + KEPT_SECONDS, found)}
    return found


def _per_cent(part: Any, whole: Any) -> str:
    if part > 0 and not percent(part, whole):
        return _("less than %(share)s %%", share=1)
    return _("%(share)s %%", share=percent(part, whole))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
