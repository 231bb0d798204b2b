"""Triggers that refuse what no code of ours does, made anew after every migration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vodokanal.models.database import database, is_sqlite

# What is acknowledged to a resident or recorded of an employee stays as it was.
APPEND_ONLY = ("journal_entry", "submission", "reading_settlement")
NEVER_DELETED = (*APPEND_ONLY, "reading")
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
    )
}
# SQLite would keep a text or a fraction in an integer column.
INTEGER_COLUMNS: Mapping[str, Sequence[str]] = {
    "reading": ("value", "period"),
    "submission": ("period",),
    "meter": ("initial_reading", "final_reading"),
    "premises_quantity": ("quantity",),
    "window_extension": ("period",),
}

SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, '{message}'); END"
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install_guards() -> None:
    """Drops and creates every guard; running it twice changes nothing."""
    if not is_sqlite():
        database.execute_sql(POSTGRES_FUNCTION)
    for table in APPEND_ONLY:
        _refuse(table, "update", event="UPDATE", message=f"{table} rows are never changed")
    for table in NEVER_DELETED:
        _refuse(table, "delete", event="DELETE", message=f"{table} rows are never deleted")
    for table, columns in FIXED_COLUMNS.items():
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)
        if is_sqlite():
            changed = changed.replace("IS DISTINCT FROM", "IS NOT")
        message = f"what arrived in {table} is never changed"
        _refuse(table, "fixed", event="UPDATE", when=changed, message=message)
    if is_sqlite():
        _keep_whole_numbers()


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
