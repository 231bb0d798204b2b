"""The desk of a change of holder: a form with its effect, both papers, and the way back."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.factories import make_account, make_reading
from tests.month_factories import make_meter_check, make_month, make_payment
from tests.months import make_rates, settle
from tests.operations.test_reading_sheets import save
from tests.page import Client, Form, Page
from tests.papers import text_of
from tests.sheet_factories import make_reading_sheet
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.holder_changes import ChangeKind, HolderChange
from vodokanal.models.meters import Meter

DESK = "/staff/holder-changes/"
CHANGE, SHOW = "Сменить владельца", "Показать, что изменится"
GLEB = "Громов Глеб Олегович"


@pytest.fixture
def desk(office: Client, cast: Cast) -> Form:
    """The form of Anna's account, filled in: she has sold to Gleb."""
    form = office.get(f"{DESK}1234/").form(CHANGE)
    typed = {
        "on": "2026-11-10",
        "kind": "sale",
        "paper_kind": "выписка ЕГРН",
        "paper_number": "77-1",
        f"meter-{cast.cold.id}": "160,5",
        f"meter-{cast.hot.id}": "105",
        "name": GLEB,
        "telephone": "+7 900 111-22-33",
    }
    return form.fill_in(typed)


def pdf_at(page: Page, client: Client, words: str) -> str:
    answer = client.get(page.links[words], inspected=False)
    return text_of(answer.response.data).replace("\N{NO-BREAK SPACE}", " ")


def test_sale_takes_two_pages(desk: Form) -> None:
    page = desk.submit(CHANGE).follow()
    assert page.heading == "Владелец сменён с 10 ноября"
    assert f"{GLEB} · 12-34" in page.plain
    assert "Иванова Анна Петровна · 12-34-1" in page.plain
    change = HolderChange.get()
    assert (change.kind, change.paper_kind, change.paper_number, change.entered_by.login) == (
        ChangeKind.SALE,
        "выписка ЕГРН",
        "77-1",
        "galina",
    )


def test_each_gets_a_paper_without_the_other(desk: Form, office: Client, cast: Cast) -> None:
    settle(cast.account, make_rates())
    page = desk.submit(CHANGE).follow()
    old = pdf_at(page, office, "Акт прежнему владельцу")
    new = pdf_at(page, office, "Акт новому владельцу")
    for text in (old, new):
        assert "160,500" in text
        assert "105,000" in text
    assert "Иванова Анна Петровна" in old
    assert "12-34-1" in old
    assert "За ноябрь 2026 года, предварительно" in old
    assert "Громов" not in old
    assert GLEB in new
    assert "10 ноября 2026 года" in new
    assert "Иванова" not in new
    assert "12-34-1" not in new
    assert "77-1" not in old


def test_effect_is_shown_and_nothing_kept(desk: Form, cast: Cast) -> None:
    settle(cast.account, make_rates())
    page = desk.submit(SHOW, status=200)
    assert "Новый счёт 12-34:" in page.plain
    assert page.form(CHANGE).fields["name"] == [GLEB]
    assert not HolderChange.select().exists()
    assert page.form(CHANGE).submit(CHANGE).follow().heading == "Владелец сменён с 10 ноября"


def test_enter_shows_before_it_changes(desk: Form) -> None:
    buttons = list(desk.element.iter("button"))
    assert [each.get("name") for each in buttons] == ["show", None]


def test_name_beside_unknown_heirs_is_not_dropped_unsaid(desk: Form) -> None:
    page = desk.fill(heirs_unknown="y").submit(CHANGE, status=422)
    assert "Отмечено «Наследники неизвестны»: оставьте это поле пустым" in page.plain
    assert page.form(CHANGE).fields["name"] == [GLEB]
    assert not HolderChange.select().exists()


def test_effect_of_what_cannot_be_is_not_shown(desk: Form, cast: Cast) -> None:
    make_reading(cast.cold, period=Period(2026, 11), value="160", taken_on="2026-11-11")
    page = desk.submit(SHOW, status=422)
    assert "Больше, чем 11 ноября: тогда было 160,000" in page.plain


def test_form_of_another_visit_is_shown_again(desk: Form) -> None:
    page = desk.fill(csrf_token="old").submit(CHANGE, status=400)
    assert page.form(CHANGE).fields["name"] == [GLEB]
    page = page.form(CHANGE).submit(CHANGE).follow()
    back = page.form("Отменить смену").fill(csrf_token="old").submit(status=400)
    assert back.heading == "Владелец сменён с 10 ноября"


