"""What was noticed about a reading: codes and values, kept with it, never sentences.

`asks` marks what the person is asked about once; `records` marks what keeps a reading from being
charged, whatever else was found (ПП 354 п. 59 а: meter failed or its verification expired).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from vodokanal.billing.errors import BillingError
from vodokanal.billing.volumes import cubic_metres


class UnknownFindingError(BillingError, ValueError):
    """No finding is kept like this: {kept}."""

    def __init__(self, kept: object) -> None:
        """Keep what stands in the row."""
        super().__init__(kept)
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed about a reading."""

    code: ClassVar[str]
    asks: ClassVar[bool] = False
    records: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Rollover(Finding):
    """The display passed its last number and began again from zero."""

    code: ClassVar[str] = "rollover"


@dataclass(frozen=True, slots=True)
class LowerThanPrevious(Finding):
    """The reading is lower than the previous one (m³)."""

    code: ClassVar[str] = "lower_than_previous"
    asks: ClassVar[bool] = True
    previous: Decimal


@dataclass(frozen=True, slots=True)
class AboveUsual(Finding):
    """More than the meter's usual: both in m³ for the same days; `usual` None when not yet known.

    Without a usual volume the guard was passed: a cubic metre a day.
    """

    code: ClassVar[str] = "above_usual"
    asks: ClassVar[bool] = True
    usual: Decimal | None
    volume: Decimal


@dataclass(frozen=True, slots=True)
class ZeroAfterUse(Finding):
    """Nothing or next to nothing was counted where `usual` m³ are usual for so many days."""

    code: ClassVar[str] = "zero_after_use"
    asks: ClassVar[bool] = True
    usual: Decimal


@dataclass(frozen=True, slots=True)
class LooksSwapped(Finding):
    """The number would fit the meter of the other water, whose serial number is given."""

    code: ClassVar[str] = "looks_swapped"
    asks: ClassVar[bool] = True
    other_serial: str


@dataclass(frozen=True, slots=True)
class DigitMissing(Finding):
    """With one digit more the number would fit: `meant` (m³)."""

    code: ClassVar[str] = "digit_missing"
    asks: ClassVar[bool] = True
    meant: Decimal


@dataclass(frozen=True, slots=True)
class DigitExtra(Finding):
    """With one digit less the number would fit: `meant` (m³)."""

    code: ClassVar[str] = "digit_extra"
    asks: ClassVar[bool] = True
    meant: Decimal


@dataclass(frozen=True, slots=True)
class LitresTyped(Finding):
    """Read as litres the number would fit: `meant` (m³)."""

    code: ClassVar[str] = "litres_typed"
    asks: ClassVar[bool] = True
    meant: Decimal


@dataclass(frozen=True, slots=True)
class VerificationOverdue(Finding):
    """The verification was valid up to `since`, that day included (ПП 354 п. 59 а)."""

    code: ClassVar[str] = "verification_overdue"
    records: ClassVar[bool] = True
    since: date


@dataclass(frozen=True, slots=True)
class MeterFailed(Finding):
    """The meter is known to have failed on the day `since` (ПП 354 п. 59 а)."""

    code: ClassVar[str] = "meter_failed"
    records: ClassVar[bool] = True
    since: date


@dataclass(frozen=True, slots=True)
class NotCommissioned(Finding):
    """The meter is not yet admitted to charging (ПП 354 п. 81)."""

    code: ClassVar[str] = "not_commissioned"
    records: ClassVar[bool] = True


FINDINGS: Mapping[str, type[Finding]] = {
    kind.code: kind
    for kind in (
        Rollover,
        LowerThanPrevious,
        AboveUsual,
        ZeroAfterUse,
        LooksSwapped,
        DigitMissing,
        DigitExtra,
        LitresTyped,
        VerificationOverdue,
        MeterFailed,
        NotCommissioned,
    )
}

_FROM_TEXT: Mapping[str, Callable[[str], object]] = {
    "Decimal": cubic_metres,
    "Decimal | None": cubic_metres,
    "date": date.fromisoformat,
    "str": str,
}


def findings_to_json(findings: Iterable[Finding]) -> str:
    """Return the findings as text for the database: a list of codes with their values."""
    return json.dumps([_plain(each) for each in findings], ensure_ascii=False)


def findings_from_json(text: str) -> tuple[Finding, ...]:
    """Return the findings kept as text; raises `UnknownFindingError` for anything else."""
    try:
        return tuple(_finding(each) for each in json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnknownFindingError(text) from error


def _plain(finding: Finding) -> dict[str, str | None]:
    """Return one finding as a mapping of texts."""
    values = {each.name: getattr(finding, each.name) for each in fields(finding)}
    texts = {name: None if value is None else str(value) for name, value in values.items()}
    return {"code": finding.code, **texts}


def _finding(plain: dict[str, Any]) -> Finding:
    """Return the finding of one mapping of texts."""
    kind = FINDINGS[plain["code"]]
    values = {
        each.name: None
        if plain[each.name] is None
        else _FROM_TEXT[str(each.type)](plain[each.name])
        for each in fields(kind)
    }
    return kind(**values)
