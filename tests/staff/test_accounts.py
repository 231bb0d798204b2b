"""The table of accounts: numbers as the books have them, new ones by the pattern."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import make_account, make_holder_change, make_setting
from tests.month_factories import make_account_change
from tests.page import Client, Page
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account, Holder, HolderKind


def new_account(office: Client) -> Page:
    return office.get("/staff/accounts/new/")


def add(office: Client, cast: Cast, number: str, status: int = 303) -> Page:
    form = new_account(office).form("Сохранить")
    form.fill(number=number, premises_id=str(cast.account.premises_id))
    form.fields.pop("premises")
    return form.submit(status=status)


def test_next_number_of_the_pattern_is_offered(office: Client, cast: Cast) -> None:
    assert new_account(office).form("Сохранить").fields["number"] == ["4070000007"]
    make_account(number="4070000015", premises=cast.account.premises)
    assert new_account(office).form("Сохранить").fields["number"] == ["4070000023"]


def test_no_number_is_offered_when_none_is_left(office: Client, cast: Cast) -> None:
    make_setting("account_length", "5")
    make_account(number="40794", premises=cast.account.premises)
    assert new_account(office).form("Сохранить").fields["number"] == [""]


def test_number_is_kept_as_typed_and_found_however_it_is_typed(office: Client, cast: Cast) -> None:
    add(office, cast, "ЛС-00-7")
    account = Account.get(Account.number == "ЛС-00-7")
    assert account.number_key == "ЛС007"
    assert "ЛС-00-7" in office.get("/staff/accounts/?search=лс007").text


@pytest.mark.parametrize("number", ["", "1" * 21, "12/34", "!", "12\u202e34", "🏠"])
def test_number_of_strange_characters_is_refused(office: Client, cast: Cast, number: str) -> None:
    page = add(office, cast, number, status=422)
    assert page.form("Сохранить").fields["premises_id"] != [""]
    assert Account.select().count() == 2


def test_number_that_differs_in_spaces_alone_is_taken(office: Client, cast: Cast) -> None:
    page = add(office, cast, "12 34", status=422)
    assert "Лицевой счёт с таким номером уже есть." in page.text


def test_closing_before_the_opening_is_refused(office: Client, cast: Cast) -> None:
    form = office.get(f"/staff/accounts/edit/?id={cast.account.id}").form("Сохранить")
    assert "раньше первого" in form.fill(closed_on="2019-01-01").submit(status=422).text


def test_account_that_was_left_is_not_opened_again(office: Client, cast: Cast) -> None:
    day = date(2026, 11, 10)
    old = make_account(number="12-34-1", premises=cast.account.premises, closed_on=day)
    make_holder_change(old_account=old, new_account=cast.account)
    form = office.get(f"/staff/accounts/edit/?id={old.id}").form("Сохранить")
    page = form.fill(closed_on="").submit(status=422)
    assert "Задано сменой владельца с 10 ноября: отмените эту смену" in page.plain
    make_account_change(account=cast.account, kind=ChangeKind.CLOSED)
    form = office.get(f"/staff/accounts/edit/?id={cast.account.id}").form("Сохранить")
    page = form.fill(closed_on="2026-11-20").submit(status=422)
    assert "Счёт закрыт с 10 ноября формой «Закрыть счёт»: отмените там." in page.plain


def test_organisation_owes_with_its_own_tax_number(office: Client, cast: Cast) -> None:
    form = office.get(f"/staff/holders/new/?account={cast.account.id}").form("Сохранить")
    form.fill(kind="organisation", name="ООО «Родник»", starts_on="2026-01-01", kpp="7707")
    page = form.submit(status=422)
    assert "В КПП девять знаков." in page.text
    form = page.form("Сохранить").fill(kpp="")
    assert "У организации ИНН есть." in form.submit(status=422).text
    assert "Такого ИНН не бывает" in form.fill(inn="7707083894").submit(status=422).text
    form.fill(inn="7707083893")
    # Anna still owes: two payers of one day are said to be so.
    assert "уже есть запись: с 01.01.2020" in form.submit(status=422).text
    Holder.update(ends_on=date(2025, 12, 31)).where(Holder.account == cast.account).execute()
    form.submit()
    assert Holder.get(Holder.inn == "7707083893").kind is HolderKind.ORGANISATION


def test_number_of_residents_has_its_limits(office: Client, cast: Cast) -> None:
    form = office.get(f"/staff/occupancies/new/?account={cast.account.id}").form("Сохранить")
    form.fill(registered="1001", starts_on="2026-01-01")
    assert "от 0 до 1000" in form.submit(status=422).text


def test_meter_belongs_to_an_account_or_to_a_house(office: Client, cast: Cast) -> None:
    form = office.get("/staff/meters/new/").form("Сохранить")
    form.fill(serial="5", installed_on="2026-01-01")
    assert "что-то одно" in form.submit(status=422).text
    form.fill(account="12-34", house="Речная")
    assert "что-то одно" in form.submit(status=422).text
    form.fill(account="").submit()


def test_reading_at_removal_needs_its_day(office: Client, cast: Cast) -> None:
    form = office.get(f"/staff/meters/edit/?id={cast.cold.id}").form("Сохранить")
    assert "в какой день" in form.fill(final_reading="160").submit(status=422).text
    form.fill(removed_on="2026-11-01").submit()


def test_impossible_meter_needs_its_act(office: Client, cast: Cast) -> None:
    premises = cast.account.premises_id
    form = office.get(f"/staff/meter-possibilities/new/?premises={premises}").form("Сохранить")
    form.without("possible").fill(starts_on="2026-01-01")
    assert "повышающий коэффициент" in form.submit(status=422).text
    form.fill(act_number="12").submit()