def test_empty_fields_are_shared_by_days(desk: Form, office: Client, cast: Cast) -> None:
    desk.fill_in({f"meter-{cast.cold.id}": "", f"meter-{cast.hot.id}": ""})
    page = desk.submit(CHANGE).follow()
    assert "160,580, по дням" in page.plain
    assert "обычному дневному расходу" in pdf_at(page, office, "Акт новому владельцу")


def test_readings_of_the_new_days_are_named_on_the_page(
    desk: Form, office: Client, cast: Cast
) -> None:
    given = {"period": Period(2026, 11), "taken_on": "2026-11-11"}
    make_reading(cast.cold, value="161", **given)
    make_reading(cast.hot, value="999", state=ReadingState.ASKED, **given)
    page = desk.submit(CHANGE).follow()
    assert "Теперь они на новом счёте:" in page.plain
    assert "№ 00012345: 161,000, 11 ноября, в офисе" in page.plain
    assert "№ 00054321: 999,000, 11 ноября, в офисе, ждёт решения" in page.plain
    assert "ждёт решения" in office.get(page.path).plain
    waiting = office.get("/staff/readings/waiting/")
    assert "12-34" in waiting.plain
    assert "999,000" in waiting.plain
    page.form("Отменить смену").submit()
    assert "ждёт решения" not in office.get(f"{DESK}1234/{HolderChange.get().id}/").plain


def test_sheet_whose_readings_went_over_is_undone_after_the_change(
    desk: Form, office: Client, cast: Cast
) -> None:
    sheet = make_reading_sheet(house=cast.account.premises.house)
    save(sheet, cast.cold, "161,2", by=cast.galina)
    desk.submit(CHANGE)
    page = office.get(f"/staff/reading-sheets/{sheet.id}/undo/")
    page = page.form("Отменить ведомость").submit(status=409)
    assert "Показания счёта 12-34 перенесены новому владельцу" in page.plain


def test_heirs_may_be_unknown(desk: Form, office: Client) -> None:
    desk.fill(
        kind="death", heirs_unknown="y", name="", telephone="", paper_kind="свидетельство о смерти"
    )
    page = desk.submit(CHANGE).follow()
    assert "наследники неизвестны · 12-34" in page.plain
    assert "Собственнику помещения" in pdf_at(page, office, "Акт новому владельцу")
    assert not Holder.select().where(Holder.account == HolderChange.get().new_account).exists()


