"""The words of the acts of a change of holder: one for whoever left, one for whoever came."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from vodokanal.operations.holder_acts import ActMeter, NewAct, OldAct
from vodokanal.paperwork.printed import PrintedHolderAct, PrintedSum
from vodokanal.paperwork.rendering import pdf_of
from vodokanal.web.dates import full_day, full_month
from vodokanal.web.language import chosen_language
from vodokanal.web.numbers import money, reading
from vodokanal.web.receipt_papers import letterhead
from vodokanal.web.wording import account_words, water


def old_act_pdf(act: OldAct) -> bytes:
    """The act of whoever left, as a PDF."""
    return pdf_of(printed_old_act(act))


def new_act_pdf(act: NewAct) -> bytes:
    """The act of whoever came, as a PDF."""
    return pdf_of(printed_new_act(act))


def printed_old_act(act: OldAct) -> PrintedHolderAct:
    """What was shown last and what is owed; nothing of who came afterwards."""
    day = full_day(act.last_day)
    return PrintedHolderAct(
        language=chosen_language(),
        title=_("Act of the last readings"),
        utility=letterhead(act.requisites),
        facts=_facts(act, day=(_("charged until"), day)),
        meters_title=_("Last readings, at the end of %(day)s", day=day),
        columns=_columns(),
        meters=_rows(act.meters),
        sums_title=_("What is to be paid"),
        sums=_sums(act),
        notes=[
            *_estimate_note(act.meters),
            _("The sum of the month is final when its bill is issued."),
            _("The account is closed: nothing is charged for later days."),
            _("Name account %(number)s when you pay.", number=account_words(act.number)),
        ],
        signatures=_signatures(),
    )


def printed_new_act(act: NewAct) -> PrintedHolderAct:
    """From which readings charging begins; nothing of who was there before."""
    day = full_day(act.on)
    return PrintedHolderAct(
        language=chosen_language(),
        title=_("Act of opening an account"),
        utility=letterhead(act.requisites),
        facts=[
            *_facts(act, day=(_("charged from"), day)),
            *_people(act),
        ],
        meters_title=_("First readings, at the beginning of %(day)s", day=day),
        columns=_columns(),
        meters=_rows(act.meters),
        sums_title="",
        sums=[],
        notes=[
            *_estimate_note(act.meters),
            _("The account begins with nothing owed."),
            _("The office issues login and password for the cabinet; the login is the number."),
        ],
        signatures=_signatures(),
    )


def _facts(act: OldAct | NewAct, *, day: tuple[str, str]) -> list[Sequence[str]]:
    return [
        [_("personal account"), account_words(act.number)],
        [_("payer"), act.holder or _("To the owner of the premises")],
        [_("address"), act.address],
        list(day),
    ]


def _people(act: NewAct) -> list[Sequence[str]]:
    if act.people is None:
        return []
    registered, owners = act.people
    words = _("%(registered)s registered, %(owners)s owning", registered=registered, owners=owners)
    return [[_("people there"), words]]


def _columns() -> list[str]:
    return [_("Water"), _("Meter"), _("Reading, m³"), _("How it is known")]


def _rows(meters: Sequence[ActMeter]) -> list[Sequence[str]]:
    return [
        [
            water(each.meter.kind),
            " · ".join(filter(None, (str(each.meter), str(each.meter.place)))),
            reading(each.value, meter=each.meter),
            _("shared by days") if each.is_estimated else _("read off the meter"),
        ]
        for each in meters
    ]


def _estimate_note(meters: Sequence[ActMeter]) -> list[str]:
    if not any(each.is_estimated for each in meters):
        return []
    return [
        _(
            "“Shared by days”: nobody has read the meter on that day. The water since the last "
            "reading is shared by days: by the next reading where there is one, or else by the "
            "usual volume of a day (Rules 354, paragraphs 42 and 59). Both parts add up to what "
            "the meter shows."
        )
    ]


def _sums(act: OldAct) -> list[PrintedSum]:
    unknown = _("to be reckoned")
    to_pay = act.to_pay
    is_ahead = to_pay is not None and to_pay < 0
    return [
        PrintedSum(_("By bills and payments until today"), _sum(act.owed, unknown)),
        PrintedSum(
            _("For %(month)s so far", month=full_month(act.period)), _sum(act.month_sum, unknown)
        ),
        PrintedSum(
            _("Paid ahead") if is_ahead else _("To be paid in all"),
            _sum(abs(to_pay) if to_pay is not None else None, unknown),
            bold=True,
        ),
    ]


def _sum(amount: Decimal | None, unknown: str) -> str:
    return unknown if amount is None else money(amount)


def _signatures() -> list[str]:
    return [_("for the utility: name, signature"), _("payer: name, signature"), _("day of signing")]
