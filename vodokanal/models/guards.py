"""Triggers that refuse what no code of ours does, made anew after every migration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vodokanal.models.database import database, is_sqlite

# What is acknowledged to a resident or recorded of an employee stays as it was.
APPEND_ONLY = (
    "journal_entry",
    "submission",
    "reading_settlement",
    "opening_balance",
    "payment",
    "payment_reversal",
    "recalculation_batch",
    "penalty_posting",
    "movement",
    "receipt",
)
# Written anew by deleting and inserting, until their month is issued.
NEVER_UPDATED = (*APPEND_ONLY, "charge_line", "correction")
NEVER_DELETED = (*APPEND_ONLY, "reading", "dispute", "pending_deed", "card_opening")
# Of a reading only the decision about it changes; what arrived does not.
FIXED_COLUMNS: Mapping[str, Sequence[str]] = {
    "reading": (
        "submission_id",
        "meter_id",
        "period",
        "value",
        "taken_on",
        "received_at",
        "source",
        "resident_id",
        "employee_id",
    ),
    "dispute": (
        "account_id",
        "period",
        "line",
        "debt_period",
        "amount",
        "words",
        "heard",
        "resident_id",
        "employee_id",
        "opened_at",
        "answer_by",
    ),
    "card_opening": ("employee_id", "opened_at", "came_from"),
    "pending_deed": ("kind", "account_id", "amount", "parameters", "asked_by_id", "asked_at"),
}
# What a workbook brought may go with it as a whole, until a month is issued with it.
REMOVED_WITH_THEIR_BOOK = frozenset({"submission", "reading", "opening_balance", "movement"})
STAYS = """NOT EXISTS (
  SELECT 1 FROM book_import_range AS kept JOIN book_import AS book ON book.id = kept.book_id
  WHERE kept.table_name = '{table}' AND OLD.id BETWEEN kept.first_row AND kept.last_row
  AND book.state = 'undoing' AND NOT EXISTS (
    SELECT 1 FROM billing_month AS month
    WHERE month.period >= book.posted_period AND month.state IN ('issuing', 'issued')
  )
)"""
# A copy that a change of holder made goes with the change; what arrived is never the copy.
COPIES: Mapping[str, str] = {"submission": "id", "reading": "submission_id"}
NO_COPY = """NOT EXISTS (
  SELECT 1 FROM holder_change_submission AS copied
  JOIN holder_change AS taken ON taken.id = copied.change_id
  WHERE copied.submission_id = OLD.{column} AND taken.reversed_at IS NOT NULL
)"""
# SQLite would keep a text or a fraction in an integer column.
INTEGER_COLUMNS: Mapping[str, Sequence[str]] = {
    "reading": ("value", "period"),
    "house_reading": ("value", "period"),
    "submission": ("period",),
    "account_change": ("period",),
    "reading_sheet": ("period",),
    "meter": ("initial_reading", "final_reading"),
    "premises_quantity": ("quantity",),
    "window_extension": ("period",),
    "tariff": ("price",),
    "norm": ("volume",),
    "multiplier": ("value",),
    "key_rate": ("percent",),
    "vat_rate": ("percent",),
    "legal_term": ("value",),
    "meter_check": ("found",),
    "holder_change_meter": ("value",),
    "recalculation_batch": ("first_period", "last_period", "posted_period"),
    "billing_month": ("period",),
    "month_trouble": ("period",),
    "month_order": ("period",),
    "recalculation_preview": ("first_period", "last_period"),
    "month_difference": ("was", "now", "volume", "period"),
    "receipt_message": ("period",),
    "opening_balance": ("amount", "period"),
    "payment": ("amount", "period"),
    "correction": ("amount", "volume", "posted_period", "for_period"),
    "dispute": ("amount", "period", "debt_period"),
    "pending_deed": ("amount",),
    "silence_call": ("period",),
    "charge_line": ("amount", "excess", "vat", "price", "volume", "multiplier", "period"),
    "penalty_posting": ("amount", "posted_period", "debt_period"),
    "movement": ("amount", "posted_period", "debt_period"),
    "book_import": ("posted_period",),
    "receipt": ("opening", "charged", "corrected", "penalty", "paid", "closing", "period"),
}
# Rows that belong to a month by this column, and what is refused once it is being issued: a line
# of it, or once it has been issued: what issuing itself writes.
ISSUING, ISSUED = "'issuing', 'issued'", "'issued'"
OF_A_MONTH: Sequence[tuple[str, str, str, str]] = (
    ("charge_line", "period", "INSERT", ISSUING),
    ("charge_line", "period", "DELETE", ISSUING),
    ("correction", "posted_period", "INSERT", ISSUING),
    ("correction", "posted_period", "DELETE", ISSUING),
    ("penalty_posting", "posted_period", "INSERT", ISSUED),
    ("movement", "posted_period", "INSERT", ISSUED),
    ("receipt", "period", "INSERT", ISSUED),
    ("billing_month", "period", "UPDATE", ISSUED),
    ("billing_month", "period", "DELETE", ISSUING),
)

SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, '{message}'); END"
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""

# A condition of PostgreSQL's triggers cannot look into another table.
POSTGRES_MONTH = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN {row};
END $$
"""


