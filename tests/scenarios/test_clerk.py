"""A month told from the clerk's chair: 10th of November to 1st of December, through her own pages."""

from __future__ import annotations

from itertools import groupby

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clerks_town import (
    NOVEMBER,
    OCTOBER,
    Town,
    form_to,
    given_password,
    tenure_of,
)
from tests.clock import MOSCOW, Clock
from tests.conftest import SECRET_KEY
from tests.page import Client
from vodokanal.billing.readings import Source
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.looks import CameFrom, CardOpening
from vodokanal.models.people import Resident
from vodokanal.models.readings import Reading
from vodokanal.operations.letters import NOTHING_TO_TELL
from vodokanal.operations.queue import open_queue
from vodokanal.operations.receipt_letters import find_receipt_news
from vodokanal.operations.verification import verify_ledger

NONE = "0.00"
# Opening, charged, corrected, penalty, paid, closing.
RECEIPTS = {
    # 133.57 + 444.51 + 174.35 = 752.43; 756.51 + 752.43 - 50.00.
    "12-34": ("756.51", "752.43", "-50.00", NONE, NONE, "1458.94"),
    "56-78": ("126.54", "139.13", NONE, NONE, "126.54", "139.13"),
    # Zotov's 1 m³ is 42.81; Gromov's 0.4 m³ are 17.124.
    "30-1-1": ("126.54", "42.81", NONE, NONE, NONE, "169.35"),
    "30-1": (NONE, "17.12", NONE, NONE, NONE, "17.12"),
    # Orlova's 2 m³ are 85.62, the unknown heirs' 0.3 m³ are 12.843.
    "30-2-1": ("126.54", "85.62", NONE, NONE, NONE, "212.16"),
    "30-2": (NONE, "12.84", NONE, NONE, NONE, "12.84"),
    # 3.4 x 42.81 = 145.554 and 2.86 x 42.81 = 122.4366.
    "30-3": ("126.54", "145.55", NONE, NONE, NONE, "272.09"),
    "30-4": ("126.54", "122.44", NONE, NONE, NONE, "248.98"),
    "40-1": ("2964.60", "2964.60", NONE, NONE, NONE, "5929.20"),
}


GALINA, DMITRY, OLGA, NIGHT = "Галина Орлова", "Дмитрий Лебедев", "Ольга Ветрова", "portal"
# What the journal tells by the utility's days, neighbours that say the same once.
DEEDS = [
    # The calls of Anna and of the school.
    (GALINA, "submit_readings", 10),
    # The sale, and the buyer's login, access and password.
    (GALINA, "revoke_access", 11),
    (GALINA, "free_login", 11),
    (GALINA, "change_holder", 11),
    (GALINA, "create", 11),
    (GALINA, "change_password", 11),
    # The death.
    (GALINA, "revoke_access", 12),
    (GALINA, "free_login", 12),
    (GALINA, "change_holder", 12),
    # The slips, the house, the doubtful reading, the common meter, the money.
    (GALINA, "open_reading_sheet", 13),
    (GALINA, "submit_readings", 13),
    (GALINA, "open_reading_sheet", 16),
    (GALINA, "submit_readings", 16),
    (GALINA, "settle_reading", 17),
    (GALINA, "create", 20),
    (GALINA, "enter_payment", 20),
    (NIGHT, "calculate_month", 21),
    # The old price ends, the new one begins, and the month follows.
    (OLGA, "update", 24),
    (OLGA, "create", 24),
    (NIGHT, "calculate_month", 24),
    (GALINA, "open_dispute", 25),
    (GALINA, "explain_dispute", 25),
    (DMITRY, "open_dispute", 25),
    (DMITRY, "enter_correction", 25),
    (DMITRY, "correct_dispute", 25),
    (NIGHT, "calculate_month", 25),
    (DMITRY, "order_issue", 1),
    (DMITRY, "begin_issuing", 1),
    (DMITRY, "issue_month", 1),
]


@pytest.fixture
def town(app: Flask, cast: Cast, clock: Clock) -> Town:
    """The town on the 10th of November, October on its bills."""
    open_queue(SECRET_KEY)
    clock.at("2026-11-10T09:00")
    return Town(app, cast, clock)


def october_is_on_its_bills(town: Town) -> None:
    # Anna: 3.2 x 42.18 + 2.1 x 211.67 + 5.3 x 33.40 = 134.98 + 444.51 + 177.02.
    assert town.receipt("12-34", OCTOBER)[-1] == "756.51"
    # A flat: 3 x 42.18 = 126.54.
    flats = ("56-78", "30-1", "30-2", "30-3", "30-4")
    assert [town.receipt(each, OCTOBER)[-1] for each in flats] == ["126.54"] * 5
    # The school: 30 x 45.00 and 30 x 36.00, both with 22 % VAT: 1647.00 + 1317.60.
    assert town.receipt("40-1", OCTOBER)[-1] == "2964.60"


