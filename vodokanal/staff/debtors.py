"""The desk of debtors: by the age of the debt, by district and street, whom to ring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.debt_ages import Age
from vodokanal.formats.account_numbers import grouped
from vodokanal.formats.sheets import Row as SheetRow
from vodokanal.formats.sheets import Sheet
from vodokanal.models.receipts import Receipt
from vodokanal.operations.debtors import (
    NOTHING,
    OVERDUE,
    Debtor,
    KnownDebtor,
    in_order_of_streets,
    known_debtors,
)
from vodokanal.operations.disputed import disputed_sums
from vodokanal.operations.districts import all_districts
from vodokanal.staff.card_actions import listed_card
from vodokanal.staff.debtor_counts import found_debtors
from vodokanal.staff.downloads import offered_to_employee, plain
from vodokanal.staff.gate import expose
from vodokanal.staff.report import (
    LINES_A_PAGE,
    ReportDesk,
    amount,
    choice_asked,
    id_asked,
    page_asked,
    pages_around,
)
from vodokanal.web.arguments import printable
from vodokanal.web.clock import today
from vodokanal.web.dates import day
from vodokanal.web.numbers import money

N_ = lazy_gettext

LONGEST_STREET = 100
# So many are loaded at a time for a file.
AT_A_TIME = 500
AGES = {
    Age.TO_30: N_("up to 30 days"),
    Age.TO_90: N_("31 to 90 days"),
    Age.TO_365: N_("91 to 365 days"),
    Age.OLDER: N_("more than a year"),
}


class Order(StrEnum):
    """How the list is sorted."""

    SUM = "sum"
    STREET = "street"


ORDERS = {Order.SUM: N_("the largest sum first"), Order.STREET: N_("by streets")}


@dataclass(frozen=True)
class Line:
    """A debtor: whom to ring, how much is overdue since when, what was paid last."""

    number: str
    url: str
    address: str
    holder: str
    telephone: str
    sums: Sequence[str]
    paid: str
    disputed: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    district: int | None
    street: str
    age: Age | None
    order: Order
    page: int

    @classmethod
    def of_request(cls) -> Asked:
        """The part of the town, the age, the order."""
        return cls(
            id_asked("district"),
            printable(request.args.get("street"))[:LONGEST_STREET].strip(),
            choice_asked("age", OVERDUE),
            choice_asked("order", Order, default=Order.SUM),
            page_asked(),
        )

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The same as an address, but for the changes; another list begins at its first page."""
        found = {
            "district": self.district,
            "street": self.street,
            "age": self.age and self.age.value,
            "order": None if self.order is Order.SUM else self.order.value,
        }
        return {name: value for name, value in (found | changes).items() if value}

    @cached_property
    def debtors(self) -> Sequence[Debtor]:
        """Every debtor of the streets."""
        return found_debtors(today(), street=self.street).debtors

    def chosen(self) -> list[Debtor]:
        """Those of the district and the age, in their order."""
        found = [each for each in self.debtors if self.fits(each)]
        return in_order_of_streets(found) if self.order is Order.STREET else found

    def fits(self, debtor: Debtor) -> bool:
        """Whether a debtor is asked for."""
        is_here = self.district in (None, debtor.district_id)
        return is_here and (self.age is None or bool(debtor.ages[self.age]))


