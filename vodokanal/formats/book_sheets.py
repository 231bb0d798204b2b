"""The sheets of the utility's workbook, in the order in which they are read and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.formats.account_numbers import LONGEST
from vodokanal.formats.book_columns import BookSheet, Column, Is

PREMISES = {
    "квартира": "flat",
    "частный дом": "private_house",
    "комната": "room",
    "нежилое": "non_residential",
}
HOLDERS = {"гражданин": "person", "организация": "organisation"}
GROUPS = {
    "население": CustomerGroup.POPULATION.value,
    "организация": CustomerGroup.ORGANISATION.value,
    "бюджет": CustomerGroup.BUDGET.value,
}
DELIVERIES = {"на бумаге": "paper", "по почте": "email", "на бумаге и по почте": "both"}
SERVICES = {
    "холодная вода": Service.COLD.value,
    "горячая вода": Service.HOT.value,
    "водоотведение": Service.SEWAGE.value,
}
CHARGINGS = {"начисляем": Charging.CHARGED.value, "только учитываем": Charging.COUNTED.value}
WATERS = {"холодная": Kind.COLD.value, "горячая": Kind.HOT.value}
OPENINGS = {
    "долг": OpeningKind.DEBT.value,
    "пени": OpeningKind.PENALTY.value,
    "аванс": OpeningKind.ADVANCE.value,
}

SETTLEMENT = Column(
    "settlement", "Населённый пункт", Is.RUSSIAN, "с. Речное", longest=100, empty=""
)
STREET = Column("street", "Улица", Is.RUSSIAN, "ул. Садовая", is_required=True, longest=150)
NUMBER = Column("house", "Дом", Is.PLACE, "5", is_required=True, longest=20)
LETTER = Column("letter", "Литера", Is.PLACE, "А", longest=5, empty="")
BUILDING = Column("building", "Корпус", Is.PLACE, "2", longest=20, empty="")
ACCOUNT = Column(
    "account",
    "Лицевой счёт",
    Is.ACCOUNT,
    "0004501",
    is_required=True,
    longest=LONGEST,
    hint="Текстом, с нулями впереди: как в ваших книгах.",
)
STARTS = Column("from", "С какого дня", Is.DAY, date(2020, 1, 1), is_required=True)
ENDS = Column("to", "По какой день", Is.DAY, hint="Включительно; пусто: до сих пор.")
# Words that the file has none of its own for.
FLAG = {"да": "1", "нет": ""}

HOUSES = BookSheet(
    "houses",
    "Дома",
    (
        Column("district", "Район", Is.RUSSIAN, "Центр", is_required=True, longest=100),
        SETTLEMENT,
        STREET,
        NUMBER,
        LETTER,
        BUILDING,
        Column("gis", "Код дома в ГИС ЖКХ", Is.CODE, longest=40),
    ),
    key=("settlement", "street", "house", "letter", "building"),
    about="Каждый дом один раз. Район: часть города со своим тарифом или своей аварийной службой.",
)
ACCOUNTS = BookSheet(
    "accounts",
    "Лицевые счета",
    (
        ACCOUNT,
        SETTLEMENT,
        STREET,
        NUMBER,
        LETTER,
        BUILDING,
        Column("flat", "Квартира", Is.PLACE, "12", longest=20, empty=""),
        Column("premises", "Помещение", Is.WORD, "flat", is_required=True, words=PREMISES),
        Column(
            "norm",
            "Категория норматива",
            Is.RUSSIAN,
            "Дома с ванной",
            longest=200,
            hint="Как в постановлении о нормативах; без счётчика и без неё не начислить.",
        ),
        Column("group", "Группа", Is.WORD, "population", words=GROUPS, empty="population"),
        Column("opened", "Открыт", Is.DAY, date(2020, 1, 1), is_required=True),
        Column("closed", "Закрыт", Is.DAY),
        Column("contract", "Договор", Is.CODE, "17-В", longest=60, empty=""),
        Column("contracted", "Дата договора", Is.DAY, date(2020, 1, 1)),
        Column("payer", "Кто платит", Is.WORD, "person", is_required=True, words=HOLDERS),
        Column(
            "name",
            "Плательщик",
            Is.RUSSIAN,
            "Иванова Анна Петровна",
            is_required=True,
            longest=200,
            hint="Фамилия, имя, отчество или название организации.",
        ),
        Column("since", "Платит с", Is.DAY, hint="Пусто: со дня открытия счёта."),
        Column("inn", "ИНН", Is.CODE, longest=12, empty=""),
        Column("kpp", "КПП", Is.CODE, longest=9, empty=""),
        Column("phone", "Телефон", Is.TEXT, "+7 900 123-45-67", longest=40, empty=""),
        Column("email", "Электронная почта", Is.TEXT, longest=200, empty=""),
        Column("delivery", "Квитанция", Is.WORD, "paper", words=DELIVERIES, empty="paper"),
        Column("large", "Крупная печать", Is.WORD, words=FLAG, empty=""),
        Column("els", "ЕЛС", Is.CODE, longest=40),
        Column("jku", "Идентификатор ЖКУ", Is.CODE, longest=40),
        Column("gis", "Код помещения в ГИС ЖКХ", Is.CODE, longest=40),
    ),
    key=("account",),
    about="Каждый лицевой счёт один раз, с нынешним плательщиком; дом есть на листе «Дома».",
)
RESIDENTS = BookSheet(
    "residents",
    "Жильцы",
    (
        ACCOUNT,
        Column("registered", "Зарегистрировано", Is.COUNT, 2, is_required=True),
        Column("owners", "Собственников", Is.COUNT, 1, is_required=True),
        STARTS,
        ENDS,
    ),
    key=("account", "from"),
    about="Сколько человек и с какого дня; при переменах: строка на каждое время.",
)
SUPPLIES = BookSheet(
    "services",
    "Услуги",
    (
        ACCOUNT,
        Column("service", "Услуга", Is.WORD, "cold", is_required=True, words=SERVICES),
        Column(
            "charging",
            "Начисление",
            Is.WORD,
            "charged",
            words=CHARGINGS,
            empty="charged",
            hint="«только учитываем»: воду начисляет другой, нам она нужна для водоотведения.",
        ),
        STARTS,
        ENDS,
    ),
    key=("account", "service", "from"),
    about="Строка на каждую услугу лицевого счёта.",
)
METERS = BookSheet(
    "meters",
    "Счётчики",
    (
        Column(
            "account",
            "Лицевой счёт",
            Is.ACCOUNT,
            "0004501",
            longest=LONGEST,
            hint="Пусто у общего счётчика дома: тогда указан дом.",
            empty="",
        ),
        replace(SETTLEMENT, example=None),
        replace(STREET, example=None, is_required=False, empty=""),
        replace(NUMBER, example=None, is_required=False, empty=""),
        replace(LETTER, example=None),
        replace(BUILDING, example=None),
        Column("water", "Вода", Is.WORD, "cold", is_required=True, words=WATERS),
        Column("serial", "Заводской номер", Is.CODE, "00123456", is_required=True, longest=40),
        Column("model", "Марка и модель", Is.TEXT, "СВК 15-3", longest=100, empty=""),
        Column("place", "Где стоит", Is.RUSSIAN, "ванная", longest=100, empty=""),
        Column("before", "Цифр до запятой", Is.COUNT, 5, empty=5, most=9),
        Column("after", "Цифр после запятой", Is.COUNT, 3, empty=3, most=4),
        Column("installed", "Установлен", Is.DAY, date(2021, 5, 14), is_required=True),
        Column("admitted", "Введён в эксплуатацию", Is.DAY, date(2021, 5, 20)),
        Column("verified", "Поверен", Is.DAY, date(2021, 3, 1)),
        Column("verify_by", "Поверка до", Is.DAY, date(2027, 2, 28)),
        Column("life", "Срок службы до", Is.DAY),
        Column("failed", "Неисправен с", Is.DAY),
        Column("gis", "Номер прибора в ГИС ЖКХ", Is.CODE, longest=40),
        Column("seal", "Пломба", Is.CODE, "0045871", longest=60, empty=""),
        Column("initial", "Показание при установке", Is.VOLUME, Decimal("0.250"), empty=Decimal(0)),
        Column("removed", "Снят", Is.DAY),
        Column("final", "Показание при снятии", Is.VOLUME),
        Column(
            "reading",
            "Последнее показание",
            Is.VOLUME,
            Decimal("123.456"),
            hint="То, по которое вода уже начислена.",
        ),
        Column("read", "Дата показания", Is.DAY, date(2026, 10, 25)),
    ),
    key=("account", "settlement", "street", "house", "letter", "building", "water", "serial"),
    about="Строка на каждый счётчик; у общего счётчика дома вместо лицевого счёта указан дом.",
)
BALANCES = BookSheet(
    "balances",
    "Долги",
    (
        ACCOUNT,
        Column("what", "Что", Is.WORD, "debt", is_required=True, words=OPENINGS),
        Column("month", "За месяц", Is.MONTH, Period(2026, 9), hint="Пусто только у аванса."),
        Column("amount", "Сумма, руб.", Is.MONEY, Decimal("1234.50"), is_required=True),
        Column(
            "on",
            "На какой день",
            Is.DAY,
            date(2026, 10, 31),
            is_required=True,
            hint="Со следующего дня пени считает портал.",
        ),
    ),
    key=("account", "what", "month"),
    about="Долг и пени: строка на каждый месяц, за который не уплачено; аванс: одна строка.",
)

SHEETS = (HOUSES, ACCOUNTS, RESIDENTS, SUPPLIES, METERS, BALANCES)
BY_CODE: Mapping[str, BookSheet] = {sheet.code: sheet for sheet in SHEETS}
ADDRESS = HOUSES.key
