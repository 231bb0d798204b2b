"""The words of a receipt's charges and corrections: by what a volume was found, why a sum changed."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.ledger import Side
from vodokanal.billing.methods import Method
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.receipts import PaperCorrection, PaperLine, PaperNorm
from vodokanal.billing.services import Service
from vodokanal.paperwork.printed import PrintedLine, PrintedSum
from vodokanal.web.numbers import LITRE_PLACES, MINUS, NO_BREAK, exact, numbers

N_ = lazy_gettext
ONE = Decimal(1)

SERVICES = {
    Service.COLD: N_("Cold water"),
    Service.HOT: N_("Hot water"),
    Service.SEWAGE: N_("Sewage"),
}
METHODS = {
    Method.METER: N_("by the meter"),
    Method.AVERAGE: N_("by the average of earlier months"),
    Method.NORM: N_("by the norm: the meter cannot be charged by"),
    Method.NO_METER: N_("by the norm: there is no meter"),
    Method.SUM: N_("as much as cold and hot water together"),
}
NORMS = {
    NormBasis.PERSON: N_("%(norm)s m³ for each of %(units)s people"),
    NormBasis.GARDEN: N_("%(norm)s m³ for each of %(units)s m² of garden"),
    NormBasis.LIVESTOCK: N_("%(norm)s m³ for each of %(units)s animals"),
}
REASONS = {
    RecalculationReason.TRUE_UP: N_("a reading shows what was really used"),
    RecalculationReason.READING_CORRECTED: N_("a reading was corrected"),
    RecalculationReason.ABSENCE: N_("people were away"),
    RecalculationReason.INTERRUPTION: N_("the water was cut off"),
    RecalculationReason.CHECK: N_("the meter was checked"),
    RecalculationReason.RATES: N_("the month was calculated anew"),
    RecalculationReason.MANUAL: N_("by a decision of the utility"),
}


def service_name(service: Service) -> str:
    """What is supplied: Холодная вода."""
    return str(SERVICES[service])


def charge_columns() -> list[str]:
    """The heads of the table of charges."""
    return [_("Service"), _("Volume, m³"), _("Price of 1 m³, ₽"), _("Sum, ₽")]


def charge_line(line: PaperLine) -> PrintedLine:
    """A service at one price; beneath it what the multiplier adds (ПП 354 п. 69 г)."""
    fixed = numbers().fixed
    parts = []
    if line.multiplier != ONE:
        adds = _("of which by the multiplier %(multiplier)s", multiplier=exact(line.multiplier))
        parts.append(PrintedSum(adds, fixed(line.excess, 2)))
    return PrintedLine(
        PrintedSum(service_name(line.service), fixed(line.amount, 2), _how(line)),
        [_volume(line.volume), fixed(line.price, 2)],
        parts,
    )


def reason_words(correction: PaperCorrection) -> str:
    """Why an amount was corrected, in the employee's own words where there are some."""
    words = correction.words or str(REASONS[correction.reason])
    if correction.side is Side.PENALTY:
        words = _("penalty: %(words)s", words=words)
    if correction.volume:
        words = f"{words}, {_signed_volume(correction.volume)}"
    return words


def _signed_volume(volume: Decimal) -> str:
    sign = MINUS if volume < 0 else "+"
    return _("%(volume)s m³", volume=f"{sign}{NO_BREAK}{_volume(abs(volume))}")


def _how(line: PaperLine) -> str:
    words = str(METHODS[line.method])
    if not line.price_has_vat:
        return _("%(how)s; the price is without VAT", how=words)
    norms = "; ".join(_norm(each) for each in line.norms)
    return f"{words}; {norms}" if norms else words


def _norm(norm: PaperNorm) -> str:
    return str(NORMS[norm.basis]) % {"norm": exact(norm.volume), "units": exact(norm.units)}


def _volume(volume: Decimal) -> str:
    """A volume to the litre, or with as many decimals as it was charged with."""
    fixed = numbers().fixed(volume, LITRE_PLACES)
    return fixed if volume == volume.quantize(Decimal("0.001")) else exact(volume)
