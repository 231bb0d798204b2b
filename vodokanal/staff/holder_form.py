"""The form of a change of holder: the day, the ground, the meters, who comes, which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from vodokanal.models.accounts import Account, HolderKind
from vodokanal.models.holder_changes import ChangeKind
from vodokanal.operations.holder_changes import NewChange, Paper
from vodokanal.operations.meters import MeterStory, stories_of
from vodokanal.operations.numbering import next_account_number
from vodokanal.operations.tenures import NewHolder, Tenure
from vodokanal.staff.entry_lines import FIELD
from vodokanal.staff.labels import LABELS
from vodokanal.staff.lookups import ID
from vodokanal.staff.requisites import valid_inn
from vodokanal.web import numbers
from vodokanal.web.arguments import LARGEST_ID, printable
from vodokanal.web.clock import today
from vodokanal.web.dates import day
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import (
    ChoiceField,
    DayField,
    Filled,
    LineField,
    WholeField,
    choices_of,
)
from vodokanal.web.page import house_settings
from vodokanal.web.wording import meter_words, place_of, water

N_ = lazy_gettext

KEPT, FRESH = "kept", "fresh"
NUMBERS = (
    (KEPT, N_("the flat keeps its number")),
    (FRESH, N_("a new number")),
)
GROUND = ("on", "kind", "paper_kind", "paper_number", "paper_on")
WHO = (
    "heirs_unknown",
    "holder_kind",
    "name",
    "inn",
    "telephone",
    "email",
    "registered",
    "owners",
)
NUMBER = ("which_number", "number")
NAMES = (*GROUND, *WHO, *NUMBER)
MOST_PEOPLE = 1000


class HolderChangeForm(FlaskForm):
    """What is typed once; the readings of the meters stand beside it, a field each."""

    key = HiddenField()
    account = HiddenField()
    on = DayField(
        N_("First day of the new holder"),
        validators=[Filled()],
        description=N_("Up to the day before, the old holder is charged."),
    )
    kind = ChoiceField(N_("What happened"), offered=choices_of(LABELS[ChangeKind]))
    paper_kind = LineField(
        N_("Paper that was seen"),
        longest=100,
        validators=[Filled()],
        description=N_("Extract from the register, certificate of inheritance or of death."),
    )
    paper_number = LineField(N_("Its number"), longest=60)
    paper_on = DayField(N_("Its day"))
    heirs_unknown = BooleanField(
        N_("Heirs unknown"),
        description=N_("Receipts go to the owner of the premises, without a name."),
    )
    holder_kind = ChoiceField(N_("Who it is"), offered=choices_of(LABELS[HolderKind]))
    name = LineField(N_("Name or title"), longest=200)
    inn = LineField(
        N_("INN"),
        longest=12,
        validators=[valid_inn],
        description=N_("Of an organisation: 10 digits."),
    )
    telephone = LineField(N_("Telephone"), longest=40)
    email = LineField(N_("E-mail"), longest=200)
    registered = WholeField(N_("Registered"), most=MOST_PEOPLE, validators=[Filled()])
    owners = WholeField(
        N_("Owners"),
        most=MOST_PEOPLE,
        validators=[Filled()],
        description=N_("Counted where nobody is registered."),
    )
    which_number = ChoiceField(
        N_("Account number"),
        offered=lambda: NUMBERS,
        description=N_("Where it is kept, the old account gets “-1” at the end."),
    )
    number = LineField(
        N_("New number"), longest=40, description=N_("Empty: the next free one is taken.")
    )
    sure = BooleanField(N_("The readings are right as typed"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also asks for a name, unless nobody is known, and for an organisation's INN."""
        is_valid = bool(super().validate(extra_validators))
        if self.heirs_unknown.data:
            return self._says_nobody() and is_valid
        if not self.name.data and not self.name.errors:
            self.name.errors = [_("Type a name, or tick that the heirs are unknown.")]
        if (
            self.holder_kind.data is HolderKind.ORGANISATION
            and not self.inn.data
            and not self.inn.errors
        ):
            self.inn.errors = [_("An organisation has one.")]
        return is_valid and not (self.name.errors or self.inn.errors)

    def _says_nobody(self) -> bool:
        """Whether nothing is typed of a holder whom nobody knows: it would be lost unsaid."""
        named = [each for each in (self.name, self.inn, self.telephone, self.email) if each.data]
        for field in named:
            field.errors = [_("“Heirs unknown” is ticked: leave this empty, or untick it.")]
        return not named


@dataclass(frozen=True)
class MeterLine:
    """A meter of the form: what it showed last, what is typed, and what is wrong with that."""

    name: str
    kind: str
    title: str
    place: str
    previous: str
    previous_aside: str
    pattern: str
    typed: str
    error: str


def new_change(form: HolderChangeForm, account_id: int) -> NewChange:
    """What the form says, as the operation takes it."""
    holder = None
    if not form.heirs_unknown.data:
        is_firm = form.holder_kind.data is HolderKind.ORGANISATION
        holder = NewHolder(
            form.name.data,
            form.holder_kind.data,
            form.telephone.data,
            form.email.data,
            form.inn.data if is_firm else "",
        )
    number = ""
    if form.which_number.data == FRESH:
        number = form.number.data or next_account_number(house_settings())
    return NewChange(
        account_id,
        form.on.data,
        form.kind.data,
        Paper(form.paper_kind.data, form.paper_number.data, form.paper_on.data),
        Tenure(holder, form.registered.data, form.owners.data, number),
        readings_typed(),
        bool(form.sure.data),
    )


def account_meant(form: HolderChangeForm, account: Account) -> int:
    """The row of the account that the form was opened for.

    A number that the flat has kept is another account's by now.
    """
    text = form.account.data or ""
    is_id = ID.fullmatch(text) is not None and int(text) <= LARGEST_ID
    return int(text) if is_id else int(account.id)


def readings_typed() -> dict[int, str]:
    """What was typed, by meter."""
    found = {FIELD.fullmatch(name): text for name, text in typed().items()}
    return {int(field[1]): text for field, text in found.items() if field and text.strip()}


def meter_lines(account: Account, errors: Mapping[int, str]) -> Sequence[MeterLine]:
    """A line for each meter that hangs there."""
    shown = readings_typed()
    whole_only = house_settings().takes_whole_only
    return [
        _line(story, typed=shown, errors=errors, whole_only=whole_only)
        for story in stories_of(account.id, today=today())
    ]


def _line(
    story: MeterStory, *, typed: Mapping[int, str], errors: Mapping[int, str], whole_only: bool
) -> MeterLine:
    meter = story.meter
    value, on = _last_known(story)
    return MeterLine(
        name=f"meter-{meter.id}",
        kind=meter.kind.value,
        title=water(meter.kind),
        place=" · ".join(filter(None, (place_of(meter), meter_words(meter)))),
        previous=numbers.reading(value, meter=meter),
        previous_aside=day(on),
        pattern=numbers.pattern(meter, whole_only=whole_only),
        typed=printable(typed.get(meter.id, "")),
        error=errors.get(meter.id, ""),
    )


def _last_known(story: MeterStory) -> tuple[Any, date]:
    if not story.known:
        return story.meter.initial_reading, story.meter.installed_on
    last = max(story.known, key=lambda each: (each.taken_on, each.period))
    return last.value, last.taken_on
