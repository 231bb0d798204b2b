"""The desk of disputes: the list, one dispute with its replay, the answers, whoever rings up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import ACCOUNT, Cast, actor_of
from tests.clock import Clock
from tests.conftest import SECRET_KEY, ClientAs
from tests.factories import make_setting
from tests.ledgers import charge, correct, issue, penalise
from tests.page import Client, Page
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.billing.terms import Term
from vodokanal.casework.disputes import DisputeState, Heard
from vodokanal.models.disputes import Dispute
from vodokanal.models.recalculations import Correction
from vodokanal.models.terms import LegalTerm
from vodokanal.operations.disputes import NewDispute, explain_dispute, open_dispute
from vodokanal.operations.queue import open_queue

AUGUST, OCTOBER = Period(2026, 8), Period(2026, 10)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
LIST, INTAKE = "/staff/disputes/", f"/staff/disputes/account/{ACCOUNT}/"
BILL = "/staff/todays-bill/1234/"
EXPLAIN, CORRECT, BACK = "Ответить", "Исправить и", "Плательщик"


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    charge(cast.account, AUGUST, "500")
    issue(AUGUST, cast.account)
    charge(cast.account, OCTOBER, "173.78")
    correct(cast.account, OCTOBER, "-25", service=Service.COLD)
    penalise(cast.account, OCTOBER, "1.25", of=AUGUST)
    issue(OCTOBER, cast.account)


def disputed(cast: Cast, line: str = "cold-0") -> Dispute:
    new = NewDispute(cast.account.id, OCTOBER, line, "Нас не было дома")
    return open_dispute(actor_of(cast.anna), new, key=line, today=date(2026, 11, 12), at=AT)


def case(client: Client, dispute: Dispute) -> Page:
    return client.get(f"{LIST}{dispute.id}/")


@pytest.fixture
def billing(client_as: ClientAs, cast: Cast) -> Client:
    """Dmitry's browser."""
    return client_as(cast.dmitry)


def test_empty_list_says_so(billing: Client) -> None:
    assert "Ответа никто не ждёт." in billing.get(LIST).plain


def test_list_is_oldest_first_with_days(billing: Client, cast: Cast, clock: Clock) -> None:
    disputed(cast)
    disputed(cast, "penalty-202608")
    clock.at("2026-11-17T10:00")
    page = billing.get(LIST)
    rows = [[cell.replace("\xa0", " ") for cell in row] for row in page.rows()]
    assert rows[1] == [
        "? 5 дней ответить до 17 ноября",
        "Лицевой счёт 12-34 ул. Речная, д. 5, кв. 12",
        "Строка квитанции Холодная вода за октябрь",
        "Оспаривается 173,78 ₽",
        "Что говорят Нас не было дома",
        "Разобрать № 1",
    ]
    assert "Пени за август" in rows[2][2]
    clock.at("2026-11-18T10:00")
    assert "! 6 дней" in billing.get(LIST).plain


def test_case_shows_the_replay_and_the_year(billing: Client, cast: Cast) -> None:
    page = case(billing, disputed(cast))
    assert page.heading == "Спор № 1"
    for words in (
        "Иванова Анна Петровна",
        "Нас не было дома",
        "Ответить до 17 ноября.",
        "× 42,18 ₽",
        "Октябрьпо счётчику, 4,120 м³173,78 ₽",
        "перерасчёт: холодная вода",
    ):
        assert words in page.plain


def test_explanation_leads_to_the_bill(billing: Client, cast: Cast) -> None:
    row = disputed(cast)
    form = case(billing, row).form(EXPLAIN)
    page = form.fill(answer="Показание верное").submit(EXPLAIN)
    assert page.location == BILL
    assert "Ответ дан." in page.follow().plain
    shown = case(billing, row).plain
    assert "объяснено, Дмитрий Лебедев" in shown
    assert "Строка верна" not in shown


