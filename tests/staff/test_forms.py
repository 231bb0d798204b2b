"""Writing rows in the tables: once, by what was typed, without undoing what others do."""

from __future__ import annotations

import json

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.page import Client, Page
from vodokanal.models import database as database_module
from vodokanal.models.accounts import Holder
from vodokanal.models.base import Table
from vodokanal.models.database import BusyDatabaseError, OutcomeUnknownError
from vodokanal.models.fields import MoneyField, PeriodField
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.models.people import Resident
from vodokanal.models.places import District, House, Premises
from vodokanal.operations import transactions
from vodokanal.staff.forms import Layout, UnsafeFormError, form_of
from vodokanal.web.form_fields import MonthField, RublesField

NEW = "/staff/districts/new/"


def edit(client: Client, path: str, row_id: int) -> Page:
    return client.get(f"/staff/{path}/edit/?id={row_id}")


def fill_in_house(client: Client, cast: Cast, **values: str) -> Page:
    form = client.get("/staff/houses/new/").form("Сохранить")
    form.fill(district=str(cast.district.id), street="ул. Новая", number="1")
    return form.fill_in(values).submit(status=303 if not values else 422)


def test_added_row_is_in_the_list_and_in_the_journal(chief: Client, cast: Cast) -> None:
    page = chief.get(NEW).form("Сохранить").fill(name="Северный", telephone="1-23").submit()
    assert "Северный" in page.follow().text
    entry = JournalEntry.get(JournalEntry.subject_table == "district")
    assert (entry.action, entry.actor_name) == ("create", cast.olga.name)
    assert json.loads(entry.after)["telephone"] == "1-23"


def test_same_form_sent_twice_adds_one_row(chief: Client) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный")
    form.submit()
    form.submit()
    assert District.select().where(District.name == "Северный").count() == 1


def test_same_form_with_something_else_is_a_conflict_that_keeps_it(chief: Client) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный")
    form.submit()
    page = form.fill(name="Южный").submit(status=409)
    assert "уже отправлена" in page.text
    assert page.form("Сохранить").fields["name"] == ["Южный"]
    page.form("Сохранить").submit()
    assert District.get(District.name == "Южный")


def test_form_without_its_key_is_shown_with_a_new_one(chief: Client) -> None:
    page = chief.get(NEW).form("Сохранить").fill(name="Южный", key="").submit(status=409)
    assert page.form("Сохранить").fields["key"] != [""]


def test_several_rows_are_typed_one_after_another(chief: Client) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный")
    assert form.submit("добавить ещё").follow().path == NEW


def test_row_that_is_there_already_is_refused_in_words(chief: Client, cast: Cast) -> None:
    page = chief.get(NEW).form("Сохранить").fill(name=str(cast.district.name)).submit(status=422)
    assert "Район с таким названием уже есть." in page.text
    assert "UNIQUE" not in page.html.upper().replace("UNIQUEVALUE", "")


def test_texts_of_every_kind_are_refused_beside_their_fields(chief: Client, cast: Cast) -> None:
    page = fill_in_house(chief, cast, street="я" * 151, number="1\x002", letter="абвгде")
    assert "Не больше 150 знаков." in page.text
    assert "невидимые знаки" in page.text
    assert page.form("Сохранить").fields["street"] == ["я" * 151]
    assert not House.select().where(House.district == cast.district, House.number == "12").exists()


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("digits_before", "NaN", "Целое число от 3 до 9."),
        ("digits_before", "٥", "Целое число от 3 до 9."),
        ("digits_before", "2", "Целое число от 3 до 9."),
        ("digits_after", "1_0", "Целое число от 0 до 4."),
        ("initial_reading", "1e400", "Кубометры"),
        ("initial_reading", "-1", "Кубометры"),
        ("initial_reading", "Infinity", "Кубометры"),
        ("initial_reading", "1,2345", "Кубометры"),
        ("initial_reading", "9" * 400, "Кубометры"),
        ("installed_on", "31.02.2026", "День, например"),
        ("installed_on", "0001-01-01", "День, например"),
        ("installed_on", "1" * 20, "День, например"),
        ("kind", "boiling", "Выберите из списка."),
        ("account", "нет такого", "Ничего не нашлось."),
        ("account", "9" * 20, "Ничего не нашлось."),
        ("account", "Речная", "Подходит несколько."),
        ("serial", "", "Заполните это поле."),
    ],
)
def test_wrong_value_is_refused_and_stays_as_typed(
    chief: Client, cast: Cast, column: str, text: str, words: str
) -> None:
    form = edit(chief, "meters", cast.cold.id).form("Сохранить").fill_in({column: text})
    page = form.submit(status=422)
    assert words in page.text
    assert column == "kind" or page.form("Сохранить").fields[column] == [text]
    assert Meter.get_by_id(cast.cold.id) == cast.cold


