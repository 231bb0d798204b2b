"""The lines of the call list: whom to ring, about what, what it will cost, who has rung already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.silence_calls import CallOutcome
from vodokanal.operations.kept_rates import rates_under
from vodokanal.operations.prospects import Prospect
from vodokanal.operations.silence_calls import last_calls
from vodokanal.operations.silent import Silence, SilentAccount, SilentMeter
from vodokanal.operations.silent_costs import costs_of_silence
from vodokanal.operations.submission_keys import new_key
from vodokanal.operations.windows import get_term
from vodokanal.web import numbers
from vodokanal.web.dates import moment
from vodokanal.web.page import configuration
from vodokanal.web.wording import kind_word, place_of

N_ = lazy_gettext

OUTCOMES: Mapping[Any, str] = {
    CallOutcome.PROMISED: N_("promised to send"),
    CallOutcome.NO_ANSWER: N_("no answer"),
    CallOutcome.WRONG_NUMBER: N_("wrong number"),
    CallOutcome.OTHER: N_("something else"),
}
NOBODY = Prospect()


@dataclass(frozen=True)
class Line:
    """An account that has not sent: whom to ring, about which meters, since when, at what cost."""

    account: Account
    number: str
    holder: str
    telephone: str
    meters: Sequence[tuple[str, str]]
    months: str
    cost: str
    norm: str
    call: str
    # Pressed twice, a button counts once.
    key: str = field(default_factory=new_key)


def lines_of(found: Sequence[SilentAccount], silence: Silence) -> list[Line]:
    """The accounts of a page."""
    costs = _costs(found, silence)
    calls = last_calls([each.account.id for each in found], silence.period)
    return [
        line_of(each, cost=costs.get(each.account.id, NOBODY), call=calls.get(each.account.id))
        for each in found
    ]


def line_of(silent: SilentAccount, *, cost: Prospect = NOBODY, call: Any = None) -> Line:
    """An account of the list."""
    holder = silent.holder
    return Line(
        account=silent.account,
        number=grouped(str(silent.account.number)),
        holder="" if holder is None else str(holder.name),
        telephone="" if holder is None else str(holder.telephone),
        meters=[meter_words_of(each) for each in silent.meters],
        months=ngettext("%(num)s month", "%(num)s months", silent.months),
        cost=_about(cost.now),
        norm="" if cost.by_norm == cost.now else _about(cost.by_norm),
        call="" if call is None else call_words(call),
    )


def meter_words_of(silent: SilentMeter) -> tuple[str, str]:
    """Which meter is missed: the water and the place, and its number, which never breaks."""
    words = (kind_word(silent.meter.kind), place_of(silent.meter))
    return " · ".join(filter(None, words)), str(silent.meter)


def call_words(call: Any) -> str:
    """What came of a call, when and who has rung up."""
    is_other = call.outcome is CallOutcome.OTHER
    outcome = str(call.words) if is_other else str(OUTCOMES[call.outcome])
    who = "" if call.employee is None else str(call.employee.name)
    return ", ".join(filter(None, (outcome, moment(call.called_at), who)))


def _costs(found: Sequence[SilentAccount], silence: Silence) -> Mapping[int, Prospect]:
    known = configuration()
    try:
        term = get_term(silence.today, district_id=silence.district_id, calendar=known.calendar)
    except NoWindowRuleError:
        return {}
    return costs_of_silence(found, silence, rates=rates_under(known.token), term=term)


def _about(amount: Decimal | None) -> str:
    """Whole rubles: an estimate has no kopecks."""
    return "" if amount is None else _("≈ %(sum)s", sum=numbers.whole_money(amount))
