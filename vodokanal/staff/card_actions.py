"""What the account card leads to: every desk and paper about one account, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext

from vodokanal.models.looks import CameFrom
from vodokanal.web.clock import today
from vodokanal.web.identity import SignedIn, current_employee

N_ = lazy_gettext

CARD, CAME_FROM = "account_card.index", "from"
FORMS = ("create_view", "edit_view")


class Part(StrEnum):
    """The part of the card that an action stands in."""

    READINGS = "readings"
    MONTHS = "months"
    MONEY = "money"
    PEOPLE = "people"
    CASES = "cases"
    ACCOUNT = "account"


class By(StrEnum):
    """By what an address names the account: its number, its row as a list or a form asks for it."""

    NUMBER = "number"
    ROW = "account"
    ID = "id"
    SEARCH = "search"


@dataclass(frozen=True)
class CardAction:
    """A link on the card, for whoever has the permission, as soon as its page exists."""

    words: str
    endpoint: str
    permission: str
    part: Part = Part.ACCOUNT
    by: By = By.NUMBER
    # What a closed account has no use for: the page could only refuse.
    while_open: bool = False


# In the order in which they stand; each part shows its own.
ACTIONS: tuple[CardAction, ...] = (
    CardAction(
        N_("All readings"), "readings.index_view", "readings.read", Part.READINGS, By.SEARCH
    ),
    CardAction(N_("Meters"), "meters.index_view", "meters.read", Part.READINGS, By.ROW),
    CardAction(
        N_("Replace a meter"),
        "meter_replacements.account",
        "meters.replace",
        Part.READINGS,
        while_open=True,
    ),
    CardAction(
        N_("New meter"),
        "meters.create_view",
        "meters.write",
        Part.READINGS,
        By.ROW,
        while_open=True,
    ),
    CardAction(
        N_("All months and how they were counted"),
        "account_months.index",
        "charges.read",
        Part.MONTHS,
    ),
    CardAction(N_("Statement"), "account_papers.statement", "charges.read", Part.MONTHS),
    CardAction(N_("Take a payment"), "payment_entry.account", "payments.enter", Part.MONEY),
    CardAction(
        N_("Correct"), "corrections.create_view", "recalculations.write", Part.MONEY, By.ROW
    ),
    CardAction(N_("Receipt"), "account_papers.receipt", "charges.read", Part.MONEY),
    CardAction(N_("Certificate"), "account_papers.certificate", "charges.read", Part.MONEY),
    CardAction(N_("Bill for today"), "todays_bill.account", "bills.print", Part.MONEY),
    CardAction(N_("Take down a dispute"), "disputes.account", "disputes.answer", Part.CASES),
    CardAction(N_("Case file"), "case_file.account", "cases.print", Part.MONEY),
    CardAction(N_("Payments"), "payments.index_view", "payments.read", Part.MONEY, By.ROW),
    CardAction(
        N_("New access to an account"),
        "accesses.create_view",
        "accesses.write",
        Part.PEOPLE,
        By.ROW,
        while_open=True,
    ),
    CardAction(
        N_("With the resident's eyes"), "account_look.account", "accounts.look", Part.PEOPLE
    ),
    CardAction(
        N_("Change the holder"),
        "holder_changes.account",
        "holders.write",
        Part.PEOPLE,
        while_open=True,
    ),
    CardAction(
        N_("Change the residents"),
        "occupancy_changes.account",
        "accounts.change",
        Part.PEOPLE,
        while_open=True,
    ),
    CardAction(
        N_("Change the services"),
        "service_changes.account",
        "accounts.change",
        Part.ACCOUNT,
        while_open=True,
    ),
    CardAction(N_("Changes from a day on"), "account_changes.account", "accounts.change"),
    CardAction(
        N_("Rang up about readings"), "reading_missing.account", "readings.enter", while_open=True
    ),
    CardAction(
        N_("Close the account"), "account_closings.account", "accounts.close", while_open=True
    ),
    CardAction(N_("Payers"), "holders.index_view", "holders.read", Part.ACCOUNT, By.ROW),
    CardAction(
        N_("Who lives there"), "occupancies.index_view", "accounts.read", Part.ACCOUNT, By.ROW
    ),
    CardAction(
        N_("Services"), "account_services.index_view", "accounts.read", Part.ACCOUNT, By.ROW
    ),
    CardAction(
        N_("Change the account"), "accounts.edit_view", "accounts.write", Part.ACCOUNT, By.ID
    ),
)


def links_in(part: Part, account: Any, *, person: SignedIn) -> list[tuple[str, str]]:
    """The addresses and words of a part's actions that the person may open and that make sense."""
    is_closed = account.closed_on is not None and account.closed_on <= today()
    return [
        (_address(each, account), str(each.words))
        for each in ACTIONS
        if each.part is part
        and each.endpoint in current_app.view_functions
        and person.may(each.permission)
        and not (is_closed and each.while_open)
    ]


def card_address(account: Any, came_from: CameFrom) -> str:
    """The address of an account's card, which says from where it is opened."""
    place: dict[str, Any] = {"number": account.number_key, CAME_FROM: came_from.value}
    return url_for(CARD, **place)


def listed_card(account: Any) -> str:
    """Where the number of an account in a list leads; an empty text for whoever may not go there."""
    if not current_employee().may("accounts.read"):
        return ""
    return card_address(account, CameFrom.LIST)


def _address(action: CardAction, account: Any) -> str:
    is_number = action.by in (By.NUMBER, By.SEARCH)
    values = {action.by.value: account.number_key if is_number else account.id}
    # Whoever has saved a form that was opened here wants to be here again.
    if action.endpoint.endswith(FORMS):
        values["url"] = url_for(CARD, number=account.number_key)
    return url_for(action.endpoint, **values)
