"""The form of a new account: who, what is supplied, who lives there, which meters hang."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import Kind
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import HolderKind
from vodokanal.models.places import NormCategory
from vodokanal.operations.account_openings import NewHolder
from vodokanal.operations.new_meters import NewMeter
from vodokanal.staff.dated_fields import (
    LONGEST_NAME,
    LONGEST_SEAL,
    LONGEST_SERIAL,
    USUAL_DIGITS,
    black_digits_field,
    day_field,
    paper_field,
    red_digits_field,
)
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.staff.labels import LABELS
from vodokanal.staff.requisites import valid_inn, valid_kpp
from vodokanal.staff.service_changes import service_field
from vodokanal.web.form_fields import (
    ChoiceField,
    CubicMetresField,
    DayField,
    Filled,
    LineField,
    WholeField,
    choices_of,
)

N_ = lazy_gettext

MOST_PEOPLE, LONGEST_NUMBER, LONGEST_HOLDER = 1000, 20, 200
# As many as hang in a flat with two risers; further ones are added to the table of meters.
METERS = range(1, 5)
SHOWN = 2
OF_METER = (
    *("kind", "serial", "digits_before", "digits_after", "reading"),
    *("place", "seal", "verified_on", "verify_by"),
)
# Without these nothing is known of a meter whose number is typed.
NEEDED = ("digits_before", "digits_after", "reading")
ACCOUNT = ("on", "number", "group", "category", "paper")
HOLDER = ("holder_kind", "name", "inn", "kpp", "telephone", "email")
SERVICES = tuple(each.value for each in Service)
PEOPLE = ("registered", "owners")
Group = tuple[str, tuple[str, ...]]


def _categories() -> list[tuple[int, str]]:
    return [(each.id, str(each)) for each in NormCategory.select().order_by(NormCategory.name)]


class OpeningForm(DatedForm):
    """The account itself, its payer, its services, its people."""

    on = day_field(N_("Opened on"), N_("It is charged from this day on."))
    number = LineField(
        N_("Account number"),
        description=N_("The next free one is proposed."),
        longest=LONGEST_NUMBER,
        validators=[Filled()],
    )
    group = ChoiceField(N_("Customers"), offered=choices_of(LABELS[CustomerGroup]))
    category = ChoiceField(
        N_("Amenities"),
        description=N_("Nobody has noted them for this address: the norm goes by them."),
        offered=_categories,
        blank=True,
    )
    paper = paper_field(N_("The paper that was seen"), N_("A contract, an extract, an act."))
    holder_kind = ChoiceField(N_("Who it is"), offered=choices_of(LABELS[HolderKind]))
    name = LineField(N_("Name or title"), longest=LONGEST_HOLDER, validators=[Filled()])
    inn = LineField(
        N_("INN"),
        description=N_("Of an organisation: 10 digits."),
        longest=12,
        validators=[valid_inn],
    )
    kpp = LineField(N_("KPP"), longest=9, validators=[valid_kpp])
    telephone = LineField(N_("Telephone"), longest=40)
    email = LineField(N_("E-mail"), longest=LONGEST_HOLDER)
    cold = service_field(Service.COLD)
    hot = service_field(Service.HOT)
    sewage = service_field(Service.SEWAGE)
    registered = WholeField(N_("Registered"), most=MOST_PEOPLE, validators=[Filled()])
    owners = WholeField(
        N_("Owners"),
        description=N_("Counted where nobody is registered."),
        most=MOST_PEOPLE,
        validators=[Filled()],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is there that belongs together."""
        is_right = bool(super().validate(extra_validators))
        if self.holder_kind.data is HolderKind.ORGANISATION and not self.inn.data:
            self.inn.errors = [_("An organisation has one.")]
        for number in METERS:
            fields = [self[_name(number, name)] for name in NEEDED]
            # What could not be read has its own sentence.
            missing = [each for each in fields if each.data is None and not each.errors]
            for field in missing if self[_name(number, "serial")].data else ():
                field.errors = [_("Please fill this in.")]
        return is_right and not self.errors


def _meter_fields(number: int) -> dict[str, Any]:
    made = {
        "kind": ChoiceField(N_("Water"), offered=choices_of(LABELS[Kind])),
        "serial": LineField(
            N_("Serial number"),
            description=N_("Empty: there is no such meter."),
            longest=LONGEST_SERIAL,
        ),
        "digits_before": black_digits_field(default=USUAL_DIGITS["digits_before"]),
        "digits_after": red_digits_field(default=USUAL_DIGITS["digits_after"]),
        "reading": CubicMetresField(N_("First reading, m³")),
        "place": LineField(N_("Where it hangs"), longest=LONGEST_NAME),
        "seal": LineField(N_("Seal"), longest=LONGEST_SEAL),
        "verified_on": DayField(N_("Verified")),
        "verify_by": DayField(N_("Verification valid until")),
    }
    return {_name(number, name): field for name, field in made.items()}


def _name(number: int, field: str) -> str:
    return f"meter{number}_{field}"


METER_FIELDS = {name: each for number in METERS for name, each in _meter_fields(number).items()}
WholeForm: Any = type("WholeForm", (OpeningForm,), METER_FIELDS)


def groups(*, needs_category: bool) -> list[Group]:
    """The fields under their headings; the amenities only where nobody has noted them."""
    account = tuple(each for each in ACCOUNT if needs_category or each != "category")
    return [
        (_("The account itself"), account),
        (_("Payer"), HOLDER),
        (_("Services"), SERVICES),
        (_("Who lives there"), PEOPLE),
        *_meter_groups(METERS[:SHOWN]),
    ]


def further_groups() -> list[Group]:
    """The fields of meters that few flats have."""
    return _meter_groups(METERS[SHOWN:])


def has_further(form: Any) -> bool:
    """Whether something was typed of them."""
    return any(form[_name(number, "serial")].data for number in METERS[SHOWN:])


def _meter_groups(numbers: Iterable[int]) -> list[Group]:
    return [
        (_("Meter %(number)s", number=each), tuple(_name(each, name) for name in OF_METER))
        for each in numbers
    ]


def holder_in(form: Any) -> NewHolder:
    """Who owes, as typed."""
    return NewHolder(
        form["name"].data,
        form.holder_kind.data,
        form.inn.data,
        form.kpp.data,
        form.telephone.data,
        form.email.data,
    )


def meters_in(form: Any, *, on: date) -> tuple[NewMeter, ...]:
    """The meters whose numbers were typed; they are charged by from the first day on."""
    return tuple(
        _meter_in({name: form[_name(number, name)].data for name in OF_METER}, on)
        for number in METERS
        if form[_name(number, "serial")].data
    )


def _meter_in(typed: dict[str, Any], on: date) -> NewMeter:
    return NewMeter(
        typed["kind"],
        typed["serial"],
        typed["reading"],
        digits_before=typed["digits_before"],
        digits_after=typed["digits_after"],
        place=typed["place"],
        seal_number=typed["seal"],
        verified_on=typed["verified_on"],
        verify_by=typed["verify_by"],
        commissioned_on=on,
    )
