"""Why one account cannot be charged: the others are, and the staff mend what the code names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from vodokanal.billing.errors import BillingError
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service

JsonValue = str | int | None


class CannotChargeError(BillingError):
    """This account cannot be charged for the month."""

    code: ClassVar[str] = "cannot_charge"

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """The values that explain the code, as they are kept with the trouble."""
        return dict(vars(self))


class ReadingWithoutPreviousError(CannotChargeError):
    """Meter {serial} has a reading of {taken_on}, before the day it was installed."""

    code = "reading_without_previous"

    def __init__(self, serial: str, taken_on: date) -> None:
        """Keep the meter and the day."""
        super().__init__(serial, taken_on)
        self.serial = serial
        self.taken_on = taken_on.isoformat()


class ReadingsContradictError(CannotChargeError):
    """Meter {serial} showed {previous} and then {last}: lower, and its display did not begin anew."""

    code = "readings_contradict"

    def __init__(self, serial: str, *, previous: str, last: str) -> None:
        """Keep the meter and both values in m³."""
        super().__init__(serial, previous, last)
        self.serial = serial
        self.previous = previous
        self.last = last


class NobodyKnownError(CannotChargeError):
    """Neither residents nor owners are known on {day}."""

    code = "nobody_known"

    def __init__(self, day: date) -> None:
        """Keep the first day of which nothing is known."""
        super().__init__(day)
        self.day = day.isoformat()


class NoCategoryError(CannotChargeError):
    """The premises have no norm category on {day}."""

    code = "no_category"

    def __init__(self, day: date) -> None:
        """Keep the first day without a category."""
        super().__init__(day)
        self.day = day.isoformat()


class NoNormError(CannotChargeError):
    """No norm of {service} is set for {basis} {what} on {day}."""

    code = "no_norm"

    def __init__(self, basis: NormBasis, what: int | str, *, service: Service, day: date) -> None:
        """Keep what the norm is for: a category's id, or a kind of garden or livestock."""
        super().__init__(basis, what, service, day)
        self.basis = basis.value
        self.what = what
        self.service = service.value
        self.day = day.isoformat()


class OrganisationWithoutReadingError(CannotChargeError):
    """An organisation has no usable reading of {kind} water; norms and averages are for citizens."""

    code = "organisation_without_reading"

    def __init__(self, kind: Kind | None, serial: str | None) -> None:
        """Keep the water (None: none is supplied) and the meter, where there is one."""
        super().__init__(kind, serial)
        self.kind = None if kind is None else kind.value
        self.serial = serial
