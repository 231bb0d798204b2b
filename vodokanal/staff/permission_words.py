"""What permissions are called where roles are made."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.operations.roles import AREAS, PERMISSIONS

N_ = lazy_gettext

AREA_WORDS = {
    "districts": N_("Districts"),
    "houses": N_("Houses"),
    "premises": N_("Premises"),
    "accounts": N_("Accounts"),
    "holders": N_("Payers"),
    "residents": N_("Residents"),
    "accesses": N_("Access to accounts"),
    "letters": N_("Letters"),
    "meters": N_("Meters"),
    "readings": N_("Readings"),
    "windows": N_("Days of intake"),
    "rates": N_("Tariffs, norms and rates"),
    "payments": N_("Payments"),
    "charges": N_("Charges, ledger and receipts"),
    "recalculations": N_("Recalculations"),
    "settings": N_("Settings"),
    "employees": N_("Employees and roles"),
    "journal": N_("Journal"),
}
DEED_WORDS = {
    "readings.enter": N_("Readings: enter by telephone and from visits"),
    "readings.settle": N_("Readings: settle those that wait"),
    "windows.extend": N_("Days of intake: prolong a month"),
    "payments.enter": N_("Payments: enter by hand"),
    "payments.reverse": N_("Payments: take back"),
    "months.calculate": N_("The month: calculate"),
    "months.issue": N_("The month: issue"),
    "months.recalculate": N_("Issued months: calculate anew and approve corrections"),
    "accounts.look": N_("Accounts: look as the resident sees them"),
    "accounts.note": N_("Accounts: write the note on the card"),
    "accounts.open": N_("Accounts: open"),
    "accounts.close": N_("Accounts: close, and open again"),
    "accounts.change": N_("Accounts: residents and services from a day on"),
    "meters.replace": N_("Meters: replace by an act"),
    "bills.print": N_("Bills for today: print"),
    "cases.print": N_("Case files of accounts for a court: print"),
    "disputes.answer": N_("Disputes: take them down and answer"),
    "deeds.approve": N_("Money above the set sum, tariffs and norms: decide"),
    "book.import": N_("The workbook: load data, undo, take all of it away"),
    "lists.download": N_("Every list that may be seen: take it away as a file"),
}


def permission_words(permission: str) -> str:
    """One permission in words: Счета: смотреть."""
    if permission in DEED_WORDS:
        return str(DEED_WORDS[permission])
    area, _dot, verb = permission.partition(".")
    words = str(AREA_WORDS.get(area, area))
    if verb == "read":
        return _("%(area)s: look", area=words)
    return _("%(area)s: change", area=words)


def summary_of(permissions: Collection[str]) -> str:
    """Everything that a role allows, in a few sentences."""
    changed = [area for area in AREAS if f"{area}.write" in permissions]
    seen = [area for area in AREAS if f"{area}.read" in permissions and area not in changed]
    sentences = []
    if changed:
        sentences.append(_("Changes: %(areas)s.", areas=_listed(changed)))
    if seen:
        sentences.append(_("Looks at: %(areas)s.", areas=_listed(seen)))
    deeds = [f"{words}." for deed, words in DEED_WORDS.items() if deed in permissions]
    return " ".join([*sentences, *deeds])


def offered_permissions() -> list[tuple[str, str]]:
    """Every permission there is, area by area."""
    order = {area: place for place, area in enumerate(AREAS)}
    known = sorted(PERMISSIONS, key=lambda each: (order.get(each.partition(".")[0], 0), each))
    return [(each, permission_words(each)) for each in known]


def _listed(areas: Sequence[str]) -> str:
    return ", ".join(str(AREA_WORDS[area]).lower() for area in areas)
