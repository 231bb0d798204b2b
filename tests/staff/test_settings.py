"""The desk of settings: groups of decisions, checked and changed together."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_setting
from tests.page import Client, Form
from vodokanal.models.journal import JournalEntry
from vodokanal.models.settings import Setting
from vodokanal.operations.settings import NAMES, get_house_settings
from vodokanal.staff.setting_words import GROUPS, SETTING_WORDS

BANK = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "bank.toml").read_text(encoding="utf-8")
)


def form_of(chief: Client, group: str) -> Form:
    return chief.get(f"/staff/settings/{group}/").form("Сохранить")


def test_every_setting_has_words_and_a_group() -> None:
    assert set(SETTING_WORDS) == set(NAMES)
    assert sorted(name for group in GROUPS for name in group.names) == sorted(NAMES)


def test_settings_are_shown_in_words(chief: Client) -> None:
    make_setting("utility_name", "Водоканал Заречья")
    text = chief.get("/staff/settings/").text
    assert "Водоканал Заречья" in text
    assert "по алгоритму Луна" in text


def test_changed_settings_are_journalled_one_by_one(chief: Client) -> None:
    form = form_of(chief, "utility").fill(utility_name="Родник", office_phone="2-11")
    assert "Родник" in form.submit().follow().text
    assert (get_house_settings().utility_name, get_house_settings().office_phone) == (
        "Родник",
        "2-11",
    )
    assert JournalEntry.select().where(JournalEntry.action == "change_setting").count() == 2


def test_unchanged_settings_write_nothing(chief: Client) -> None:
    form_of(chief, "numbers").submit()
    assert not Setting.select().exists()


@pytest.mark.parametrize(
    ("group", "values", "words"),
    [
        ("utility", {"utility_name": ""}, "Заполните это поле."),
        ("utility", {"logo": "https://evil.example/x.png"}, "на этом сайте"),
        ("utility", {"office_phone": "9" * 201}, "Не больше 200"),
        ("requisites", {"inn": "7707083894"}, "Такого ИНН не бывает"),
        ("requisites", {"kpp": "x"}, "В КПП девять знаков."),
        ("requisites", {"bank_bic": "123"}, "БИК"),
        ("requisites", {"bank_account": "4" * 20, "bank_bic": "044525225"}, "не подходит банку"),
        ("requisites", {"bank_correspondent_account": "1"}, "не подходит банку"),
        ("requisites", {"bank_account": "40702810338360027201"}, "не подходит банку"),
        ("charges", {"late_readings": "sometimes"}, "Выберите из списка."),
        ("intake", {"whole_cubic_metres": "maybe"}, "Выберите из списка."),
        ("numbers", {"account_length": "3"}, "от 4 до 20"),
        ("numbers", {"account_prefix": "1234567890"}, "не составить"),
        ("numbers", {"account_prefix": "а/б"}, "не составить"),
    ],
)
def test_wrong_setting_is_refused_beside_its_field(
    chief: Client, group: str, values: dict[str, str], words: str
) -> None:
    page = form_of(chief, group).fill_in(values).submit(status=422)
    assert words in page.text
    assert not Setting.select().exists()


def test_requisites_of_a_real_bank_are_taken(chief: Client) -> None:
    values = {"bank_bic": "044525225", "bank_correspondent_account": "30101810400000000225"}
    form_of(chief, "requisites").fill_in(values).submit()
    assert get_house_settings().bank_bic == "044525225"


@pytest.mark.parametrize(("bic", "account"), BANK["valid"]["accounts"])
def test_printed_bank_account_is_taken_and_one_with_a_slip_is_not(
    chief: Client, bic: str, account: str
) -> None:
    form = form_of(chief, "requisites").fill(bank_bic=bic, bank_account=account[:-1] + "9")
    assert "не подходит банку" in form.submit(status=422).text
    form.fill(bank_account=account).submit()
    assert get_house_settings().bank_account == account


@pytest.mark.parametrize(("bic", "account"), BANK["invalid"]["accounts"])
def test_bank_account_with_a_wrong_key_is_refused(chief: Client, bic: str, account: str) -> None:
    form = form_of(chief, "requisites").fill(bank_bic=bic, bank_account=account)
    page = form.submit(status=422)
    assert "не подходит банку" in page.text
    assert page.form("Сохранить").fields["bank_account"] == [account]


@pytest.mark.parametrize("inn", BANK["invalid"]["inn"])
def test_tax_number_with_a_slip_is_refused_of_payers_too(chief: Client, inn: str) -> None:
    assert "ИНН" in form_of(chief, "requisites").fill(inn=inn).submit(status=422).text
    form = chief.get("/staff/holders/new/").form("Сохранить")
    assert "Такого ИНН не бывает" in form.fill(inn=inn).submit(status=422).text


def test_what_the_law_leaves_open_is_decided_in_words(chief: Client) -> None:
    assert "по последнему" in chief.get("/staff/settings/").text
    form_of(chief, "charges").fill(multiplier_day="first", late_readings="none").submit()
    house = get_house_settings()
    assert (house.multiplier_day, house.late_readings) == ("first", "none")
    assert "никакие месяцы" in chief.get("/staff/settings/").text


def test_two_chiefs_at_the_settings_do_not_undo_each_other(
    chief: Client, client_as: ClientAs, cast: Cast
) -> None:
    form = form_of(chief, "utility")
    form_of(client_as(cast.olga), "utility").fill(office_phone="1").submit()
    form.fill(utility_email="a@b.example")
    form.submit()
    page = form.fill(office_phone="2").submit(status=409)
    assert page.form("Сохранить").fields["office_phone"] == ["2"]
    assert get_house_settings().office_phone == "1"
    page.form("Сохранить").submit()
    assert get_house_settings().office_phone == "2"


@pytest.mark.parametrize("seen", ["", "x", "[]"])
def test_form_that_lost_what_was_seen_overwrites_nothing(chief: Client, seen: str) -> None:
    form_of(chief, "utility").fill(office_phone="2", seen=seen).submit(status=409)
    assert get_house_settings().office_phone == ""


def test_group_that_is_not_there_is_not_found(chief: Client) -> None:
    chief.get("/staff/settings/secrets/", status=404)


def test_stale_token_keeps_what_was_typed(chief: Client) -> None:
    form = form_of(chief, "utility").fill(utility_name="Родник", csrf_token="x")
    page = form.submit(status=400)
    assert page.form("Сохранить").fields["utility_name"] == ["Родник"]