def test_numbers_are_read_as_people_write_them(chief: Client, cast: Cast) -> None:
    form = edit(chief, "meters", cast.cold.id).form("Сохранить")
    form.fill(initial_reading="1 120,5", installed_on="02.09.2025", verify_by="2031-01-31")
    form.submit()
    meter = Meter.get_by_id(cast.cold.id)
    assert str(meter.initial_reading) == "1120.500"
    assert (meter.installed_on.isoformat(), meter.verify_by.isoformat()) == (
        "2025-09-02",
        "2031-01-31",
    )


def test_last_day_before_the_first_one_is_refused(chief: Client, cast: Cast) -> None:
    holder = Holder.get(Holder.account == cast.account)
    form = edit(chief, "holders", holder.id).form("Сохранить").fill(ends_on="2019-12-31")
    assert "Этот день раньше первого." in form.submit(status=422).text


def test_values_that_contradict_each_other_are_refused_without_the_databases_words(
    chief: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vodokanal.staff.meters.MeterView.days_in_order", ())
    form = edit(chief, "meters", cast.cold.id).form("Сохранить").fill(removed_on="2001-01-01")
    page = form.submit(status=422)
    assert "противоречат друг другу" in page.text
    assert "CHECK" not in page.html
    assert page.form("Сохранить").fields["removed_on"] == ["2001-01-01"]


def test_column_that_the_form_does_not_show_is_refused(chief: Client, cast: Cast) -> None:
    form = edit(chief, "residents", cast.anna.id).form("Сохранить")
    for name in ("password_hash", "disabled_at", "must_change_password", "search_text"):
        form.fields[name] = ["x"]
        form.submit(status=400)
        del form.fields[name]
    assert type(cast.anna).get_by_id(cast.anna.id) == cast.anna


def test_two_employees_at_one_row_do_not_undo_each_other(
    chief: Client, office: Client, cast: Cast
) -> None:
    first = edit(chief, "residents", cast.anna.id).form("Сохранить")
    second = edit(office, "residents", cast.anna.id).form("Сохранить")
    first.fill(telephone="111").submit()
    page = second.fill(telephone="222").submit(status=409)
    assert "Телефон: 111" in page.text
    assert page.form("Сохранить").fields["telephone"] == ["222"]
    assert type(cast.anna).get_by_id(cast.anna.id).telephone == "111"
    page.form("Сохранить").submit()
    assert type(cast.anna).get_by_id(cast.anna.id).telephone == "222"


def test_two_employees_who_change_different_columns_both_succeed(
    chief: Client, office: Client, cast: Cast
) -> None:
    first = edit(chief, "residents", cast.anna.id).form("Сохранить")
    second = edit(office, "residents", cast.anna.id).form("Сохранить")
    first.fill(telephone="111").submit()
    second.fill(email="anna@example.org").submit()
    anna = type(cast.anna).get_by_id(cast.anna.id)
    assert (anna.telephone, anna.email) == ("111", "anna@example.org")


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"telephone": "nonsense"}'])
def test_form_that_lost_what_was_seen_overwrites_nothing(
    chief: Client, cast: Cast, seen: str
) -> None:
    form = edit(chief, "residents", cast.anna.id).form("Сохранить")
    form.fill(telephone="333", seen=seen).submit(status=409)
    assert type(cast.anna).get_by_id(cast.anna.id).telephone == ""


