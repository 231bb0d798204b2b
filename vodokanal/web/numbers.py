"""Numbers as readers write them: one formatter a language, built once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from flask_babel import gettext as _
from flask_babel import ngettext

from vodokanal.billing.displays import drums
from vodokanal.billing.volumes import CUBIC_METRE, LITRE
from vodokanal.models.meters import Meter
from vodokanal.web.language import chosen_language

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
KOPECK_PLACES = 2
LITRE_PLACES = 3
LITRES_IN_A_CUBIC_METRE = 1000


@dataclass(frozen=True)
class Numbers:
    """How one language writes numbers."""

    marks: dict[int, str]

    def fixed(self, value: Decimal, places: int) -> str:
        """The value with just so many decimals, thousands apart."""
        # Shares of a month have six decimals, and a total is rounded once, as it is printed.
        exact = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return f"{exact:,f}".translate(self.marks)


def numbers() -> Numbers:
    """The formatter of this page's language."""
    return _numbers(chosen_language())


@lru_cache(maxsize=8)
def _numbers(language: str) -> Numbers:
    symbols = Locale.parse(language).number_symbols["latn"]
    return Numbers(str.maketrans({".": symbols["decimal"], ",": NO_BREAK}))


def point() -> str:
    """What stands before the litres."""
    return numbers().marks[ord(".")]


def reading(value: Decimal, *, meter: Meter) -> str:
    """A reading as people say it: 156,320."""
    black, red = drums_of(value, meter=meter)
    return _joined(black.lstrip("0") or "0", red)


def display(value: Decimal, *, meter: Meter) -> str:
    """A reading with every digit of the display: 00156,320."""
    return _joined(*drums_of(value, meter=meter))


def pattern(meter: Meter, *, whole_only: bool = False) -> str:
    """The pattern of what is to be typed: 00000,000."""
    return _joined("0" * meter.digits_before, "" if whole_only else "0" * meter.digits_after)


def drums_of(value: Decimal, *, meter: Meter) -> tuple[str, str]:
    """The digits on a meter's black and red drums."""
    # A kept value may be longer than the display that somebody noted down later.
    before = max(meter.digits_before, len(str(int(value))))
    return drums(
        value.quantize(LITRE, rounding=ROUND_DOWN),
        digits_before=before,
        digits_after=meter.digits_after,
    )


def volume(value: Decimal) -> str:
    """A volume to the litre: 3,120 м³."""
    return _("%(volume)s m³", volume=numbers().fixed(value, LITRE_PLACES))


def exact(value: Decimal) -> str:
    """A number with all the decimals that it has, and no zeros after them: 173,7816."""
    plain = value.normalize()
    return numbers().fixed(plain, max(-int(plain.as_tuple().exponent), 0))


def money(value: Decimal) -> str:
    """An amount in rubles: 1 234,56 ₽."""
    sign = MINUS if value < 0 else ""
    return _("%(amount)s ₽", amount=sign + numbers().fixed(abs(value), KOPECK_PLACES))


def whole_money(value: Decimal) -> str:
    """An amount for an overview, without its kopecks: 2 418 306 ₽."""
    sign = MINUS if value < 0 else ""
    return _("%(amount)s ₽", amount=sign + numbers().fixed(abs(value), 0))


def count(number: int) -> str:
    """How many there are: 1 842."""
    return numbers().fixed(Decimal(number), 0)


def signed_money(value: Decimal) -> str:
    """An amount that changes another one: + 874,81 ₽, − 462,37 ₽."""
    return f"{MINUS if value < 0 else '+'}{NO_BREAK}{money(abs(value))}"


def short_volume(value: Decimal) -> str:
    """A volume for an overview: 47,6 м³."""
    return _("%(volume)s m³", volume=numbers().fixed(value, 1))


def volume_in_words(value: Decimal) -> str:
    """A volume as it is spoken: 3 кубометра 120 литров."""
    rounded = value.quantize(LITRE, rounding=ROUND_HALF_UP)
    whole = int(rounded // CUBIC_METRE)
    litres = int(rounded % CUBIC_METRE * LITRES_IN_A_CUBIC_METRE)
    # Nobody says "0 cubic metres 320 litres".
    parts = []
    if whole:
        parts.append(ngettext("%(num)s cubic metre", "%(num)s cubic metres", whole))
    if litres or not whole:
        parts.append(ngettext("%(num)s litre", "%(num)s litres", litres))
    return " ".join(parts)


def _joined(black: str, red: str) -> str:
    return f"{black}{point()}{red}" if red else black