def anna_calls(town: Town) -> None:
    """Found by her surname, two readings, the balance read out: three pages."""
    town.clock.at("2026-11-10T09:15")
    card = town.galina.get("/staff/find?q=иванова", status=303).follow()
    typed = {f"meter-{town.cast.cold.id}": "161,12", f"meter-{town.cast.hot.id}": "105,7"}
    after = card.form("Записать").fill_in(typed).submit().follow()
    assert "принято + 3,120" in after.plain
    assert "принято + 2,100" in after.plain
    assert "756,51 ₽" in after.plain
    rows = Reading.select().where(Reading.period == NOVEMBER)
    assert {(row.source, row.employee_id) for row in rows} == {
        (Source.TELEPHONE, town.cast.galina.id)
    }


def school_calls(town: Town) -> None:
    """An organisation reads its meter out as everybody does."""
    town.clock.at("2026-11-10T09:40")
    card = town.galina.get("/staff/find?q=школа", status=303).follow()
    typed = {f"meter-{town.meter('40-1').id}": "680"}
    after = card.form("Записать").fill_in(typed).submit().follow()
    assert (after.h1, "принято + 30,000" in after.plain) == ("Школа № 1", True)


def flat_is_sold(town: Town) -> None:
    """Zotov sells to Gromov: the debt stays, the access ends, the number goes with the flat."""
    town.clock.at("2026-11-11T10:00")
    zotov = Client(town.app).signed_in_as(town.zotov)
    zotov.get("/personal/30-1/")
    page = town.changes_hands(
        "30-1",
        meter="116",
        on="2026-11-10",
        kind="sale",
        paper_kind="выписка ЕГРН",
        paper_number="77-1",
        name="Громов Глеб Олегович",
        telephone="+7 900 111-22-33",
    )
    assert page.heading == "Владелец сменён с 10 ноября"
    assert zotov.get("/personal/", status=303).location.startswith("/login")
    assert (town.balance("30-1-1"), town.balance("30-1")) == ("126.54", "0.00")
    assert tenure_of(town.account("30-1-1")) == ("Зотов Пётр Ильич", "2026-11-10")
    assert tenure_of(town.account("30-1")) == ("Громов Глеб Олегович", "")


def buyer_gets_access_and_sees_nothing_of_before(town: Town) -> None:
    town.clock.at("2026-11-11T10:10")
    new = town.galina.get("/staff/residents/new/").form("Сохранить")
    new.fill(name="Громов Глеб Олегович", login="30-1").submit()
    gleb = Resident.get(Resident.login == "30-1")
    access = town.galina.get("/staff/accesses/new/").form("Сохранить")
    access.fill(resident="30-1", account="30-1", relation="owner").submit()
    browser = Client(town.app)
    form = browser.get("/login").form("/login")
    form.fill(login="30-1", password=given_password(town, gleb)).submit()
    page = browser.get("/personal/30-1/balance/")
    assert "Зотов" not in page.text
    assert "126,54" not in page.plain
    browser.get("/personal/30-1-1/", status=404)
    browser.get("/personal/30-1/receipts/2026-10/", status=404)


def buyers_first_receipt_is_his_own(town: Town) -> None:
    """The month before is still nobody's business of his."""
    browser = Client(town.app).signed_in_as(Resident.get(Resident.login == "30-1"))
    assert browser.get("/personal/30-1/balance/").heading == "К оплате 17,12 ₽"
    assert "17,12" in browser.get("/personal/30-1/receipts/2026-11/").plain
    browser.get("/personal/30-1/receipts/2026-10/", status=404)


def orlova_dies(town: Town) -> None:
    """Nobody knows the heirs: no name on the new account, no letter to the dead."""
    town.clock.at("2026-11-12T11:00")
    page = town.changes_hands(
        "30-2",
        meter="217",
        on="2026-11-12",
        kind="death",
        paper_kind="свидетельство о смерти",
        heirs_unknown="y",
        registered="0",
    )
    assert "наследники неизвестны · 30-2" in page.plain
    assert tenure_of(town.account("30-2-1")) == ("Орлова Мария Львовна", "2026-11-12")
    assert tenure_of(town.account("30-2")) == ("", "")


