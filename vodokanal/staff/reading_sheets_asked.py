"""What the desks of sheets are asked for: a sheet, an account, the row with the cursor."""

from __future__ import annotations

from flask import abort, request

from vodokanal.models.accounts import Account
from vodokanal.models.reading_sheets import ReadingSheet
from vodokanal.operations.reading_sheets_rows import SheetNotFoundError, get_sheet
from vodokanal.staff.lookups import ID
from vodokanal.web.arguments import LARGEST_ID


def opened_sheet(text: str) -> ReadingSheet:
    """The sheet of that id, or the page that there is none."""
    if not ID.fullmatch(text) or int(text) > LARGEST_ID:
        abort(404)
    try:
        return get_sheet(int(text))
    except SheetNotFoundError:
        abort(404)


def opened_account(text: str) -> Account:
    """The account of that id, or the page that there is none."""
    is_id = ID.fullmatch(text) is not None and int(text) <= LARGEST_ID
    found: Account | None = Account.get_or_none(Account.id == int(text)) if is_id else None
    return found or abort(404)


def at_asked() -> int | None:
    """Which row is to have the cursor, from 0; None when the address does not say."""
    text = request.args.get("at", "")
    if text == "0":
        return 0
    return int(text) if ID.fullmatch(text) and int(text) <= LARGEST_ID else None
