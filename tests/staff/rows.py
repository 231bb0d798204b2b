"""A row of every table that the admin shows, beside the cast's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import (
    make_card_opening,
    make_extension,
    make_house_reading,
    make_journal_entry,
    make_letter,
    make_meter,
    make_meter_possibility,
    make_norm_category,
    make_occupancy,
    make_premises_norm,
    make_premises_quantity,
)
from tests.ledgers import pay
from tests.month_factories import (
    make_absence,
    make_access_refusal,
    make_charge_line,
    make_correction,
    make_interruption,
    make_meter_check,
    make_movement,
    make_norm,
    make_opening,
    make_receipt,
    make_receipt_message,
    make_tariff,
)
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.models.base import Table
from vodokanal.models.ledger import SourceTable
from vodokanal.models.schema import TABLES

# The tables by their addresses below /staff/, and the columns whose text people write.
TEXTS: dict[str, tuple[str, ...]] = {
    "districts": ("name", "telephone", "duty_telephone"),
    "houses": ("settlement", "street", "number", "letter", "building", "gis_guid"),
    "premises": ("flat", "gis_guid"),
    "norm-categories": ("name",),
    "premises-norms": (),
    "meter-possibilities": ("act_number",),
    "premises-quantities": ("what",),
    "accounts": ("contract_number", "gis_account_id", "gis_service_id"),
    "account-services": (),
    "holders": ("name", "telephone", "email"),
    "occupancies": (),
    "residents": ("name", "telephone", "email"),
    "accesses": (),
    "letters": (),
    "meters": ("serial", "model", "place", "nickname", "seal_number", "gis_number"),
    "readings": (),
    "house-readings": (),
    "tariffs": ("document",),
    "norms": ("document", "what"),
    "multipliers": ("document",),
    "payment-terms": ("document",),
    "key-rates": (),
    "moratoria": ("document",),
    "legal-terms": ("document",),
    "vat-rates": (),
    "days-off": ("words",),
    "charge-lines": (),
    "receipts": (),
    "receipt-messages": ("words",),
    "payments": ("document",),
    "opening-balances": (),
    "corrections": ("words",),
    "movements": (),
    "absences": ("document",),
    "interruptions": ("document",),
    "access-refusals": ("act_number",),
    "meter-checks": ("act_number",),
    "windows": (),
    "window-extensions": ("sentence",),
    "employees": ("name", "position"),
    "roles": ("name",),
    "journal": ("actor_name", "action"),
    "card-openings": (),
    "export-columns": ("title",),
}
PATHS = tuple(TEXTS)
READ_ONLY = (
    "readings",
    "letters",
    "charge-lines",
    "receipts",
    "payments",
    "movements",
    "journal",
    "card-openings",
)
WITHOUT_EDITING = (*READ_ONLY, "accesses", "window-extensions", "opening-balances", "corrections")


# What bills were made from is not edited.
NOT_BILLED_YET = date(2026, 12, 1)


def path_of(table: type[Table]) -> str:
    """The address of a table below /staff/."""
    names = {
        "district": "districts",
        "house": "houses",
        "norm_category": "norm-categories",
        "premises_norm": "premises-norms",
        "meter_possibility": "meter-possibilities",
        "premises_quantity": "premises-quantities",
        "account": "accounts",
        "account_service": "account-services",
        "holder": "holders",
        "occupancy": "occupancies",
        "resident": "residents",
        "account_access": "accesses",
        "letter": "letters",
        "meter": "meters",
        "reading": "readings",
        "house_reading": "house-readings",
        "tariff": "tariffs",
        "norm": "norms",
        "multiplier": "multipliers",
        "payment_term": "payment-terms",
        "key_rate": "key-rates",
        "moratorium": "moratoria",
        "legal_term": "legal-terms",
        "vat_rate": "vat-rates",
        "day_off": "days-off",
        "charge_line": "charge-lines",
        "receipt": "receipts",
        "receipt_message": "receipt-messages",
        "payment": "payments",
        "opening_balance": "opening-balances",
        "correction": "corrections",
        "movement": "movements",
        "absence": "absences",
        "interruption": "interruptions",
        "access_refusal": "access-refusals",
        "meter_check": "meter-checks",
        "reading_window": "windows",
        "window_extension": "window-extensions",
        "employee": "employees",
        "role": "roles",
        "journal_entry": "journal",
        "card_opening": "card-openings",
        "export_column": "export-columns",
    }
    name: str = table._meta.table_name
    return names.get(name, name)


def table_at(path: str) -> type[Table]:
    """The table at an address."""
    (found,) = [table for table in TABLES if path_of(table) == path]
    return found


def populate(cast: Cast) -> None:
    """Gives every table a row."""
    Engine.current.laid("rows", lambda: _populate(cast))


def _populate(cast: Cast) -> None:
    premises = cast.account.premises
    make_premises_norm(premises=premises, category=make_norm_category())
    make_meter_possibility(premises=premises)
    make_premises_quantity(premises=premises)
    make_tariff(starts_on=NOT_BILLED_YET)
    make_norm(basis=NormBasis.LIVESTOCK, what="коровы", starts_on=NOT_BILLED_YET)
    for path in ("multipliers", "payment-terms", "legal-terms"):
        row = newest(path)
        row.starts_on = NOT_BILLED_YET
        row.save()
    make_occupancy(account=cast.account)
    make_letter()
    make_extension(decided_by=cast.olga)
    make_journal_entry(actor_name="Портал", after='{"name": "x"}', subject_id=1)
    make_card_opening(account=cast.account, employee=cast.galina)
    make_house_reading(
        make_meter(house=premises.house, account=None, serial="ОД-1"), period=Period(2026, 10)
    )
    make_absence(account=cast.account)
    make_interruption(house=premises.house)
    make_access_refusal(account=cast.account)
    make_meter_check(cast.cold)
    make_receipt_message(period=Period(2026, 11))
    make_charge_line(account=cast.account)
    make_receipt(account=cast.account)
    pay(cast.account, Period(2026, 11), "100", received_on=date(2026, 11, 9))
    make_opening(account=cast.account)
    make_correction(account=cast.account, posted_period=Period(2026, 11))
    make_movement(
        account=cast.account,
        kind=MovementKind.PAYMENT,
        debit=Side.MONEY,
        credit=Side.PRINCIPAL,
        service=None,
        source_table=SourceTable.PAYMENT,
    )


def newest(path: str) -> Any:
    """The newest row of the table at an address."""
    table = table_at(path)
    return table.select().order_by(table.id.desc()).first()
