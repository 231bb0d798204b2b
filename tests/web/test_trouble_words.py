"""Every reason why an account cannot be charged has its sentence, which says what to mend."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from vodokanal.billing.norms import NormBasis
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.billing.troubles import (
    CannotChargeError,
    NobodyKnownError,
    NoCategoryError,
    NoNormError,
    OrganisationWithoutReadingError,
    ReadingsContradictError,
    ReadingWithoutPreviousError,
)
from vodokanal.web.language import speaking
from vodokanal.web.trouble_words import SAID, trouble_words

DAY = date(2026, 11, 1)
TROUBLES = [
    (
        ReadingWithoutPreviousError("777", DAY),
        (
            "У прибора № 777 есть показание от 1 ноября 2026 года, раньше дня установки: "
            "исправьте одно из двух."
        ),
    ),
    (
        ReadingsContradictError("777", previous="5.100", last="4.900"),
        "Прибор № 777 показывал 5,100, а потом меньше, 4,900: исправьте одно из показаний.",
    ),
    (
        NobodyKnownError(DAY),
        "На 1 ноября 2026 года не известны ни жители, ни собственники: укажите, кто живёт.",
    ),
    (
        NoCategoryError(DAY),
        (
            "На 1 ноября 2026 года не указано благоустройство помещения, поэтому норматив не "
            "известен: укажите его."
        ),
    ),
    (
        NoNormError(NormBasis.PERSON, 3, service=Service.COLD, day=DAY),
        (
            "На 1 ноября 2026 года для благоустройства этого помещения не задан норматив "
            "(холодная вода)."
        ),
    ),
    (
        NoNormError(NormBasis.GARDEN, "огород", service=Service.COLD, day=DAY),
        "На 1 ноября 2026 года не задан норматив (холодная вода) на следующее: огород.",
    ),
    (
        OrganisationWithoutReadingError(None, None),
        "У организации есть водоотведение, но нет воды, по которой его считать.",
    ),
    (OrganisationWithoutReadingError(Kind.HOT, None), "У организации нет прибора (горячая вода)."),
    (
        OrganisationWithoutReadingError(Kind.COLD, "777"),
        "У прибора организации № 777 нет показания, по которому можно считать.",
    ),
]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES, ids=lambda each: str(each)[:30])
def test_trouble_says_what_to_mend(app: Flask, trouble: CannotChargeError, words: str) -> None:
    with app.app_context(), speaking("ru"):
        said = trouble_words(trouble.code, trouble.parameters)
    assert said.replace("\u00a0", " ") == words


def test_every_trouble_has_its_sentence() -> None:
    assert {each.code for each in CannotChargeError.__subclasses__()} == set(SAID)


def test_trouble_of_a_newer_version_is_shown_by_its_code() -> None:
    assert trouble_words("unheard_of", {}) == "unheard_of"
