"""The form of a new sheet: what it covers, where the readings come from, when they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.billing.readings import Source
from vodokanal.models.places import District
from vodokanal.models.reading_sheets import SheetScope
from vodokanal.operations.reading_sheets import NewSheet, houses_meant
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff.keeping import propose
from vodokanal.staff.reading_sheets_words import ROW_REFUSALS, sentence_of, taken_words
from vodokanal.web.clock import today
from vodokanal.web.form_fields import ChoiceField, DayField, Filled

N_ = lazy_gettext

OLDEST = timedelta(days=31)
MOST_HOUSES = 30
SOURCES = (
    (Source.SHEET, N_("a sheet of the house")),
    (Source.VISIT, N_("a controller's visit")),
    (Source.PAPER, N_("paper slips")),
    (Source.TELEPHONE, N_("telephone")),
)


class NotOfferedError(Exception):
    """Nothing was chosen that a sheet could cover."""


OPENING_REFUSALS: tuple[type[Exception], ...] = (NotOfferedError, *ROW_REFUSALS)


@dataclass(frozen=True)
class Cover:
    """Something that a sheet may cover, as the form names it."""

    code: str
    words: str
    scope: SheetScope
    house_id: int | None = None
    district_id: int | None = None


def covers_offered(text: str) -> list[Cover]:
    """The streets and houses that a text means; districts and slips stand there always."""
    houses = houses_meant(text, most=MOST_HOUSES) if text else []
    streets: dict[str, Cover] = {}
    for house in houses:
        street = ", ".join(filter(None, (house.settlement, house.street)))
        words = _("the whole street: %(street)s", street=street)
        cover = Cover(f"street-{house.id}", words, SheetScope.STREET, house.id)
        streets.setdefault(street, cover)
    own = [Cover(f"house-{each.id}", each.address, SheetScope.HOUSE, each.id) for each in houses]
    found = [*own, *streets.values()] if says_house(text) else [*streets.values(), *own]
    for district in District.select().order_by(District.name):
        words = _("district %(name)s", name=district.name)
        code = f"district-{district.id}"
        found.append(Cover(code, words, SheetScope.DISTRICT, district_id=district.id))
    return [*found, Cover("slips", _("slips in any order"), SheetScope.SLIPS)]


def says_house(text: str) -> bool:
    """Whether a text ends with a number: a house is meant, and not the street it stands in."""
    return any(each.isdigit() for each in "".join(text.split()[-1:]))


class SheetForm(FlaskForm):
    """A new sheet."""

    key = HiddenField()
    source = ChoiceField(N_("Where from"), offered=lambda: SOURCES, default=Source.SHEET)
    taken_on = DayField(N_("Taken on"), validators=[Filled()])

    def __init__(self, covers: Sequence[Cover]) -> None:
        super().__init__(data={"taken_on": today(), "source": Source.SHEET})
        self.covers = covers
        propose(self.key, new_key())

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """What may be covered: value, words, whether it is chosen; the first found is proposed."""
        first = self.covers[0]
        is_found = first.scope in {SheetScope.HOUSE, SheetScope.STREET}
        chosen = request.form.get("covers") or (first.code if is_found else "")
        return [(each.code, each.words, each.code == chosen) for each in self.covers]

    def validate(self, *args: Any, **options: Any) -> bool:
        """Whether the sheet was taken lately, and not in the future."""
        if not super().validate(*args, **options):
            return False
        if today() - OLDEST <= self.taken_on.data <= today():
            return True
        self.taken_on.errors = [taken_words(today() - OLDEST, today())]
        return False

    def sheet(self) -> NewSheet:
        """What is to be begun.

        Raises:
            NotOfferedError: the form did not offer it.
        """
        code = request.form.get("covers")
        cover = next((each for each in self.covers if each.code == code), None)
        if cover is None:
            raise NotOfferedError
        return NewSheet(
            cover.scope,
            self.source.data,
            self.taken_on.data,
            house_id=cover.house_id,
            district_id=cover.district_id,
        )

    def words_of(self, error: Exception) -> str:
        """Why the sheet cannot be begun."""
        if isinstance(error, NotOfferedError):
            return _("Choose what the sheet covers.")
        return sentence_of(error)
