"""The forms that change an account from a day on: shown first, recorded, taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_account_service, make_occupancy, make_premises, make_reading
from tests.month_factories import make_account_change, make_month
from tests.months import closed, make_rates, settle
from tests.page import Client, Form, Page
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.account_changes import AccountChange, ChangeKind
from vodokanal.models.accounts import Account, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.people import Role, RolePermission
from vodokanal.models.places import NormCategory, PremisesNorm
from vodokanal.operations import account_openings
from vodokanal.operations.service_changes import services_on

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
SHOW, RECORD = "Показать", "Записать"
RESIDENTS, SERVICES = "/staff/occupancy/5678/", "/staff/service-changes/5678/"
METERS, CLOSING = "/staff/meter-replacements/1234/", "/staff/account-closings/1234/"


@pytest.fixture
def category(cast: Cast) -> NormCategory:
    """Two people live at Vera's and at Anna's, prices and norms are set."""
    category = make_rates()
    settle(cast.vera_account, category)
    make_occupancy(account=cast.account)
    make_account_service(account=cast.vera_account, service=Service.HOT)
    return category


def form_at(client: Client, path: str) -> Form:
    return client.get(path).form(SHOW)


def shown(form: Form) -> Page:
    """The page on which the effect is seen."""
    return form.submit(SHOW, status=200)


def recorded(page: Page) -> Page:
    """What the second button leads to."""
    return page.form(RECORD).submit(RECORD).follow()


def third(client: Client, **more: str) -> Form:
    """A third person is registered at Vera's from the beginning of November."""
    usual = {"on": "2026-11-01", "registered": "3", "paper": "Выписка"}
    return form_at(client, RESIDENTS).fill(**(usual | more))


def test_residents_are_shown_recorded_and_taken_back(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    page = shown(third(office))
    assert "Ноябрь: на 1 158,25 ₽ больше" in page.plain
    assert "2 316,52 ₽7,296 м³" in page.plain
    assert Occupancy.select().where(Occupancy.account == cast.vera_account).count() == 1
    page = recorded(page)
    assert "Новое число жильцов записано." in page.plain
    assert Occupancy.select().where(Occupancy.registered == 3).count() == 1
    page = office.get(f"/staff/account-changes/take-back/{AccountChange.get().id}/")
    assert "Ноябрь: на 1 158,25 ₽ меньше" in page.plain
    page = page.form("Отменить").submit().follow()
    assert "всё как было до него" in page.plain
    assert Occupancy.select().where(Occupancy.registered == 3).count() == 0


def test_what_was_not_shown_is_not_recorded(office: Client, category: NormCategory) -> None:
    form = shown(third(office)).form(RECORD)
    page = form.fill(registered="7").submit(RECORD, status=409)
    assert "После показа вы изменили форму" in page.plain
    assert AccountChange.select().count() == 0
    recorded(page)
    assert Occupancy.select().where(Occupancy.registered == 7).count() == 1


def test_sent_twice_it_is_recorded_once(office: Client, category: NormCategory) -> None:
    form = shown(third(office)).form(RECORD)
    form.submit(RECORD)
    form.submit(RECORD)
    assert AccountChange.select().count() == 1
    page = form.fill(registered="7").submit(SHOW, status=409)
    assert "уже отправлена" in page.plain


def test_issued_month_is_named_and_the_way_into_the_past(
    office: Client, category: NormCategory
) -> None:
    closed(OCTOBER, "2026-10-25T10:00")
    page = third(office, on="2026-10-16").submit(SHOW, status=422)
    assert "Октябрь уже выпущен, открыт ноябрь: поставьте 1 ноября." in page.plain
    page = shown(page.form(SHOW).fill(is_backdated="y"))
    assert "Октябрь уже выпущен, а вышел бы иначе: + 597,81 ₽." in page.plain
    assert "после пересчёта этих месяцев" in page.plain
    assert "внесёт пересчёт: октябрь – октябрь." in recorded(page).plain


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2019-12-31", "Счёт открыт только 1 января 2020 года."),
        ("2027-12-31", "День с 1 января 2000 года по 13 ноября 2027 года."),
        ("2020-01-01", "С 1 января 2020 года уже есть другое изменение"),
    ],
)
def test_a_day_that_cannot_be_is_said_at_its_field(
    office: Client, category: NormCategory, on: str, said: str
) -> None:
    page = third(office, on=on).submit(SHOW, status=422)
    assert said in page.plain
    assert page.form(SHOW).fields["paper"] == ["Выписка"]


def test_nothing_to_change_is_said(office: Client, category: NormCategory) -> None:
    page = third(office, registered="2").submit(SHOW, status=422)
    assert "На этот день так и записано: менять нечего." in page.plain


def test_services_from_a_day_on(office: Client, cast: Cast, category: NormCategory) -> None:
    form = form_at(office, SERVICES).fill(on="2026-11-16", hot="none")
    page = recorded(shown(form))
    assert "Услуги с этого дня записаны." in page.plain
    assert services_on(cast.vera_account.id, date(2026, 11, 16))[Service.HOT] is None


