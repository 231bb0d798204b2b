"""Fields that several dated forms have: the day, the paper, the past, a meter's passport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField

from vodokanal.models.account_changes import LONGEST_PAPER
from vodokanal.models.meters import Meter
from vodokanal.operations.new_meters import last_known
from vodokanal.staff.labels import label_of
from vodokanal.web.dates import day
from vodokanal.web.form_fields import DayField, Filled, LineField, WholeField
from vodokanal.web.numbers import reading

N_ = lazy_gettext

LONGEST_SERIAL, LONGEST_NAME, LONGEST_SEAL = 40, 100, 60
# Nearly every household meter.
USUAL_DIGITS = {"digits_before": 5, "digits_after": 3}
BACKDATED = N_("It was so in the past already")


def day_field(words: str, hint: str = "") -> Any:
    """The day from which a change holds."""
    return DayField(words, description=hint, validators=[Filled()])


def black_digits_field(**options: Any) -> Any:
    """How many cubic metres' digits a display has."""
    words = N_("Digits before the comma")
    return WholeField(words, description=N_("The black ones."), least=3, most=9, **options)


def red_digits_field(**options: Any) -> Any:
    """How many digits a display has behind the comma."""
    words = N_("Digits after the comma")
    return WholeField(words, description=N_("The red ones."), least=0, most=4, **options)


def paper_field(words: str, hint: str = "", *, is_needed: bool = False) -> Any:
    """The paper that was seen."""
    return LineField(
        words,
        description=hint,
        longest=LONGEST_PAPER,
        validators=[Filled()] if is_needed else [],
    )


def past_field(hint: str) -> Any:
    """The tick that lets a change begin in an issued month."""
    return BooleanField(BACKDATED, description=hint)


def meter_words(meter: Meter) -> str:
    """A meter as it is chosen: water, number, place."""
    words = (label_of(meter.kind), str(meter), str(meter.place))
    return ", ".join(each for each in words if each)


def known_words(meter: Meter) -> str:
    """What a meter is known to have shown last."""
    value, on = last_known(meter)
    return f"{meter_words(meter)}: {reading(value, meter=meter)} ({day(on)})"


def offered(words: Any) -> Callable[[], list[tuple[Any, str]]]:
    """A choice's members with their words."""
    return lambda: list(words.items())
