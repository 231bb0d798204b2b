"""The utility itself: its name, districts, windows, employees and norm categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vodokanal.billing.windows import WindowRule
from vodokanal.demo.credentials import EMPLOYEES
from vodokanal.demo.people import organisation
from vodokanal.demo.rates import add_rates
from vodokanal.demo.rows import Rows
from vodokanal.demo.streets import Supply
from vodokanal.models.people import Employee, EmployeeRole
from vodokanal.models.places import District, NormCategory
from vodokanal.models.settings import Setting
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.first_rates import FIRST_DAY

OFFICE_PHONE, DUTY_PHONE = "+7 (000) 211-04-00", "+7 (000) 211-04-04"
UTILITY = organisation("Водоканал Верхнеозёрска", 100)
SETTINGS = {
    "utility_name": UTILITY.name,
    "utility_tagline": "Вода и канализация для города и шести посёлков",
    "utility_address": "ул. Набережная, 3",
    "utility_hours": "пн–пт с\N{NO-BREAK SPACE}8:00 до\N{NO-BREAK SPACE}17:00",
    "office_phone": OFFICE_PHONE,
    "emergency_phone": DUTY_PHONE,
    "utility_email": "office@voda.example",
    "inn": UTILITY.inn,
    "kpp": UTILITY.kpp,
    "bank_name": "Банк «Пример», г. Верхнеозёрск",
    # The region 00 again: the check keys are right, the bank does not exist.
    "bank_bic": "040001001",
    "bank_account": "40702810800000000001",
    "bank_correspondent_account": "30101810000000000001",
}


@dataclass(frozen=True)
class DistrictPlan:
    """A district; its own window where it has one."""

    name: str
    telephone: str
    window: tuple[int, int] | None = None


DISTRICTS = (
    DistrictPlan("Город, центр", OFFICE_PHONE),
    DistrictPlan("Город, Заречье", "+7 (000) 211-04-10"),
    DistrictPlan("Прибрежные посёлки", "+7 (000) 211-04-20", (15, 25)),
    DistrictPlan("Дальние посёлки", "+7 (000) 211-04-30", (25, 3)),
)


def window_rules() -> list[WindowRule]:
    """The window that every utility starts with, and those of the districts by their rows' ids."""
    rules = [WindowRule(10, 20, FIRST_DAY)]
    for district_id, plan in enumerate(DISTRICTS, start=1):
        if plan.window:
            rules.append(WindowRule(*plan.window, FIRST_DAY, district_id=district_id))
    return rules


def add_utility(
    rows: Rows, *, now: datetime, hashes: Mapping[str, str], role_ids: Mapping[str, int]
) -> None:
    """Adds everything of the utility that is there before its first account."""
    for name, value in SETTINGS.items():
        rows.append(Setting, name=name, value=value)
    for plan in DISTRICTS:
        telephones = {"telephone": plan.telephone, "duty_telephone": DUTY_PHONE}
        rows.add(District, name=plan.name, **telephones)
    for rule in window_rules():
        if rule.district_id is not None:
            days = {"from_day": rule.from_day, "to_day": rule.to_day}
            rows.append(ReadingWindow, district=rule.district_id, starts_on=rule.starts_on, **days)
    for supply in Supply:
        rows.add(NormCategory, name=supply.value)
    add_rates(rows)
    for employee in EMPLOYEES:
        employee_id = rows.add(
            Employee,
            login=employee.login,
            name=employee.name,
            position=employee.position,
            password_hash=hashes.get(employee.login, ""),
            created_at=now,
        )
        rows.append(EmployeeRole, employee=employee_id, role=role_ids[employee.login])