def install_guards() -> None:
    """Drops and creates every guard; running it twice changes nothing."""
    if not is_sqlite():
        database.execute_sql(POSTGRES_FUNCTION)
    for table in NEVER_UPDATED:
        _refuse(table, "update", event="UPDATE", message=f"{table} rows are never changed")
    for table in NEVER_DELETED:
        _refuse_removal(table, message=f"{table} rows are never deleted")
    for table, columns in FIXED_COLUMNS.items():
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
        if is_sqlite():
            changed = changed.replace("IS DISTINCT FROM", "IS NOT")
        message = f"what arrived in {table} is never changed"
        _refuse(table, "fixed", event="UPDATE", when=changed, message=message)
    for table, column, event, states in OF_A_MONTH:
        _refuse_in_month(table, column, event=event, states=states)
    if is_sqlite():
        _keep_whole_numbers()


def _refuse_in_month(table: str, column: str, *, event: str, states: str) -> None:
    """Refuses an event on rows of a month in one of the states."""
    row = "NEW" if event == "INSERT" else "OLD"
    is_closed = f"EXISTS (SELECT 1 FROM billing_month WHERE period = {row}.{column} AND state IN ({states}))"
    message = f"the month of this {table} is issued"
    _refuse_where(table, f"month_{event.lower()}", event=event, when=is_closed, message=message)


def _refuse_removal(table: str, *, message: str) -> None:
    """Refuses to remove rows, but for those that go with what brought them."""
    if table in REMOVED_WITH_THEIR_BOOK:
        stays = STAYS.format(table=table)
        if table in COPIES:
            stays = f"{stays} AND {NO_COPY.format(column=COPIES[table])}"
        _refuse_where(table, "delete", event="DELETE", when=stays, message=message)
    else:
        _refuse(table, "delete", event="DELETE", message=message)


def _refuse_where(table: str, name: str, *, event: str, when: str, message: str) -> None:
    """Refuses an event under a condition that looks into other tables."""
    if is_sqlite():
        _refuse(table, name, event=event, when=when, message=message)
        return
    trigger = f"guard_{table}_{name}"
    row = "OLD" if event == "DELETE" else "NEW"
    database.execute_sql(
        POSTGRES_MONTH.format(name=trigger, condition=when, message=message, row=row)
    )
    database.execute_sql(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
    database.execute_sql(
        f"CREATE TRIGGER {trigger} BEFORE {event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )


def _keep_whole_numbers() -> None:
    for table, columns in INTEGER_COLUMNS.items():
        wrong = " OR ".join(f"typeof(NEW.{name}) NOT IN ('integer', 'null')" for name in columns)
        for event in ("INSERT", "UPDATE"):
            name = f"integer_{event.lower()}"
            message = f"{table} keeps whole numbers"
            _refuse(table, name, event=event, when=wrong, message=message)


def _refuse(table: str, name: str, *, event: str, message: str, when: str = "") -> None:
    trigger = f"guard_{table}_{name}"
    condition = f"WHEN ({when})" if when else ""
    if is_sqlite():
        database.execute_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        body = SQLITE_REFUSAL.format(message=message)
    else:
        database.execute_sql(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        body = f"EXECUTE FUNCTION refuse_change('{message}')"
    database.execute_sql(
        f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW {condition} {body}"
    )
