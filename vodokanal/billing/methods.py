"""By what a month's volume is found, and why not by the meter."""

from __future__ import annotations

from enum import auto

from vodokanal.billing.values import Word


class Method(Word):
    """How a volume was found; each is kept as its name in small letters."""

    # ПП 354 п. 42: by the difference of readings.
    METER = auto()
    # П. 59: by the monthly average.
    AVERAGE = auto()
    # П. 60: by the norm, where a meter exists and nothing usable comes from it any more.
    NORM = auto()
    # П. 42, формулы 4 and 4(1): by the norm, where there is no meter.
    NO_METER = auto()
    # П. 42: sewage by the volumes of cold and hot water.
    SUM = auto()


class Cause(Word):
    """Why nothing usable comes from a meter (ПП 354 п. 59 а, б, в)."""

    NO_READING = auto()
    METER_INVALID = auto()
    NO_ACCESS = auto()
    # П. 59(2): the meter is too young for an average.
    TOO_YOUNG = auto()
