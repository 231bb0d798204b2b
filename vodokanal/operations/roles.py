"""What employees may do: the permissions that exist, and the roles a new utility starts with."""

from __future__ import annotations

from collections.abc import Mapping

from vodokanal.models.people import EmployeeRole, Role, RolePermission

# Each table of the admin is read and written under its own two permissions.
AREAS = (
    "districts",
    "houses",
    "premises",
    "accounts",
    "holders",
    "residents",
    "accesses",
    "letters",
    "meters",
    "readings",
    "windows",
    "rates",
    "payments",
    "charges",
    "recalculations",
    "settings",
    "employees",
    "journal",
)
DEEDS = (
    "readings.enter",
    "readings.settle",
    "windows.extend",
    "lists.download",
    "book.import",
    "bills.print",
    "cases.print",
    "disputes.answer",
    "deeds.approve",
    "accounts.look",
    "accounts.note",
    "accounts.open",
    "accounts.close",
    "accounts.change",
    "meters.replace",
    "payments.enter",
    "payments.reverse",
    "months.calculate",
    "months.issue",
    "months.recalculate",
)
READ = frozenset(f"{area}.read" for area in AREAS)
WRITE = frozenset(
    f"{area}.write" for area in AREAS if area not in {"readings", "charges", "payments", "journal"}
)
PERMISSIONS = READ | WRITE | frozenset(DEEDS)


def _writes(*areas: str) -> frozenset[str]:
    return frozenset(f"{area}.write" for area in areas)


PLAIN_READ = READ - {"employees.read", "settings.read", "journal.read"}
OFFICE = PLAIN_READ | _writes(
    "houses", "premises", "accounts", "holders", "residents", "accesses", "letters", "meters"
)
AT_THE_DESK = frozenset(
    {"readings.enter", "readings.settle", "lists.download", "accounts.look", "accounts.note"}
)
# Whoever does not agree is answered, with a bill for today in hand.
ANSWERS = frozenset({"disputes.answer", "bills.print"})
# What holds of an account from a day on, one form each.
DATED = frozenset({"accounts.open", "accounts.close", "accounts.change", "meters.replace"})
STARTING_ROLES: Mapping[str, tuple[str, frozenset[str]]] = {
    "chief": ("Руководитель", PERMISSIONS),
    "office": ("Абонентский отдел", OFFICE | AT_THE_DESK | ANSWERS | DATED | {"payments.enter"}),
    "billing": (
        "Расчётный отдел",
        PLAIN_READ
        | _writes("accounts", "holders", "meters", "windows", "rates", "recalculations")
        | AT_THE_DESK
        | ANSWERS
        | DATED
        | {"book.import", "cases.print"}
        | {"payments.enter", "payments.reverse", "months.calculate", "months.issue"},
    ),
    "dispatcher": (
        "Диспетчер",
        frozenset({"districts.read", "houses.read", "premises.read", "accounts.read"}),
    ),
    "reader": ("Только просмотр", PLAIN_READ),
}


def permissions_of(employee_id: int) -> frozenset[str]:
    """Everything that the employee's roles allow; one statement."""
    rows = (
        RolePermission.select(RolePermission.permission)
        .join(Role)
        .join(EmployeeRole)
        .where(EmployeeRole.employee == employee_id)
        .tuples()
    )
    return frozenset(permission for (permission,) in rows)
