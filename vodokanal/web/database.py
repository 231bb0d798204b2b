"""The database connection of a request: one a worker thread, kept open, never left dirty."""

from __future__ import annotations

import logging

from flask import Flask

from vodokanal.models.database import database, leave_connection, open_connection

log = logging.getLogger(__name__)


def install_database(app: Flask) -> None:
    """Connects before a request and rolls back after it whatever a view left open."""
    # For unknown addresses too: their page names the utility and knows who is signed in.
    app.before_request(open_connection)
    app.teardown_request(_leave_clean)


def _leave_clean(_error: BaseException | None) -> None:
    if not database.is_closed() and database.in_transaction():
        log.error("a transaction was left open", extra={"event": "transaction_left_open"})
        while database.in_transaction():
            # Left to itself Peewee's rollback begins the next transaction at once.
            database.pop_transaction().rollback(begin=False)
    leave_connection()