def test_organisation_has_an_inn(desk: Form) -> None:
    desk.fill(holder_kind="organisation", name="ООО «Ромашка»")
    assert "У организации ИНН есть" in desk.submit(CHANGE, status=422).plain
    desk.fill(inn="7707083893").submit(CHANGE)
    assert Holder.get(Holder.account == HolderChange.get().new_account).inn == "7707083893"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"on": "2026-10-31"}, "Укажите 1 ноября, а за прежние дни внесите корректировку"),
        ({"on": "2026-11-14"}, "не позже 13 ноября"),
        ({"on": "2020-01-01"}, "Счёт открыт 1 января 2020"),
        ({"name": ""}, "отметьте, что наследники неизвестны"),
        ({"paper_kind": ""}, "Заполните это поле"),
        ({"which_number": "fresh", "number": "56-78"}, "уже есть"),
        ({"which_number": "fresh", "number": "а/б"}, "букв, цифр и дефисов"),
        ({"cold": "150"}, "Меньше, чем 15 октября: тогда было 158,000"),
        ({"cold": "195"}, "Если всё верно, отметьте это ниже"),
        ({"cold": "много"}, "Это не число"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    desk: Form, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    make_month(state=MonthState.ISSUED)
    named = {
        f"meter-{cast.cold.id}" if name == "cold" else name: each for name, each in typed.items()
    }
    page = desk.fill_in(named).submit(CHANGE, status=422)
    assert sentence in page.plain
    assert page.form(CHANGE).fields["telephone"] == ["+7 900 111-22-33"]
    assert not HolderChange.select().exists()


def test_odd_reading_is_taken_when_it_is_ticked(desk: Form, cast: Cast) -> None:
    desk.fill_in({f"meter-{cast.cold.id}": "195"}).submit(CHANGE, status=422)
    desk.fill(sure="y").submit(CHANGE)
    assert Meter.get_by_id(cast.cold.id).final_reading == 195


def test_what_begins_later_is_named(desk: Form, cast: Cast) -> None:
    make_meter_check(cast.cold, checked_on="2026-11-11")
    page = desk.submit(CHANGE, status=422)
    assert "С 11 ноября уже внесено: проверка прибора" in page.plain


def test_free_number_is_taken_where_none_is_typed(desk: Form) -> None:
    desk.fill(which_number="fresh").submit(CHANGE)
    assert HolderChange.get().new_account.number == "4070000007"


def test_number_that_is_too_long_cannot_be_kept(office: Client, desk: Form) -> None:
    make_account(number="9" * 20)
    form = office.get(f"{DESK}{'9' * 20}/").form(CHANGE)
    page = form.fill(paper_kind="договор", name=GLEB).submit(CHANGE, status=422)
    assert "слишком длинный" in page.plain


def test_form_pressed_twice_changes_once(desk: Form) -> None:
    first, again = desk.submit(CHANGE), desk.submit(CHANGE)
    assert first.location == again.location
    page = desk.fill(name="Другой Человек").submit(CHANGE, status=409)
    assert "уже отправлена" in page.plain
    assert HolderChange.select().count() == 1


def test_account_that_is_no_number_is_that_of_the_page(desk: Form, cast: Cast) -> None:
    desk.fill(account="9" * 5000).submit(CHANGE)
    assert HolderChange.get().old_account_id == cast.account.id


def test_second_clerk_does_not_change_the_new_holder(desk: Form, chief: Client) -> None:
    other = chief.get(f"{DESK}1234/").form(CHANGE)
    desk.submit(CHANGE)
    # By now the number is the new account's.
    page = other.fill(paper_kind="договор", name="Кто-то").submit(CHANGE, status=409)
    assert "Владельца уже сменили с 10 ноября: новый счёт 12-34" in page.plain
    assert HolderChange.select().count() == 1


def test_holder_changes_once_a_day(desk: Form, office: Client) -> None:
    desk.submit(CHANGE)
    form = office.get(f"{DESK}1234/").form(CHANGE)
    form.fill(on="2026-11-10", paper_kind="договор", name="Кто-то")
    assert "10 ноября владелец уже сменился" in form.submit(CHANGE, status=422).plain


def test_closed_account_has_no_form(desk: Form, office: Client, cast: Cast) -> None:
    desk.submit(CHANGE)
    assert "Счёт закрыт 10 ноября" in office.get(f"{DESK}12341/").plain
    Account.update(closed_on="2026-11-01").where(Account.id == cast.vera_account.id).execute()
    form = office.get(f"{DESK}1234/").form(CHANGE)
    form.fill(paper_kind="договор", name="Кто-то", account=str(cast.vera_account.id))
    assert "Счёт закрыт 1 ноября" in form.submit(CHANGE, status=409).plain
    Account.update(closed_on="2027-03-01").where(Account.id == cast.vera_account.id).execute()
    assert "Счёт будет закрыт 1 марта 2027" in form.submit(CHANGE, status=409).plain
    form.fill(account="999999").submit(CHANGE, status=404)


def test_change_is_taken_back(desk: Form, office: Client) -> None:
    page = desk.submit(CHANGE).follow()
    done = page.path
    back = page.form("Отменить смену")
    assert "Смена отменена" in back.submit().follow().plain
    assert Account.get(Account.number_key == "1234").closed_on is None
    change = HolderChange.get()
    page = office.get(f"{DESK}1234/{change.id}/")
    assert page.heading == "Смена отменена"
    office.get(f"{DESK}1234/{change.id}/old.pdf", status=404)
    office.get(f"{DESK}1234/{change.id}/new.pdf", status=404)
    office.get(done, status=404)


def test_change_that_something_rests_on_stays(desk: Form, office: Client) -> None:
    page = desk.submit(CHANGE).follow()
    back, done = page.form("Отменить смену"), page.path
    make_payment(account=HolderChange.get().new_account)
    refused = back.submit(status=409).plain
    for words in ("На новом счёте уже есть своё: платёж", "смените владельца ещё раз"):
        assert words in refused
    assert "Отменить уже нельзя" in office.get(done).plain
    assert "уже отправлена" in back.fill(key="").submit(status=409).plain
    assert office.get(f"{done}reverse/", status=303).location.endswith(done)


def test_changes_are_found_from_the_desk(desk: Form, office: Client) -> None:
    assert office.get(f"{DESK}?find=12-34", status=303).location.endswith(f"{DESK}1234/")
    desk.submit(CHANGE)
    page = office.get(DESK)
    assert page.rows()[1][:3] == ["12-34", "10\N{NO-BREAK SPACE}ноября", "продажа"]
    both = office.get(f"{DESK}?find=речная 5 12").rows()
    assert [(row[0].replace("\N{NO-BREAK SPACE}", " "), row[2]) for row in both[1:]] == [
        ("12-34", GLEB),
        ("12-34-1 закрыт с 10 ноября", "Иванова Анна Петровна"),
    ]
    office.get(f"{DESK}1234/999/", status=404)
    office.get(f"{DESK}1234/x/", status=404)
    office.get(f"{DESK}5678/1/", status=404)