def test_a_meter_is_replaced_on_paper(office: Client, cast: Cast, category: NormCategory) -> None:
    make_reading(cast.hot, period=NOVEMBER, value="104.6")
    form = form_at(office, f"{METERS}?meter={cast.cold.id}").fill(
        on="2026-11-10",
        final_reading="159",
        serial="777",
        initial_reading="0",
        verify_by="2032-11-10",
        paper="Акт 5",
    )
    page = shown(form)
    assert "Расход по новому счётчику добавится с его первым показанием." in page.plain
    assert "Новый счётчик записан вместо старого." in recorded(page).plain
    new = Meter.get(Meter.serial == "777")
    assert (new.place, new.commissioned_on) == (cast.cold.place, date(2026, 11, 10))


def replacement(client: Client, cast: Cast, **more: str) -> Form:
    """The whole act; what `more` names says something else."""
    usual = {
        "meter": str(cast.cold.id),
        "on": "2026-11-10",
        "final_reading": "159",
        "serial": "777",
        "initial_reading": "0",
        "verify_by": "2032-11-10",
        "paper": "Акт 5",
    }
    return form_at(client, METERS).fill(**(usual | more))


@pytest.mark.parametrize(
    "name", ["meter", "on", "serial", "initial_reading", "verify_by", "paper", "digits_before"]
)
def test_act_without_one_needed_field_stays_typed(
    office: Client, cast: Cast, category: NormCategory, name: str
) -> None:
    page = replacement(office, cast, **{name: ""}).submit(SHOW, status=422)
    assert "Заполните" in page.plain
    other = "paper" if name == "serial" else "serial"
    assert page.form(SHOW).fields[other] != [""]