def test_correction_is_entered_from_the_case(billing: Client, cast: Cast) -> None:
    form = case(billing, disputed(cast)).form(CORRECT)
    page = form.fill(amount="50", words="Никто не жил").submit(CORRECT).follow()
    assert "Строка исправлена, ответ дан." in page.plain
    assert "Перерасчёт за октябрь 2026 года, холодная вода" in page.plain
    fix = Correction.select().order_by(Correction.id.desc()).get()
    assert (fix.amount, fix.words) == (rubles(-50), "Никто не жил")


def test_more_to_pay_can_be_the_answer_too(billing: Client, cast: Cast) -> None:
    form = case(billing, disputed(cast)).form(CORRECT)
    form.fill(direction="more", amount="7", words="Показание было больше").submit(CORRECT)
    assert Dispute.get().correction.amount == rubles(7)


def test_more_than_the_line_takes_a_tick(billing: Client, cast: Cast) -> None:
    form = case(billing, disputed(cast)).form(CORRECT)
    assert "above" not in form.fields
    page = form.fill(amount="1737,80", words="Никто не жил").submit(CORRECT, status=422)
    assert "Сама строка – 173,78 ₽. Если так и нужно, отметьте это." in page.plain
    form = page.form(CORRECT)
    assert form.fields["words"] == ["Никто не жил"]
    form.submit(CORRECT, status=422)
    form.fill(above="y").submit(CORRECT)
    assert Dispute.get().correction.amount == rubles("-1737.80")


def test_correction_above_the_set_sum_waits_and_answers_when_allowed(
    billing: Client, client_as: ClientAs, cast: Cast
) -> None:
    make_setting("approval_above", "40")
    row = disputed(cast)
    form = case(billing, row).form(CORRECT)
    page = form.fill(amount="50", words="Никто не жил").submit(CORRECT).follow()
    assert "Ждёт решения руководителя." in page.plain
    assert "Ответ на спор № 1: к оплате меньше, 50,00 ₽" in page.plain
    assert CORRECT not in page.plain
    assert (row.state, Correction.select().count()) == (DisputeState.OPEN, 1)
    chief = client_as(cast.olga)
    decision = chief.get("/staff/approvals/").click("Решить")
    for words in ("Холодная вода", "Нас не было дома", "Никто не жил"):
        assert words in decision.plain
    decision.form("Разрешить").submit().follow()
    answered = Dispute.get_by_id(row.id)
    assert (answered.state, answered.correction.amount) == (DisputeState.CORRECTED, rubles(-50))
    assert "исправлено, Дмитрий Лебедев" in case(billing, row).plain


def test_chief_is_told_when_the_dispute_was_answered_otherwise(
    billing: Client, client_as: ClientAs, cast: Cast
) -> None:
    make_setting("approval_above", "40")
    row = disputed(cast)
    case(billing, row).form(CORRECT).fill(amount="50", words="Никто не жил").submit(CORRECT)
    case(billing, row).form(EXPLAIN).fill(answer="Строка верна").submit(EXPLAIN)
    decision = client_as(cast.olga).get("/staff/approvals/").click("Решить")
    assert "На этот спор уже ответили." in decision.form("Разрешить").submit(status=409).plain


def test_whoever_is_alone_corrects_at_once_and_is_listed(
    billing: Client, client_as: ClientAs, cast: Cast
) -> None:
    make_setting("approval_above", "40")
    make_setting("approval_alone", "yes")
    chief = client_as(cast.olga)
    page = case(chief, disputed(cast)).form(CORRECT).fill(amount="50", words="Никто не жил")
    assert "Строка исправлена, ответ дан." in page.submit(CORRECT).follow().plain
    week = chief.get("/staff/approvals/week/").plain
    assert "Ответ на спор № 1: к оплате меньше" in week