def test_row_is_found_by_what_was_typed_without_the_script(chief: Client, cast: Cast) -> None:
    form = chief.get("/staff/meters/new/").form("Сохранить")
    form.fill(account="12 34", serial="77", installed_on="2026-01-01").submit()
    assert Meter.get(Meter.serial == "77").account_id == cast.account.id


def test_row_chosen_from_the_list_is_taken_by_its_id(chief: Client, cast: Cast) -> None:
    page = chief.get("/staff/accounts/new/").form("Сохранить").fill(premises="").submit(status=422)
    form = page.form("Сохранить").fill(premises="ул. Речная, д.\u00a05, кв.\u00a013")
    form.fields["premises_id"] = [str(cast.vera_account.premises_id)]
    form.submit()
    number = cast.vera_account.premises_id
    assert Premises.get_by_id(number).accounts.count() == 2


def test_typed_text_goes_before_an_id_that_means_another_row(chief: Client, cast: Cast) -> None:
    form = chief.get(f"/staff/meters/new/?account={cast.account.id}").form("Сохранить")
    form.fill(account="56-78", serial="78", installed_on="2026-01-01").submit()
    assert Meter.get(Meter.serial == "78").account_id == cast.vera_account.id


def test_stale_token_shows_the_form_again_with_what_was_typed(chief: Client) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный", csrf_token="stale")
    page = form.submit(status=400)
    assert "нажмите кнопку" in page.text
    page.form("Сохранить").submit()
    assert District.get(District.name == "Северный")


def test_stale_token_of_an_edit_keeps_what_was_typed(chief: Client, cast: Cast) -> None:
    form = edit(chief, "districts", cast.district.id).form("Сохранить")
    page = form.fill(telephone="555", csrf_token="").submit(status=400)
    page.form("Сохранить").submit()
    assert District.get_by_id(cast.district.id).telephone == "555"


@pytest.mark.parametrize(
    ("error", "words"),
    [(BusyDatabaseError(), "принято, потому что"), (OutcomeUnknownError(), "дважды")],
)
def test_failing_database_keeps_the_form(
    chief: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный")

    def fail() -> None:
        raise error

    monkeypatch.setattr(transactions, "write_tx", fail)
    page = form.submit(status=503)
    monkeypatch.setattr(transactions, "write_tx", database_module.write_tx)
    assert words in page.text
    page.form("Сохранить").submit()
    assert District.select().where(District.name == "Северный").count() == 1


@pytest.mark.parametrize("name", ["id", "search_text", "created_at", "disabled_at"])
def test_form_never_offers_what_nobody_types(name: str) -> None:
    with pytest.raises(UnsafeFormError):
        form_of(Resident, Layout([name], {name: name}))


def test_form_knows_no_field_for_a_column_of_another_kind() -> None:
    with pytest.raises(UnsafeFormError):
        form_of(JournalEntry, Layout(["before"], {"before": "before"}))


def test_money_and_months_have_fields_of_their_own() -> None:
    class Bill(Table):
        amount = MoneyField()
        period = PeriodField()

    labels = {"amount": "Сумма", "period": "Месяц"}
    form = form_of(Bill, Layout(["amount", "period"], labels))
    assert (form.amount.field_class, form.period.field_class) == (RublesField, MonthField)


def test_typing_survives_a_sign_in_that_had_ended(
    chief: Client, client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    form = chief.get(NEW).form("Сохранить").fill(name="Северный")
    chief.browser.delete_cookie("session")
    assert form.submit().location == "/staff/login?next=/staff/districts/new/"
    chief.signed_in_as(cast.olga)
    assert chief.get(NEW).form("Сохранить").fields["name"] == ["Северный"]