class DebtorsDesk(ReportDesk):
    code, table = "debtors", Receipt
    title, address = N_("Debtors"), "/staff/debtors"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = Asked.of_request()
        chosen, first = asked.chosen(), asked.page * LINES_A_PAGE
        shown = known_debtors(chosen[first : first + LINES_A_PAGE], today=today())
        return self.render(
            "staff/debtors.html",
            heading=day(today()),
            counted_at=found_debtors(today(), street=asked.street).counted_at,
            ages=self.ages(asked),
            districts=self.districts(asked),
            street=asked.street,
            options={
                "order": [
                    (each.value, str(words), each is asked.order) for each, words in ORDERS.items()
                ]
            },
            kept={"district": asked.district, "age": asked.age and asked.age.value},
            heads=[*AGES.values(), _("Overdue"), _("Not due yet")],
            lines=self.lines(shown),
            total=[amount(each) for each in sums_of(chosen)],
            count=len(chosen),
            pages=pages_around(self, asked, is_last=len(chosen) <= first + LINES_A_PAGE),
            formats=offered_to_employee(self),
            download_url=self.get_url(".download", **asked.arguments()),
        )

    def ages(self, asked: Asked) -> list[tuple[str, str, int, str, bool]]:
        """Every age: its address, its words, how many debtors, how much, whether it is chosen."""
        here = [each for each in asked.debtors if asked.district in (None, each.district_id)]
        found: list[tuple[Age | None, str, int, Decimal]] = []
        found.append((None, _("all"), len(here), sum((each.overdue for each in here), NOTHING)))
        for age, words in AGES.items():
            sums = [each.ages[age] for each in here if each.ages[age]]
            found.append((age, str(words), len(sums), sum(sums, NOTHING)))
        return [
            (
                self.get_url(".index", **asked.arguments(age=age and age.value)),
                words,
                count,
                amount(total),
                age is asked.age,
            )
            for age, words, count, total in found
        ]

    def districts(self, asked: Asked) -> list[tuple[str, str, int, bool]]:
        """Every district: its address, its name, how many debtors, whether it is chosen."""
        counts: dict[int, int] = {}
        for each in asked.debtors:
            counts[each.district_id] = counts.get(each.district_id, 0) + 1
        known = {each.id: str(each.name) for each in all_districts()}
        if asked.district is not None and asked.district not in known:
            abort(404)
        every = [
            (None, _("all districts"), len(asked.debtors)),
            *((key, name, counts.get(key, 0)) for key, name in known.items()),
        ]
        return [
            (
                self.get_url(".index", **asked.arguments(district=key)),
                name,
                count,
                key == asked.district,
            )
            for key, name, count in every
        ]

    def lines(self, shown: Sequence[KnownDebtor]) -> list[Line]:
        """The debtors of a page, with what of their debt is disputed."""
        disputed = disputed_sums([each.account.id for each in shown])
        return [self.line(each, disputed.get(each.account.id, NOTHING)) for each in shown]

    def line(self, known: KnownDebtor, disputed: Decimal) -> Line:
        """A debtor of the list."""
        holder = known.holder
        return Line(
            number=grouped(str(known.account.number)),
            url=listed_card(known.account),
            address=known.account.premises.address,
            holder="" if holder is None else str(holder.name),
            telephone="" if holder is None else str(holder.telephone),
            sums=[amount(each) for each in sums_of([known.debtor])],
            paid=""
            if known.paid_on is None or known.paid is None
            else f"{known.paid_on:%d.%m.%Y} · {amount(known.paid)}",
            disputed=_("disputed %(sum)s", sum=money(disputed)) if disputed else "",
        )

    def sheet(self) -> tuple[Sheet, Iterator[SheetRow]]:
        heads = [_("Account"), _("Address"), _("Payer"), _("Telephone"), *map(str, AGES.values())]
        heads += [_("Overdue"), _("Not due yet"), _("Last paid on"), _("Last paid, ₽")]
        heads.append(_("Disputed, ₽"))
        return Sheet(f"{self.title} {today()}", heads), sheet_rows(Asked.of_request().chosen())


def sums_of(debtors: Iterable[Debtor]) -> list[Decimal]:
    """The sums by age, what is overdue altogether, and what is not due yet."""
    sums = dict.fromkeys(Age, NOTHING)
    for each in debtors:
        for age, amount_of_age in each.ages.items():
            sums[age] += amount_of_age
    overdue = [sums[age] for age in OVERDUE]
    return [*overdue, sum(overdue, NOTHING), sums[Age.NOT_DUE]]


def sheet_rows(chosen: Sequence[Debtor]) -> Iterator[SheetRow]:
    """The rows of a file."""
    left = iter(chosen)
    while some := list(islice(left, AT_A_TIME)):
        disputed = disputed_sums([each.account_id for each in some])
        for known in known_debtors(some, today=today()):
            holder, account = known.holder, known.account
            who = (None, None) if holder is None else (holder.name, holder.telephone)
            places = [str(account.number), plain(account.premises.address), *who]
            paid = (known.paid_on, known.paid, disputed.get(account.id))
            yield [*places, *sums_of([known.debtor]), *paid]
