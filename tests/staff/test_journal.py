"""The journal: every change in words, of everything and of one row."""

from __future__ import annotations

from tests.cast import Cast
from tests.factories import make_journal_entry
from tests.page import Client


def test_change_is_told_with_who_what_and_from_what_to_what(chief: Client, cast: Cast) -> None:
    form = chief.get(f"/staff/residents/edit/?id={cast.anna.id}").form("Сохранить")
    form.fill(telephone="2-11").submit()
    row = chief.get("/staff/journal/").rows()[1]
    assert row[1:] == [
        "Кто Ольга Ветрова, сотрудник",
        "Что сделано изменено",
        f"С чем Житель №\u00a0{cast.anna.id}",
        "Было и стало Телефон: — → 2-11",
    ]


def test_row_leads_to_its_own_changes(chief: Client, cast: Cast) -> None:
    for resident in (cast.anna, cast.vera):
        form = chief.get(f"/staff/residents/edit/?id={resident.id}").form("Сохранить")
        form.fill(telephone="2-11").submit()
    page = chief.get(f"/staff/residents/details/?id={cast.anna.id}").click("История изменений")
    assert len(page.rows()) == 2


def test_newest_change_stands_first_whatever_it_is(chief: Client) -> None:
    make_journal_entry(action="something_new", subject_table="unknown", after="[1]")
    make_journal_entry(action="create", after='{"a": null, "b": true, "c": "", "d": false}')
    rows = chief.get("/staff/journal/").rows()[1:]
    assert rows[0][4] == "Было и стало a: —; b: да; c: —; d: нет"
    assert rows[1][1:4] == [
        "Кто сам портал",
        "Что сделано something_new",
        "С чем unknown",
    ]


def test_setting_is_called_by_its_words(chief: Client) -> None:
    chief.get("/staff/settings/utility/").form("Сохранить").fill(office_phone="2-11").submit()
    assert "Телефон офиса: — → 2-11" in chief.get("/staff/journal/").text


def test_office_does_not_read_the_journal(office: Client) -> None:
    office.get("/staff/journal/", status=403)
    assert "История изменений" not in office.get("/staff/residents/details/?id=1").text
