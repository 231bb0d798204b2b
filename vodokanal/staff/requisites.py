"""Validators of requisites for staff forms; an empty field is no mistake."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms import Field
from wtforms.validators import ValidationError

from vodokanal.formats.requisites import is_bic, is_inn, is_kpp


def valid_inn(_form: object, field: Field) -> None:
    """Refuses a tax number whose check digits are wrong."""
    if field.data and not is_inn(field.data):
        raise ValidationError(_("This INN does not exist: check the digits."))


def valid_kpp(_form: object, field: Field) -> None:
    """Refuses what is no KPP."""
    if field.data and not is_kpp(field.data):
        raise ValidationError(_("A KPP has nine digits."))


def valid_bic(_form: object, field: Field) -> None:
    """Refuses what is no Russian BIC."""
    if field.data and not is_bic(field.data):
        raise ValidationError(_("A BIC has nine digits and begins with 04 or 01."))