def slips_are_entered(town: Town) -> None:
    """Paper slips in the order in which they lie."""
    town.clock.at("2026-11-13T09:00")
    begun = town.galina.get("/staff/reading-sheets/").form("Начать")
    begun.fill(covers="slips", source="paper", taken_on="2026-11-12")
    page = begun.submit().follow()
    for number, value in (("56-78", "78,25"), ("30-1", "116,4")):
        slip = page.form("Показать счётчики").fill(account=number).submit(status=200)
        typed = {f"meter-{town.meter(number).id}": value}
        page = slip.form("Записать строку").fill_in(typed).submit().follow()
    assert "Внесено листков: 2" in page.plain
    assert "Холодная: 116,400 ✓ принято" in page.plain


def house_is_read(town: Town) -> None:
    """The inspector's sheet of Заводская 3: three flats more, one of them a slip of the pen."""
    town.clock.at("2026-11-16T14:00")
    page = town.galina.get("/staff/reading-sheets/?find=заводская 3")
    begun = page.form("Начать").fill(covers=f"house-{town.house.id}", source="visit")
    page = begun.fill(taken_on="2026-11-16").submit().follow()
    for number, value in (("30-2", "217,3"), ("30-3", "318,4"), ("30-4", "41,86")):
        meter = town.meter(number)
        row = form_to(page, f"/rows/{meter.account_id}/")
        page = row.fill_in({f"meter-{meter.id}": value}).submit().follow()
    assert "Записано: 3 из 4" in page.plain


def doubtful_reading_is_decided(town: Town) -> None:
    """Titova has been rung up: 417,86 was meant."""
    town.clock.at("2026-11-17T09:05")
    page = town.galina.get("/staff/readings/waiting/")
    waiting = Reading.get(Reading.meter == town.meter("30-4"), Reading.period == NOVEMBER)
    assert "Похоже, имели в виду 417,860" in page.plain
    form_to(page, f"/waiting/{waiting.id}/", "Принять").submit()
    assert "Ничего не ждёт" in town.galina.get("/staff/readings/waiting/").plain


def common_meter_is_read(town: Town) -> None:
    town.clock.at("2026-11-20T16:00")
    form = town.galina.get(f"/staff/house-readings/new/?meter={town.common.id}").form("Сохранить")
    form.fill(period="2026-11", value="1012", taken_on="2026-11-20").submit()


def money_comes_in(town: Town) -> None:
    town.clock.at("2026-11-20T17:00")
    form = town.galina.get("/staff/payments/enter/5678/").form("Внести платёж")
    form.fill(amount="126,54", received_on="2026-11-20").submit()
    assert town.balance("56-78") == "0.00"


def night_after_the_intake(town: Town) -> None:
    """The month is calculated by the price that holds."""
    town.goes_by("2026-11-21T00:00")
    assert town.dmitry.get("/staff/month/").heading == "Ноябрь: рассчитан, не выпущен"
    # 3.25 x 42.18 = 137.085.
    assert town.lines("56-78") == {"cold": ("meter", "42.18", "3.250", "137.09")}


def chief_puts_the_tariff_right(town: Town) -> None:
    """42,81 was decided from the 1st of November; the wrong price ends, the month follows."""
    town.clock.at("2026-11-24T12:00")
    form = town.olga.get("/staff/tariffs/new/").form("Сохранить")
    form.fill(service="cold", price="42,81", starts_on="2026-11-01", document="Приказ № 7")
    assert "Предыдущая запись теперь действует по 31.10.2026." in form.submit().follow().text
    town.goes_by("2026-11-24T12:01")
    # 3.25 x 42.81 = 139.1325.
    assert town.lines("56-78") == {"cold": ("meter", "42.81", "3.250", "139.13")}


def vera_does_not_agree(town: Town) -> None:
    """What stands in October's line is explained."""
    town.clock.at("2026-11-25T10:00")
    form = town.galina.get("/staff/disputes/account/56-78/").form("Записать")
    typed = {"line": "2026-10/cold-0", "words": "Много", "heard": "telephone"}
    case = form.fill_in(typed).submit().follow()
    assert "3,000" in case.plain
    bill = case.form("Ответить").fill(answer="75 − 72 = 3 м³").submit("Ответить").follow()
    assert "Ответ дан." in bill.plain
    assert bill.heading == "Долгов нет"


def annas_line_is_corrected(town: Town) -> None:
    """Fifty rubles less, and a bill for today in her hand."""
    town.clock.at("2026-11-25T11:00")
    form = town.dmitry.get("/staff/disputes/account/12-34/").form("Записать")
    typed = {"line": "2026-10/cold-0", "words": "Протекала труба", "heard": "office"}
    case = form.fill_in(typed).submit().follow()
    fix = case.form("Исправить и").fill(amount="50", words="Течь до счётчика")
    bill = fix.submit("Исправить и").follow()
    # 756.51 - 50.00.
    assert bill.heading == "К оплате 706,51 ₽"
    paper = town.paper("/staff/todays-bill/1234/bill.pdf")
    assert "К оплате 706,51 ₽" in paper
    assert "Течь до счётчика" in paper
    town.goes_by("2026-11-25T11:01")