def test_expired_verification_is_said_beside_the_sums(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    page = shown(replacement(office, cast, verify_by="2020-01-01"))
    assert "Поверка нового счётчика кончилась 1 января 2020 года" in page.plain
    assert "Поверка нового" not in shown(replacement(office, cast)).plain


def test_last_reading_far_above_the_known_one_is_asked_about(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    form = replacement(office, cast, final_reading="259")
    assert "sure" not in form.fields
    page = form.submit(SHOW, status=422)
    assert "Если последнее показание верно, отметьте это." in page.plain
    page = shown(page.form(SHOW).fill(sure="y"))
    assert "Новый счётчик записан вместо старого." in recorded(page).plain


def test_a_meter_commissioned_later_keeps_its_own_day(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    form = form_at(office, f"{METERS}?meter={cast.cold.id}").fill(
        on="2026-11-10",
        commissioned_on="2026-11-12",
        final_reading="159",
        serial="777",
        initial_reading="0,125",
        digits_before="8",
        digits_after="2",
        verify_by="2032-11-10",
        paper="Акт 5",
    )
    page = form.submit(SHOW, status=422)
    assert "У счётчика № 777 после запятой цифр: 2. Уберите лишние." in page.plain
    page = page.form(SHOW).fill(digits_after="5").submit(SHOW, status=422)
    assert "Целое число от 0 до 4." in page.plain
    recorded(shown(page.form(SHOW).fill(digits_after="4")))
    new = Meter.get(Meter.serial == "777")
    assert (new.installed_on, new.commissioned_on) == (date(2026, 11, 10), date(2026, 11, 12))
    assert (new.digits_before, new.digits_after) == (8, 4)


def test_a_lower_last_reading_is_said_at_its_field(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    form = form_at(office, f"{METERS}?meter={cast.cold.id}").fill(
        final_reading="1", serial="777", initial_reading="0", verify_by="2032-11-10", paper="5"
    )
    page = form.submit(SHOW, status=422)
    assert "15 октября на счётчике уже было 158: проверьте показание." in page.plain
    form = page.form(SHOW).fill(final_reading="", commissioned_on="2026-11-01")
    assert "Этот день раньше, чем может быть." in form.submit(SHOW, status=422).plain


def test_an_account_is_closed_with_its_last_readings(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    form = form_at(office, CLOSING).fill_in({"on": "2026-11-10", f"reading-{cast.cold.id}": "159"})
    page = recorded(shown(form))
    assert "Счёт закрыт." in page.plain
    assert "Счёт закрыт с 10 ноября 2026 года." in page.plain
    assert Meter.get_by_id(cast.cold.id).final_reading == Decimal(159)
    page = office.get(METERS)
    assert "не числится работающих счётчиков" in page.plain
    office.post(METERS, {"deed": "write"}, status=422)
    page = office.get("/staff/account-changes/1234/")
    assert "Счёт закрыт" in page.plain


def test_a_change_that_receipts_were_made_with_stays(
    office: Client, cast: Cast, category: NormCategory, clock: Clock
) -> None:
    recorded(shown(third(office)))
    address = f"/staff/account-changes/take-back/{AccountChange.get().id}/"
    form = office.get(address).form("Отменить")
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    assert "уже выпущены квитанции за ноябрь" in form.submit(status=409).plain
    assert "уже выпущены квитанции за ноябрь" in office.get(address).plain
    office.get("/staff/account-changes/take-back/999999999999/", status=404)
    office.get("/staff/account-changes/take-back/77/", status=404)


def test_a_change_that_something_rests_on_stays(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    recorded(shown(third(office)))
    first = AccountChange.get().id
    recorded(shown(third(office, on="2026-11-20", registered="4")))
    page = office.get(f"/staff/account-changes/take-back/{first}/")
    assert "На это уже опирается более позднее (Кто живёт)" in page.plain


def test_an_account_is_opened_on_one_page(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    flat = make_premises(house=cast.account.premises.house, flat="14")
    page = office.get("/staff/account-openings/?find=речная 5 14")
    form = page.click("кв.\N{NO-BREAK SPACE}14").form(SHOW)
    form.fill(number="90-14", on="2026-11-10", name="Громова Ольга", category=str(category.id))
    form.fill(meter1_serial="1", meter1_reading="3", meter3_serial="3", meter3_reading="1")
    form.fill(meter3_digits_before="4", meter3_digits_after="0")
    page = shown(form).form("Открыть этот счёт").submit("Открыть этот счёт").follow()
    assert "Счёт 90-14 открыт." in page.plain
    account = Account.get(Account.premises == flat)
    meters = account.meters.order_by(Meter.serial)
    digits = [(each.serial, each.digits_before, each.digits_after) for each in meters]
    assert (account.number, digits) == ("90-14", [("1", 5, 3), ("3", 4, 0)])
    assert PremisesNorm.get(PremisesNorm.premises == flat).category == category
    page = page.click("Отменить").form("Отменить").submit().follow()
    assert Account.select().where(Account.premises == flat).count() == 0


def test_what_is_missing_of_a_new_account_is_said(
    office: Client, cast: Cast, category: NormCategory
) -> None:
    make_month(period=OCTOBER, state=MonthState.ISSUED)
    form = form_at(office, f"/staff/account-openings/at/{cast.account.premises_id}/")
    form.fill(meter1_serial="1", meter1_digits_before="много", meter1_digits_after="")
    page = form.fill(name="ООО «Волна»", holder_kind="organisation").submit(SHOW, status=422)
    assert "У организации ИНН есть." in page.plain
    assert "Цифр до запятой: Целое число от 3 до 9." in page.plain
    assert "Цифр после запятой: Заполните это поле." in page.plain
    assert "Начальное показание, м³: Заполните это поле." in page.plain
    form = page.form(SHOW)
    assert form.fields["meter1_digits_before"] == ["много"]
    form.fill(holder_kind="person", meter1_serial="", meter1_digits_before="5", number="12-34")
    page = form.submit(SHOW, status=422)
    assert "Лицевой счёт с таким номером уже есть." in page.plain
    page = page.form(SHOW).fill(number="90", on="2026-10-01").submit(SHOW, status=422)
    assert "За прошлые месяцы внесите корректировку." in page.plain
    office.get("/staff/account-openings/at/77/", status=404)
    assert "Такого адреса пока нет." in office.get("/staff/account-openings/?find=zzz").plain


@pytest.mark.parametrize("desk", ["occupancy", "meter-replacements", "account-changes"])
def test_account_is_found_at_the_desk(office: Client, cast: Cast, desk: str) -> None:
    page = office.get(f"/staff/{desk}/?find=12-34", status=303).follow()
    assert "Иванова Анна Петровна" in page.plain
    assert "Чей счёт" in office.get(f"/staff/{desk}/?find=").plain
    office.get(f"/staff/{desk}/999/", status=404)


def test_form_that_came_without_its_token_is_shown_again(
    office: Client, category: NormCategory
) -> None:
    form = third(office).without("csrf_token")
    assert form.submit(SHOW, status=400).form(SHOW).fields["registered"] == ["3"]
    address = "/staff/account-openings/at/1/"
    again = office.post(address, {"number": "90-14"}, status=400, csrf=False)
    assert again.form(SHOW).fields["number"] == ["90-14"]


def test_only_who_may_make_a_change_takes_it_back(
    client_as: ClientAs, cast: Cast, office: Client, category: NormCategory
) -> None:
    change = make_account_change(account=cast.account, kind=ChangeKind.METER)
    address = f"/staff/account-changes/take-back/{change.id}/"
    assert office.post(address, {}, status=400, csrf=False).form("Отменить").fields
    is_office = RolePermission.role == Role.get(Role.code == "office")
    RolePermission.delete().where(
        is_office, RolePermission.permission == "meters.replace"
    ).execute()
    client_as(cast.galina).get(address, status=403)


def test_number_that_somebody_took_this_very_moment_is_said(
    office: Client, cast: Cast, category: NormCategory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_openings, "_refuse_number", lambda _number: None)
    form = form_at(office, f"/staff/account-openings/at/{cast.account.premises_id}/")
    page = form.fill(name="Громова Ольга", number="12-34").submit(SHOW, status=422)
    assert "Такая запись уже есть." in page.plain
