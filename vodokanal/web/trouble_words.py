"""Why an account cannot be charged, in a sentence that says what to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.norms import NormBasis
from vodokanal.billing.troubles import (
    NobodyKnownError,
    NoCategoryError,
    NoNormError,
    OrganisationWithoutReadingError,
    ReadingsContradictError,
    ReadingWithoutPreviousError,
)
from vodokanal.web.dates import full_day

N_ = lazy_gettext

SERVICES = {"cold": N_("cold water"), "hot": N_("hot water"), "sewage": N_("sewage")}
PERSON = NormBasis.PERSON.value

Values = Mapping[str, Any]


def trouble_words(code: str, values: Values) -> str:
    """The sentence about a trouble as it is kept."""
    say = SAID.get(code)
    return code if say is None else say(values)


def _without_previous(values: Values) -> str:
    return _(
        "Meter № %(serial)s has a reading of %(day)s, before it was installed: correct one of them.",
        serial=values["serial"],
        day=_day(values["taken_on"]),
    )


def _contradict(values: Values) -> str:
    return _(
        "Meter № %(serial)s showed %(previous)s and then less, %(last)s: correct one of the readings.",
        serial=values["serial"],
        previous=_comma(values["previous"]),
        last=_comma(values["last"]),
    )


def _nobody(values: Values) -> str:
    return _(
        "On %(day)s neither residents nor owners are known: note who lives there.",
        day=_day(values["day"]),
    )


def _no_category(values: Values) -> str:
    return _(
        "On %(day)s the premises have no amenities noted, so no norm is known: note them.",
        day=_day(values["day"]),
    )


def _no_norm(values: Values) -> str:
    what = {
        "service": str(SERVICES.get(values["service"], values["service"])),
        "day": _day(values["day"]),
    }
    if values["basis"] == PERSON:
        return _(
            "No norm of %(service)s is set for %(day)s for the amenities of these premises.", **what
        )
    return _(
        "No norm of %(service)s is set for %(day)s for: %(kind)s.", kind=values["what"], **what
    )


def _organisation(values: Values) -> str:
    if values["kind"] is None:
        return _("The organisation has drainage and no water to count it by.")
    if values["serial"] is None:
        return _("The organisation has no meter of %(water)s.", water=SERVICES[values["kind"]])
    return _(
        "The organisation's meter № %(serial)s has no reading that counts.",
        serial=values["serial"],
    )


def _day(text: str) -> str:
    return full_day(date.fromisoformat(text))


def _comma(text: str) -> str:
    return text.replace(".", ",")


SAID: Mapping[str, Callable[[Values], str]] = {
    ReadingWithoutPreviousError.code: _without_previous,
    ReadingsContradictError.code: _contradict,
    NobodyKnownError.code: _nobody,
    NoCategoryError.code: _no_category,
    NoNormError.code: _no_norm,
    OrganisationWithoutReadingError.code: _organisation,
}
