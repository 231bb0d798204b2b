"""People and organisations who exist nowhere: names, telephones, taxpayer numbers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from stdnum.ru import inn


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# As a man bears it; a woman's has an «а» more.
SURNAMES = _words("""
Берёзов Бобров Бочаров Бусыгин Вешняков Волошин Гончаров Гусаров Долгов Дубинин Ершов Жаров Зарубин
Звонарёв Зимин Калашников Камышев Карпухин Кедров Клёнов Ключников Колесников Корнеев Кузовлёв
Ладыгин Лапшин Лесников Липатов Лодочников Лугинин Малинин Мостовов Ненашев Овчинников Огородов
Озеров Осокин Паромов Пастухов Перевозов Плотников Полозов Пчельников Рогожин Родников Рыбников
Рябинин Садовников Сазонов Сапожников Сенокосов Снегирёв Сомов Стрельников Суслов Травников Туманов
Уваров Уключин Хворостов Челноков Черёмухин Щеглов Ягодин
""")
MEN = _words("""
Александр Алексей Анатолий Андрей Борис Вадим Василий Виктор Виталий Владимир Геннадий Григорий
Денис Дмитрий Евгений Иван Игорь Кирилл Константин Максим Михаил Николай Олег Павел Пётр Роман
Семён Сергей Степан Фёдор Юрий Ярослав
""")
WOMEN = _words("""
Алевтина Александра Алла Анастасия Анна Валентина Варвара Вера Галина Дарья Евгения Екатерина Елена
Зинаида Зоя Инна Ирина Ксения Лариса Лидия Любовь Людмила Маргарита Марина Мария Надежда Наталья
Нина Ольга Раиса Светлана Татьяна
""")
# Without its ending: a son's has «ич» more, a daughter's «на».
PATRONYMICS = _words("""
Александров Алексеев Андреев Борисов Васильев Викторов Владимиров Григорьев Иванов Константинов
Львов Матвеев Михайлов Николаев Павлов Петров Сергеев Степанов Тимофеев Фёдоров Юрьев
""")
SHARE_OF_WOMEN = 0.6
# No region has this code, so the taxpayer numbers belong to nobody.
NOWHERE = "00"
LOWEST_TELEPHONE, TELEPHONES = 3_000_000, 6_000_000


@dataclass(frozen=True)
class Organisation:
    """An organisation with its taxpayer numbers."""

    name: str
    inn: str
    kpp: str


def person_name(rng: Random) -> str:
    """A surname, a name and a patronymic that agree."""
    surname, patronymic = rng.choice(SURNAMES), rng.choice(PATRONYMICS)
    if rng.random() < SHARE_OF_WOMEN:
        return f"{surname}а {rng.choice(WOMEN)} {patronymic}на"
    return f"{surname} {rng.choice(MEN)} {patronymic}ич"


def telephone(number: int) -> str:
    """A telephone of the code 000, which no network has."""
    digits = str(LOWEST_TELEPHONE + number * 7919 % TELEPHONES)
    return f"+7 (000) {digits[:3]}-{digits[3:5]}-{digits[5:]}"


def organisation(name: str, number: int) -> Organisation:
    """An organisation whose numbers pass their checks and belong to nobody."""
    body = f"{NOWHERE}01{number % 100_000:05d}"
    return Organisation(name, body + inn.calc_company_check_digit(body), f"{NOWHERE}0101001")