def test_withdrawn_correction_opens_the_dispute_again(
    billing: Client, client_as: ClientAs, cast: Cast
) -> None:
    row = disputed(cast)
    form = case(billing, row).form(CORRECT)
    form.fill(amount="50", words="Никто не жил").submit(CORRECT)
    fix = Dispute.get().correction_id
    withdrawal = {"id": fix, "confirmed": "yes"}
    page = billing.post("/staff/corrections/withdraw/", withdrawal).follow()
    assert "Этим исправлением отвечали на спор № 1: он снова открыт." in page.plain
    assert Dispute.get().state is DisputeState.OPEN
    assert "Никто не жил" not in case(billing, row).form(EXPLAIN).submit(EXPLAIN, status=422).plain
    shown = client_as(cast.anna).get(f"/personal/{ACCOUNT}/receipts/2026-10/disagree/cold-0")
    assert "Проверяем и ответим здесь до" in shown.plain
    assert "Никто не жил" not in shown.plain


def test_correction_stays_while_the_line_is_disputed_anew(billing: Client, cast: Cast) -> None:
    form = case(billing, disputed(cast)).form(CORRECT)
    form.fill(amount="50", words="Никто не жил").submit(CORRECT)
    fix = Dispute.get().correction_id
    new = NewDispute(cast.account.id, OCTOBER, "cold-0", "Всё равно много")
    open_dispute(actor_of(cast.anna), new, key="again", today=date(2026, 11, 12), at=AT)
    withdrawal = {"id": fix, "confirmed": "yes"}
    page = billing.post("/staff/corrections/withdraw/", withdrawal).follow()
    assert "Эту же строку оспаривают снова: сначала ответьте на спор № 2." in page.plain
    assert Correction.select().where(Correction.id == fix).exists()


def test_payer_agrees_after_all(billing: Client, cast: Cast) -> None:
    case(billing, disputed(cast)).form(BACK).submit(BACK)
    assert Dispute.get().state is DisputeState.WITHDRAWN


@pytest.mark.parametrize(
    ("button", "typed", "words"),
    [
        (EXPLAIN, {"answer": ""}, "Заполните"),
        (EXPLAIN, {"answer": "а" * 1001}, "Не больше 1000 знаков"),
        (CORRECT, {"amount": "0", "words": "Так"}, "больше нуля"),
        (CORRECT, {"amount": "12.345", "words": "Так"}, "Сумма в рублях"),
        (CORRECT, {"amount": "9000000", "words": "Так"}, "проверьте сумму"),
    ],
)
def test_answer_that_cannot_be_taken_stays_typed(
    billing: Client, cast: Cast, button: str, typed: dict[str, str], words: str
) -> None:
    form = case(billing, disputed(cast)).form(button)
    page = form.fill(**typed).submit(button, status=422)
    assert words in page.plain
    assert all(value in page.html for value in typed.values())
    assert Dispute.get().state is DisputeState.OPEN


def test_second_answer_is_told_of_the_first(billing: Client, cast: Cast) -> None:
    row = disputed(cast)
    form = case(billing, row).form(EXPLAIN).fill(answer="Верно")
    explain_dispute(actor_of(cast.galina), row.id, words="Раньше", key="g", at=AT)
    page = form.submit(EXPLAIN, status=409)
    assert "Пока вы смотрели, на это уже ответили." in page.plain
    assert "Раньше" in page.plain


def test_form_without_its_key_is_pressed_once_more(billing: Client, cast: Cast) -> None:
    form = case(billing, disputed(cast)).form(EXPLAIN).fill(answer="Верно")
    page = form.without("key").submit(EXPLAIN, status=409)
    assert "Нажмите кнопку ещё раз." in page.plain


def test_office_explains_and_cannot_correct(
    client_as: ClientAs, cast: Cast, billing: Client
) -> None:
    row = disputed(cast)
    office = client_as(cast.galina)
    page = case(office, row)
    assert "Исправить строку здесь может тот" in page.plain
    fields = {"how": "correct", "key": "k", "direction": "less", "amount": "5", "words": "Так"}
    office.post(f"{LIST}{row.id}/", fields, status=403)
    assert Correction.select().count() == 1


