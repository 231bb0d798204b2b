"""A token that changes whenever the utility decides something anew."""

from __future__ import annotations

from peewee import CharField

from vodokanal.models.base import Table
from vodokanal.models.database import database, is_sqlite

# What each process keeps once read, until the token changes.
KEPT = (
    *("setting", "reading_window", "window_extension"),
    *("tariff", "norm", "multiplier", "key_rate", "moratorium", "payment_term"),
    *("vat_rate", "legal_term", "day_off"),
)
SQLITE = (
    "CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
    " BEGIN UPDATE configuration SET token = lower(hex(randomblob(16))); END"
)
POSTGRES = "CREATE TRIGGER {name} AFTER {event} ON {table} EXECUTE FUNCTION renew_token()"
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION renew_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE configuration SET token = md5(random()::text || clock_timestamp()::text);
  RETURN NULL;
END $$
"""


class Configuration(Table):
    """A single row; triggers renew its token, whoever changes what is kept by it."""

    token = CharField(max_length=32)


def install_token() -> None:
    """Drops and creates the triggers; running it twice changes nothing."""
    if not is_sqlite():
        database.execute_sql(POSTGRES_FUNCTION)
    for table in KEPT:
        for event in ("INSERT", "UPDATE", "DELETE"):
            name = f"token_{table}_{event.lower()}"
            on_table = "" if is_sqlite() else f" ON {table}"
            database.execute_sql(f"DROP TRIGGER IF EXISTS {name}{on_table}")
            text = SQLITE if is_sqlite() else POSTGRES
            database.execute_sql(text.format(name=name, event=event, table=table))


TABLES = (Configuration,)
