"""The search of the desk: whom a caller's words mean, and what is said when that is not clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from vodokanal.formats.account_numbers import grouped
from vodokanal.formats.search_text import in_other_layout
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError, get_account
from vodokanal.operations.finding import FoundAccount, find_accounts
from vodokanal.staff.searches import ways_open
from vodokanal.web.access import allows
from vodokanal.web.clock import today
from vodokanal.web.identity import signed_in

LONGEST_TEXT = 100
MOST_SHOWN = 20


@dataclass(frozen=True)
class FoundLine:
    """An account to choose: its number, where it is, whose it is."""

    account: Account
    number: str
    holder: str
    telephone: str


@dataclass(frozen=True)
class Search:
    """What was typed, the one account that it means, or those to choose from."""

    text: str = ""
    only: Account | None = None
    # The same keys in the other layout, when it is that what was meant.
    meant: str = ""
    lines: Sequence[FoundLine] = ()
    is_more: bool = False
    sees_people: bool = False
    error: str = ""


def search_accounts(text: str) -> Search:
    """What the text means; an account's whole number means that account alone."""
    text = text[:LONGEST_TEXT]
    if not text:
        return Search()
    exact = _numbered(text)
    if exact is not None:
        return Search(text, exact)
    meant, found = _found(text)
    if len(found) == 1:
        return Search(text, found[0].account, meant)
    if not found:
        error = _("Nobody was found by this. Check the number, or try the surname or the street.")
        return Search(text, error=error)
    # Whoever holds the premises now is meant before whoever has left.
    found.sort(key=lambda each: each.account.closed_on is not None)
    lines = [_line(each) for each in found[:MOST_SHOWN]]
    return Search(
        text,
        meant=meant,
        lines=lines,
        is_more=len(found) > MOST_SHOWN,
        sees_people=allows("holders.read", signed_in()),
    )


def _found(text: str) -> tuple[str, list[FoundAccount]]:
    """Those that are meant; by which text, if it was typed by the keys of the other layout."""
    kinds, other = ways_open(), in_other_layout(text)
    found = find_accounts(text, limit=MOST_SHOWN + 1, today=today(), kinds=kinds)
    if found or other == text:
        return "", found
    found = find_accounts(other, limit=MOST_SHOWN + 1, today=today(), kinds=kinds)
    return other if found else "", found


def _numbered(text: str) -> Account | None:
    try:
        return get_account(text)
    except AccountNotFoundError:
        return None


def _line(found: FoundAccount) -> FoundLine:
    number = grouped(str(found.account.number))
    return FoundLine(found.account, number, found.name, found.telephone)