@pytest.mark.parametrize("address", ["7/", "x/", "99999999999/"])
def test_unknown_dispute_is_not_there(billing: Client, address: str) -> None:
    billing.get(f"{LIST}{address}", status=404)


def test_answer_of_no_kind_is_refused(billing: Client, cast: Cast) -> None:
    billing.post(f"{LIST}{disputed(cast).id}/", {"how": "shrug"}, status=400)


def test_caller_is_taken_down(billing: Client, cast: Cast) -> None:
    form = billing.get(INTAKE).form("Записать")
    typed = {"line": "2026-10/cold-0", "words": "Никого не было", "heard": "telephone"}
    page = form.fill_in(typed).submit().follow()
    assert "Записано: № 1." in page.plain
    assert "по телефону, Дмитрий Лебедев:" in page.plain
    row = Dispute.get()
    assert (row.heard, row.employee_id, row.resident_id) == (
        Heard.TELEPHONE,
        cast.dmitry.id,
        None,
    )
    again = billing.get(INTAKE).form("Записать").fill_in(typed).submit().follow()
    assert "Эту строку уже оспаривают." in again.plain


def test_caller_without_words_is_asked_for_them(billing: Client) -> None:
    form = billing.get(INTAKE).form("Записать").fill(line="2026-10/penalty-202608")
    page = form.submit(status=422)
    assert "Заполните" in page.plain
    refused = form.fill(words="Так").without("key").submit(status=409)
    assert "уже отправлена" in refused.plain


def test_account_without_receipts_disputes_nothing(billing: Client) -> None:
    page = billing.get("/staff/disputes/account/56-78/")
    assert "оспаривать нечего" in page.plain
    billing.get("/staff/disputes/account/99-99/", status=404)


def test_debtors_show_what_is_disputed(billing: Client, cast: Cast, clock: Clock) -> None:
    disputed(cast)
    clock.at("2026-11-20T10:00")
    assert "спорная сумма 173,78 ₽" in billing.get("/staff/debtors/").plain


def test_correction_without_a_service_is_entered_in_the_table(billing: Client, cast: Cast) -> None:
    charge(cast.vera_account, OCTOBER.next, "100")
    fix = correct(cast.vera_account, OCTOBER.next, "7", service=None)
    issue(OCTOBER.next, cast.vera_account)
    name = f"correction-{fix.id}"
    new = NewDispute(cast.vera_account.id, OCTOBER.next, name, "За что?")
    row = open_dispute(actor_of(cast.galina), new, key="v", today=AT.date(), at=AT)
    form = case(billing, row).form(CORRECT).fill(amount="7", words="Ошибка")
    assert "здесь не названа услуга" in form.submit(CORRECT, status=422).plain


def test_correction_shows_the_year_of_its_service(billing: Client, cast: Cast) -> None:
    fix = Correction.get()
    page = case(billing, disputed(cast, f"correction-{fix.id}"))
    assert "Перерасчёт в квитанции за октябрь" in page.plain
    assert "Октябрьпо счётчику, 4,120 м³173,78 ₽" in page.plain


def test_dispute_without_a_day_waits_all_the_same(billing: Client, cast: Cast) -> None:
    LegalTerm.delete().where(LegalTerm.term == Term.ANSWER_DAYS).execute()
    row = disputed(cast)
    assert "сегодня" in billing.get(LIST).plain
    assert "Ответить до" not in case(billing, row).plain


def test_forms_of_a_stale_page_come_back_as_they_were_typed(billing: Client, cast: Cast) -> None:
    row = disputed(cast)
    typed = {"how": "explain", "answer": "Показание верное"}
    again = billing.post(f"{LIST}{row.id}/", typed, csrf=False, status=400)
    assert "Показание верное" in again.html
    intake = billing.post(INTAKE, {"words": "Никто не жил"}, csrf=False, status=400)
    assert "Никто не жил" in intake.html
    billing.post(f"{LIST}{row.id}/", {"how": "shrug"}, csrf=False, status=400)
