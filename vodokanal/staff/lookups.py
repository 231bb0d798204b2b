"""Finding one row among many for a field: a few letters typed, a few rows offered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_admin.helpers import get_url
from flask_admin.model.ajax import AjaxModelLoader
from flask_babel import gettext as _
from markupsafe import Markup
from peewee import Expression, ModelSelect, Select

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key, grouped
from vodokanal.formats.search_text import folded
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.meters import Meter
from vodokanal.models.people import Resident
from vodokanal.models.places import House, Premises
from vodokanal.operations.finding import FoundBy, serial_begins
from vodokanal.staff.searches import Said
from vodokanal.web.form_fields import TypedField

ID = re.compile(r"[0-9]{1,15}", re.ASCII)
# As many as a list beneath a field shows without scrolling.
OFFERED = 10
MOST_OFFERED = 50
MOST_SKIPPED = 1000
# As accounts are chosen from; who rings up is found at the desk.
NAMED_BY = (FoundBy.NUMBER, FoundBy.NAME, FoundBy.ADDRESS)
# Between what a row is called by and what tells it from its neighbours.
BETWEEN = " · "

LOOKUP = Markup(
    '<span class="lookup"><input type="text" id="{id}" name="{name}" value="{text}"'
    ' autocomplete="off" data-lookup="{url}"{described}{required}>'
    '<input type="hidden" name="{name}_id" value="{key}"></span>'
)


class RowLoader(AjaxModelLoader):
    """The rows of a table that a field may name; an id of no row is simply none."""

    table: type[Table]

    def __init__(self, name: str) -> None:
        super().__init__(name, {})

    def rows(self) -> ModelSelect:
        """Every row that may be chosen, with what its label prints."""
        raise NotImplementedError

    def ids(self) -> ModelSelect:
        """The same rows by their ids alone, with just what their order needs."""
        return self.table.select(self.table.id)

    def meant(self, said: Said) -> list[Expression]:
        """The ways in which a row may be meant, each of them found by an index."""
        raise NotImplementedError

    def is_named(self, text: str) -> Expression | None:
        """Whether a row is meant by the whole text and nothing but it."""
        return None

    def order(self) -> Sequence[Any]:
        """The order in which rows are offered."""
        return (self.table.id,)

    def label(self, row: Any) -> str:
        """The row in words."""
        return str(row)

    def format(self, row: Any) -> tuple[int, str] | None:
        return None if row is None else (row.id, self.label(row))

    def get_one(self, pk: object) -> Any:
        if not ID.fullmatch(str(pk)):
            return None
        return self.rows().where(self.table.id == int(str(pk))).first()

    def get_list(self, query: str | None, offset: int = 0, limit: int = OFFERED) -> list[Any]:
        limit = min(max(limit or OFFERED, 1), MOST_OFFERED)
        offset = min(max(offset or 0, 0), MOST_SKIPPED)
        ways = self.meant(Said(query or ""))
        if not ways:
            return []
        # Each way by its index: asked for together, every row would be looked at.
        first, *others = [self._some(way, limit + offset) for way in ways]
        for other in others:
            first = first.union(other)
        rows = self.rows().where(self.table.id.in_(first))
        return list(rows.order_by(*self.order()).limit(limit).offset(offset))

    def named(self, text: str) -> list[Any]:
        """The rows that a typed text means: one is certain, two are not enough said."""
        # Otherwise account 12 could not be named where there is a 123.
        exact = self.is_named(text)
        found = [] if exact is None else list(self.rows().where(exact).limit(2))
        return found or self.get_list(text, limit=2)

    def _some(self, way: Expression, most: int) -> Any:
        part = self.ids().where(way).order_by(*self.order()).limit(most).alias("part")
        return Select([part], [part.c.id])


class AccountLoader(RowLoader):
    """Accounts by number, street and flat."""

    table = Account

    def rows(self) -> ModelSelect:
        return Account.select(Account, Premises, House).join(Premises).join(House)

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(Account.id, NAMED_BY)

    def is_named(self, text: str) -> Expression | None:
        try:
            return Account.number_key == account_key(text.partition(BETWEEN)[0])
        except InvalidAccountNumberError:
            return None

    def order(self) -> Sequence[Any]:
        return (Account.number_key,)

    def label(self, row: Account) -> str:
        return f"{grouped(str(row.number))}{BETWEEN}{row.premises.address}"


class PremisesLoader(RowLoader):
    """Premises by street, house and flat."""

    table = Premises

    def rows(self) -> ModelSelect:
        return Premises.select(Premises, House).join(House)

    def ids(self) -> ModelSelect:
        return Premises.select(Premises.id).join(House)

    def meant(self, said: Said) -> list[Expression]:
        return said.premises(Premises.id)

    def order(self) -> Sequence[Any]:
        return (House.sort_key, Premises.sort_key, Premises.id)


class HouseLoader(RowLoader):
    """Houses by street and number."""

    table = House

    def rows(self) -> ModelSelect:
        return House.select()

    def meant(self, said: Said) -> list[Expression]:
        return said.houses(House.id)

    def order(self) -> Sequence[Any]:
        return (House.sort_key, House.id)


class ResidentLoader(RowLoader):
    """Residents by name, login, telephone and e-mail."""

    table = Resident

    def rows(self) -> ModelSelect:
        return Resident.select()

    def meant(self, said: Said) -> list[Expression]:
        return said.residents(Resident.id)

    def is_named(self, text: str) -> Expression | None:
        return Resident.login == folded(text.rpartition(BETWEEN)[2])

    def order(self) -> Sequence[Any]:
        return (Resident.search_text, Resident.id)

    def label(self, row: Resident) -> str:
        return f"{row.name}{BETWEEN}{row.login}"


class MeterLoader(RowLoader):
    """Meters by serial number."""

    table = Meter

    def rows(self) -> ModelSelect:
        return Meter.select()

    def meant(self, said: Said) -> list[Expression]:
        serial = serial_begins(said.text)
        return [] if serial is None else [serial]

    def is_named(self, text: str) -> Expression | None:
        return Meter.serial == text.partition(BETWEEN)[0]

    def order(self) -> Sequence[Any]:
        return (Meter.serial, Meter.id)

    def label(self, row: Meter) -> str:
        return BETWEEN.join(filter(None, (str(row.serial), str(row.model))))


class LookupWidget:
    """A text field that works by itself; the script adds the list of what was found."""

    def __call__(self, field: LookupField, **options: Any) -> Markup:
        described = options.get("aria-describedby")
        required = Markup(" required") if field.flags.required else ""
        return LOOKUP.format(
            id=field.id,
            name=field.name,
            text=field._value(),
            key="" if field.data is None else field.data,
            url=get_url(".ajax_lookup", name=field.loader.name),
            required=required,
            described=Markup(' aria-describedby="{}"').format(described) if described else "",
        )


class LookupField(TypedField):
    """The id of a row, chosen from what was found or named by a text that means one row."""

    widget = LookupWidget()

    def __init__(self, *args: Any, loader: RowLoader, **options: Any) -> None:
        super().__init__(*args, **options)
        self.loader = loader
        self.chosen = ""

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        self.chosen = formdata.get(f"{self.name}_id", "") if formdata else ""
        super().process(formdata, *args, **options)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        if not valuelist and self.chosen:
            row = self.loader.get_one(self.chosen)
            self.data = None if row is None else row.id

    def read(self, text: str) -> int:
        # Without the script the id stays what it was, whatever is typed over its words.
        row = self.loader.get_one(self.chosen)
        if row is not None and self.loader.label(row) == text:
            return int(row.id)
        found = self.loader.named(text)
        if not found:
            raise ValueError(_("Nothing was found. Type a part of the number or the address."))
        if len(found) > 1:
            raise ValueError(_("This fits several. Choose one of the list or type more of it."))
        return int(found[0].id)

    def written(self, value: int) -> str:
        row = self.loader.get_one(value)
        return "" if row is None else self.loader.label(row)