def month_is_issued(town: Town) -> None:
    town.clock.at("2026-12-01T09:00")
    page = town.dmitry.get("/staff/month/").click("Выпустить…")
    page.form("/staff/month/issue/").submit()
    town.worker.work_on_months()
    assert town.dmitry.get("/staff/month/").heading == "Декабрь: ещё не рассчитан"


def receipts_are_right_to_the_kopeck(town: Town) -> None:
    assert town.lines("12-34") == {
        "cold": ("meter", "42.81", "3.120", "133.57"),
        "hot": ("meter", "211.67", "2.100", "444.51"),
        "sewage": ("sum", "33.40", "5.220", "174.35"),
    }
    assert {number: town.receipt(number) for number in RECEIPTS} == RECEIPTS
    # 12.84 of the heirs nobody knows stand on a receipt without a name.
    paper = town.paper("/staff/accounts/302/receipt.pdf")
    assert "Собственнику помещения · лицевой счёт 30-2 К оплате 12,84 ₽" in paper
    assert "Орлова" not in paper


def school_has_a_simple_bill(town: Town) -> None:
    """Two lines by its meter at its own prices, VAT on top; nothing by norms."""
    assert town.lines("40-1") == {
        "cold": ("meter", "45.00", "30.000", "1647.00"),
        "sewage": ("sum", "36.00", "30.000", "1317.60"),
    }
    paper = town.paper("/staff/accounts/401/receipt.pdf")
    # 22 % on top of 30 x 45.00 and 30 x 36.00.
    for words in ("Школа № 1", "по счётчику; цена без НДС 30,000", "в том числе НДС 534,60 ₽"):
        assert words in paper
    for words in ("норматив", "Зарегистрировано"):
        assert words not in paper


def house_balance_is_told(town: Town) -> None:
    """12 m³ came in; the flats: 1 + 0.4 + 2 + 0.3 + 3.4 + 2.86 = 9.96."""
    page = town.galina.get("/staff/house-balance/?month=2026-11")
    for hidden in page.all('.//span[@class="narrow small"]'):
        hidden.text = ""
    assert [[cell.strip() for cell in row[2:]] for row in page.rows()[1:]] == [
        ["12,000", "9,960", "0,000", "0,000", "9,960", "2,040", "17,0"]
    ]


def nobody_writes_to_the_dead(town: Town) -> None:
    """October's receipts were ready for both, November's for Fomin alone.

    What lies unsent from before her death is not sent either.
    """
    ready = Letter.select().where(Letter.kind == LetterKind.RECEIPT_READY).order_by(Letter.id)
    told = [each.resident_id for each in ready]
    assert told == [town.orlova.id, town.fomin.id, town.fomin.id]
    assert find_receipt_news(ready[0]) == NOTHING_TO_TELL


def journal_tells_who_did_what(town: Town) -> None:
    rows = JournalEntry.select().where(JournalEntry.id > town.told_before)
    told = [
        (row.actor_name, row.action, row.at.astimezone(MOSCOW).day)
        for row in rows.order_by(JournalEntry.id)
    ]
    assert [each for each, _same in groupby(told)] == DEEDS
    opened = CardOpening.select().where(CardOpening.came_from == CameFrom.SEARCH)
    assert [str(each.account) for each in opened.order_by(CardOpening.id)] == ["12-34", "40-1"]


def test_month_from_the_clerks_chair(town: Town) -> None:
    october_is_on_its_bills(town)
    anna_calls(town)
    school_calls(town)
    flat_is_sold(town)
    buyer_gets_access_and_sees_nothing_of_before(town)
    orlova_dies(town)
    slips_are_entered(town)
    house_is_read(town)
    doubtful_reading_is_decided(town)
    common_meter_is_read(town)
    money_comes_in(town)
    night_after_the_intake(town)
    chief_puts_the_tariff_right(town)
    vera_does_not_agree(town)
    annas_line_is_corrected(town)
    month_is_issued(town)
    receipts_are_right_to_the_kopeck(town)
    school_has_a_simple_bill(town)
    buyers_first_receipt_is_his_own(town)
    house_balance_is_told(town)
    nobody_writes_to_the_dead(town)
    journal_tells_who_did_what(town)
    assert verify_ledger() == []
