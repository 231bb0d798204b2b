"""The card of an account: a call answered from one page, and everything entered from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.clock import MOSCOW, Clock
from tests.conftest import ClientAs
from tests.factories import (
    make_holder,
    make_meter,
    make_note,
    make_occupancy,
    make_reading,
    make_sign_in,
    make_submission,
)
from tests.ledgers import charge, issue, pay
from tests.month_factories import make_dispute, make_payment, make_pending_deed
from tests.page import Client, Page
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.casework.disputes import DisputeState
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.approvals import DeedKind
from vodokanal.models.database import BusyDatabaseError
from vodokanal.models.looks import CameFrom, CardOpening
from vodokanal.models.meters import Meter
from vodokanal.models.people import Resident
from vodokanal.models.readings import Reading
from vodokanal.models.windows import ReadingWindow
from vodokanal.staff.card_cases import DEEDS

CARD = "/staff/accounts/1234"
NOVEMBER = Period(2026, 11)
MOST_STATEMENTS, SEPTEMBER, WIDE = 14, 9, 6
WAITS = './/article[h2="Ждёт ответа"]//table'
MORNING = datetime(2026, 11, 11, 9, 0, tzinfo=MOSCOW)


@pytest.fixture
def months(cast: Cast) -> None:
    """Two issued months, of which the first was paid in part."""
    for period, amount in ((Period(2026, 9), "822.12"), (Period(2026, 10), "874.81")):
        charge(cast.account, period, amount, volume="4.12")
        if period.month == SEPTEMBER:
            pay(cast.account, period, "462.37", received_on=date(2026, 10, 8))
        issue(period, cast.account)


def enter(client: Client, cast: Cast, cold: str = "", hot: str = "", **more: str) -> Page:
    status = int(more.pop("status", "303"))
    form = client.get(CARD).form("Записать")
    form.fill_in({f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot}).fill(**more)
    return form.submit(status=status)


def november(meter: Meter) -> Reading:
    found: Reading = Reading.get(
        Reading.meter == meter,
        Reading.period == NOVEMBER,
        Reading.state != ReadingState.REPLACED,
    )
    return found


def test_card_says_whose_the_account_is(office: Client, cast: Cast) -> None:
    Holder.update(telephone="+7 (000) 555-12-08").execute()
    make_occupancy(account=cast.account, registered=2)
    make_sign_in(resident=cast.anna, last_seen_at=datetime(2026, 11, 11, 9, 0, tzinfo=MOSCOW))
    page = office.get(CARD)
    assert page.h1 == "Иванова Анна Петровна"
    assert "ул. Речная, д. 5, кв. 12 · счёт 12-34 · +7 (000) 555-12-08" in page.plain
    people = {row[0]: row[1] for row in page.rows('.//table[@class="facts"]') if len(row) == 2}
    assert people["Зарегистрировано"] == "2\u00a0человека"
    assert "в кабинете 11 ноября" in people["собственник"].replace("\u00a0", " ")
    assert "в кабинет ещё не входили" in people["доверенное лицо"].replace("\u00a0", " ")
    assert "холодная вода, горячая вода, водоотведение" in page.text


@pytest.mark.usefixtures("months")
def test_card_says_what_is_owed_since_when_and_what_was_paid(office: Client) -> None:
    page = office.get(CARD)
    owed = page.find('.//p[@class="owed"]/b').text or ""
    assert owed.replace("\u00a0", " ") == "Долг 1 234,56 ₽"
    rows = [
        [cell.replace("\u00a0", " ") for cell in row]
        for row in page.rows('.//table[@class="facts sums"]')
    ]
    assert [row[0].split(",")[0] for row in rows] == ["Октябрь", "Сентябрь", "Пени"]
    assert rows[1][1].endswith("359,75")
    assert "Последний платёж: 8 октября" in page.plain


@pytest.mark.usefixtures("months")
def test_last_months_show_volumes_how_they_were_counted_and_what_is_paid(office: Client) -> None:
    tables = list(office.get(CARD).all('.//table[@class="list"]'))
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in tables[-1].iter("tr")]
    plain = [[cell.split("\u00a0")[-1].split(" ")[-1] for cell in row] for row in rows[1:]]
    assert [row[0] for row in plain] == ["Октябрь", "Сентябрь"]
    assert [row[1] for row in plain] == ["4,120", "4,120"]
    assert [row[4] for row in plain] == ["874,81", "822,12"]
    assert [row[5] for row in plain] == ["0,00", "462,37"]
    assert "по\u00a0показаниям" in rows[1][3]


def test_account_without_anything_has_a_card_too(office: Client, cast: Cast) -> None:
    Holder.delete().where(Holder.account == cast.vera_account).execute()
    Meter.update(removed_on=date(2026, 1, 1)).where(Meter.account == cast.vera_account).execute()
    page = office.get("/staff/accounts/5678")
    assert page.h1 == "Лицевой счёт 56-78"
    for words in ("Долга нет", "Оплат ещё не было", "Ни один месяц ещё не выпущен"):
        assert words in page.plain
    assert "счётчик" in page.text


@pytest.mark.parametrize("number", ["77-77", "<b>", "%00", "1" * 60])
def test_number_of_no_account_is_not_found(office: Client, number: str) -> None:
    office.get(f"/staff/accounts/{number}", status=404, inspected=False)


def test_entered_readings_stand_beside_their_fields_on_the_card(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, HOT_NEXT, source="paper").follow()
    assert page.path == CARD
    assert "Записано, №" in page.text
    form = page.form("Записать")
    assert form.fields[f"meter-{cast.cold.id}"] == ["161,200"]
    assert "принято +\u00a03,200" in page.text
    reading = november(cast.cold)
    assert (reading.source, reading.employee, reading.resident) == (Source.PAPER, cast.galina, None)


def test_meter_that_was_noted_before_is_not_noted_again_with_the_other(
    office: Client, cast: Cast
) -> None:
    enter(office, cast, COLD_NEXT)
    before = november(cast.cold).id
    office.get(CARD).form("Записать").fill_in({f"meter-{cast.hot.id}": HOT_NEXT}).submit()
    assert november(cast.cold).id == before
    assert november(cast.hot).value == Decimal(HOT_NEXT.replace(",", "."))


def test_same_readings_once_more_are_said_to_be_known(office: Client, cast: Cast) -> None:
    enter(office, cast, COLD_NEXT)
    assert "уже записано" in enter(office, cast, COLD_NEXT).follow().plain


def test_wrong_value_is_refused_on_the_card_beside_its_field(office: Client, cast: Cast) -> None:
    page = enter(office, cast, "абв", HOT_NEXT, status="422")
    assert (page.h1, "Это не\u00a0число" in page.text) == ("Иванова Анна Петровна", True)
    assert page.form("Записать").fields[f"meter-{cast.hot.id}"] == [HOT_NEXT]
    assert "Введите хотя бы одно" in enter(office, cast, status="422").plain
    without = office.get(CARD).form("Записать").without("source", "taken_on")
    assert "Иванова" in without.submit(status=422).text


def test_question_is_answered_on_the_card(office: Client, cast: Cast) -> None:
    page = enter(office, cast, "1612").follow()
    question = page.form("Исправить")
    assert "нужен ответ" in page.text
    question.fill(value="")
    assert "цифры" in question.submit(status=422).text
    page = question.fill(value="161,2").submit().follow()
    assert (page.path, "Ответ записан" in page.text) == (CARD, True)
    assert november(cast.cold).value == Decimal("161.200")
    answer = question.fill(value="170").submit(status=409)
    assert "161,200" in answer.text


def test_question_about_a_removed_meter_is_asked_too(office: Client, cast: Cast) -> None:
    period = Period(2026, 10)
    submission = make_submission(account=cast.account, period=period)
    removed = make_meter(account=cast.account, serial="777", removed_on=date(2026, 11, 1))
    make_reading(removed, submission=submission, period=period, state=ReadingState.ASKED)
    assert "№\u00a0777" in office.get(CARD).text


def test_question_of_another_account_is_not_found(office: Client, cast: Cast) -> None:
    reading = make_reading(cast.vera_meter, period=NOVEMBER, state=ReadingState.ASKED)
    for name in (reading.id, 999_999, "x"):
        office.post(f"{CARD}/answers/{name}/", {"value": "1"}, status=404)


def test_form_without_its_days_says_so(office: Client, cast: Cast) -> None:
    ReadingWindow.delete().execute()
    page = office.get(CARD, status=200)
    assert "Дни приёма не заданы" in page.plain


def test_form_that_came_back_by_get_is_the_card(office: Client) -> None:
    assert office.get(f"{CARD}/readings/", status=303).location == CARD


def test_stale_token_keeps_what_was_typed(office: Client, cast: Cast) -> None:
    form = office.get(CARD).form("Записать").fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    form.fields["csrf_token"] = ["stale"]
    page = form.submit(status=400)
    assert page.form("Записать").fields[f"meter-{cast.cold.id}"] == [COLD_NEXT]


def test_each_role_sees_its_parts_of_the_card(client_as: ClientAs, cast: Cast) -> None:
    make_note(account=cast.account)
    page = client_as(cast.kirill).get(CARD)
    assert (page.h1, "Плохо слышит" in page.text) == ("Лицевой счёт 12-34", True)
    for words in ("Иванова", "Откуда", "Долг", "собственник", "Глазами жителя"):
        assert words not in page.text
    reader = client_as(cast.rita)
    page = reader.get(CARD)
    assert "Иванова" in page.h1
    assert [each for each in ("Откуда", "Новый пароль", "заметку") if each in page.text] == []
    reader.post(f"{CARD}/readings/", {}, status=403)


def test_opening_is_noted_with_where_it_came_from(office: Client, cast: Cast, clock: Clock) -> None:
    office.get(f"{CARD}?from=search")
    office.get(f"{CARD}?from=list")
    clock.at("2026-11-12T10:46")
    office.get(CARD)
    clock.at("2026-11-12T10:48")
    office.get(f"{CARD}?from=elsewhere")
    office.get("/staff/accounts/5678?from=list")
    found = [(each.account, each.came_from) for each in CardOpening.select()]
    assert found == [
        (cast.account, CameFrom.SEARCH),
        (cast.account, CameFrom.DIRECT),
        (cast.vera_account, CameFrom.LIST),
    ]


def test_card_opens_although_its_opening_cannot_be_noted(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object, **_options: object) -> None:
        raise BusyDatabaseError

    monkeypatch.setattr("vodokanal.staff.account_card.note_opening", busy)
    assert office.get(CARD).h1 == "Иванова Анна Петровна"
    assert not CardOpening.select().exists()


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("day", ["2026-11-12T10:42", "2026-11-27T10:42"])
def test_card_asks_at_most_fourteen_times(
    office: Client, cast: Cast, clock: Clock, day: str
) -> None:
    clock.at(day)
    make_note(account=cast.account)
    make_reading(cast.cold, period=NOVEMBER, value="999", state=ReadingState.ASKED)
    make_dispute(account=cast.account)
    # Settings are read once a process.
    office.get("/staff/accounts/5678")
    with statements() as asked:
        office.get(CARD)
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_debt_brought_along_and_no_receipt_yet_ask_little_more(office: Client, cast: Cast) -> None:
    pay(cast.account, NOVEMBER, "100", received_on=date(2026, 11, 9))
    page = office.get(CARD)
    assert "Переплата 100,00 ₽" in page.plain


def test_closed_account_says_so(office: Client, cast: Cast) -> None:
    Account.update(closed_on=date(2026, 6, 1)).where(Account.id == cast.account).execute()
    page = office.get(CARD)
    assert "Счёт закрыт 1 июня" in page.plain
    assert "Откуда" not in page.text


def test_password_is_one_step_away_and_leads_back(office: Client, cast: Cast) -> None:
    page = office.get(CARD)
    (address,) = {href for text, href in page.links.items() if text == "Новый пароль"}
    assert address.startswith("/staff/residents/password/?id=")
    assert "url=" in address
    Resident.update(disabled_at=Resident.created_at).execute()
    assert "вход закрыт" in office.get(CARD).text


def test_nobody_registered_is_said_with_the_owners(office: Client, cast: Cast) -> None:
    make_occupancy(account=cast.account, registered=0, owners=3)
    assert "никто, 3 собственника" in office.get(CARD).plain


def test_holder_of_the_day_is_the_one_who_is_shown(office: Client, cast: Cast) -> None:
    Holder.update(ends_on=date(2026, 11, 1)).where(Holder.account == cast.account).execute()
    make_holder(account=cast.account, name="Новый Хозяин", starts_on=date(2026, 11, 2))
    assert office.get(CARD).h1 == "Новый Хозяин"


@pytest.mark.usefixtures("months")
def test_months_open_down_to_their_columns(office: Client, cast: Cast) -> None:
    page = office.get(CARD).click("Все месяцы")
    assert page.heading == "Счёт 12-34 по месяцам"
    assert [each.text for each in page.all(".//article/h2")] == ["Октябрь", "Сентябрь"]
    assert "153,200" in page.text
    odd = office.get(f"{CARD}/months/?from=x")
    assert "показан последний год" in odd.plain


@pytest.mark.usefixtures("months")
def test_papers_are_printed_from_the_card(office: Client, cast: Cast) -> None:
    for path in ("receipt.pdf", "receipt.pdf?month=2026-09", "statement.pdf"):
        answer = office.get(f"{CARD}/{path}").response
        assert (answer.mimetype, answer.data[:4]) == ("application/pdf", b"%PDF")
    page = office.get(f"{CARD}/certificate.pdf", status=303).follow()
    assert "осталось заплатить 1 234,56 ₽" in page.plain
    answer = office.get("/staff/accounts/5678/certificate.pdf").response
    assert answer.mimetype == "application/pdf"


@pytest.mark.parametrize("asked", ["", "?month=2026-08", "?month=x"])
def test_missing_receipt_is_said_on_the_card(office: Client, asked: str) -> None:
    page = office.get(f"{CARD}/receipt.pdf{asked}", status=303).follow()
    assert "Квитанции за этот месяц нет" in page.plain


def test_month_without_lines_and_without_a_day_of_verification(office: Client, cast: Cast) -> None:
    Meter.update(verify_by=None).where(Meter.id == cast.cold).execute()
    Meter.update(verify_by=date(2026, 12, 31)).where(Meter.id == cast.hot).execute()
    issue(Period(2026, 10), cast.account)
    page = office.get(CARD)
    rows = [row for row in page.rows('.//table[@class="list entry"]') if len(row) == WIDE]
    assert [row[-1] for row in rows[1:]] == ["", "Поверка до декабрь 2026"]
    assert "Октябрь" in page.text


def test_reading_older_than_a_month_is_refused_on_the_card(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, taken_on="2026-09-01", status="422")
    assert "С 12 октября" in page.plain or "с 12 октября" in page.plain


@pytest.mark.usefixtures("months")
def test_what_waits_stands_on_the_card_and_leads_to_its_answer(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    dispute = make_dispute(
        account=cast.account, opened_at=MORNING, answer_by=date(2026, 11, 25), resident=cast.anna
    )
    deed = make_pending_deed(
        payment=make_payment(account=cast.account, amount="5000"), asked_at=MORNING
    )
    make_dispute(account=cast.vera_account)
    chief = client_as(cast.olga)
    page = chief.get(CARD)
    assert page.links["Холодная вода за октябрь"] == f"/staff/disputes/{dispute.id}/"
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in page.rows(WAITS)]
    assert rows[1][1:] == ["11 ноября, ответить до 25 ноября", "? проверяем"]
    address = page.links["Отменить платёж, 5\u00a0000,00\u00a0₽"]
    assert address == f"/staff/approvals/deeds/{deed.id}/"
    assert "ждёт руководителя" in page.plain
    assert "Отменить платёж, 5 000,00 ₽" in office.get(CARD).plain
    for client, path in ((client_as(cast.kirill), CARD), (chief, "/staff/accounts/5678")):
        assert "ждёт руководителя" not in client.get(path).text


def test_every_deed_about_an_account_has_its_words() -> None:
    assert set(DEEDS) == set(DeedKind) - {DeedKind.RATE}


@pytest.mark.usefixtures("months")
def test_last_answer_is_told_where_nothing_waits(office: Client, cast: Cast) -> None:
    assert "Ничего не ждёт." in office.get(CARD).plain
    for day, state in ((3, DisputeState.EXPLAINED), (5, DisputeState.WITHDRAWN)):
        at = datetime(2026, 11, day, 9, 0, tzinfo=MOSCOW)
        answered = {"state": state, "answered_at": at, "answer": "Всё верно"}
        make_dispute(account=cast.account, opened_at=MORNING, resident=cast.anna, **answered)
    words = "Ничего не ждёт. Последнее: Холодная вода за октябрь, 5 ноября, отозвано."
    assert words in office.get(CARD).plain


ONLY_WHILE_OPEN = (
    *("Заменить счётчик", "Новый счётчик", "Сменить владельца", "Изменить число жильцов"),
    *("Изменить услуги", "Закрыть счёт", "Записать звонок о показаниях", "Новый доступ к счёту"),
)


def test_closed_account_offers_what_still_makes_sense(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    Account.update(closed_on=date(2026, 11, 13)).where(Account.id == cast.account).execute()
    page = client_as(cast.olga).get(CARD)
    assert "Счёт закрыт с 13 ноября 2026" in page.plain
    assert [words for words in ONLY_WHILE_OPEN if words not in page.links] == []
    clock.at("2026-11-13T10:42")
    page = client_as(cast.olga).get(CARD)
    assert [words for words in ONLY_WHILE_OPEN if words in page.links] == []
    for words in (
        "Принять оплату",
        "Справка об\u00a0отсутствии долга",
        "Выписка",
        "Изменения с даты",
    ):
        assert words in page.links, words


def test_note_is_written_from_under_the_heading(office: Client) -> None:
    (whose,) = office.get(CARD).all('.//p[@class="whose"]')
    assert "Написать заметку" in "".join(whose.itertext())
