"""Who may try the demo: the only people of the town that have a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PASSWORD = "voda-demo-2026"


@dataclass(frozen=True)
class DemoEmployee:
    """An employee of the demo utility; the login is the code of the role."""

    login: str
    name: str
    position: str


EMPLOYEES = (
    DemoEmployee("office", "Мельникова Ольга Петровна", "Специалист абонентского отдела"),
    DemoEmployee("billing", "Кравцова Инна Львовна", "Бухгалтер расчётного отдела"),
    DemoEmployee("dispatcher", "Белоусов Пётр Андреевич", "Диспетчер аварийной службы"),
    DemoEmployee("chief", "Горшенин Виктор Павлович", "Директор"),
    DemoEmployee("reader", "Тихонова Зоя Ивановна", "Контролёр"),
)
OWNER, DEBTOR, DAUGHTER = "4070000015", "4070000023", "4070000031"
RESIDENTS = (OWNER, DEBTOR, DAUGHTER)
LOGINS = (*RESIDENTS, *(employee.login for employee in EMPLOYEES))


def greeting(site_url: str, clock: datetime | None) -> str:
    """What to try first, for whoever has just started the demo."""
    employees = ", ".join(employee.login for employee in EMPLOYEES)
    moment = f"; its clock starts at {clock:%Y-%m-%d %H:%M}" if clock else ""
    return (
        f"Demo town  {site_url}/ (Ctrl-C stops it{moment})\n"
        f"Residents  {site_url}/login: {OWNER}, {DEBTOR}, {DAUGHTER} (two accounts)\n"
        f"Employees  {site_url}/staff/login: {employees}\n"
        f"Password   {PASSWORD}\n"
    )
