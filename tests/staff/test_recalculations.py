"""Absences, breaks, refused access, checks: what staff type in, and what is said to slips."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import Cast
from tests.factories import make_meter, make_occupancy
from tests.page import Client, Form
from tests.staff.good import form_at, new_row
from tests.staff.rows import populate
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.recalculations import Absence, AccessRefusal, Interruption, MeterCheck


def form_of(client: Client, path: str, cast: Cast) -> Form:
    """The form of a new row, filled in rightly."""
    populate(cast)
    return new_row(client, path, cast=cast)


def refusal(form: Form, **values: object) -> str:
    """What the page says to a form with these values in it."""
    for name, value in values.items():
        form.fields[name] = [str(value)]
    page = form.submit(status=422)
    assert page.form("Сохранить").fields.items() >= {n: [str(v)] for n, v in values.items()}.items()
    return page.plain


def test_absence_is_kept_with_who_entered_it(chief: Client, cast: Cast) -> None:
    form_of(chief, "absences", cast).submit()
    row = Absence.select().order_by(Absence.id.desc()).first()
    assert (row.account, row.people, row.left_on) == (cast.vera_account, 1, date(2026, 10, 1))
    assert (row.employee_id, row.document) == (cast.olga.id, "билеты")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("came_back_on", "2026-09-30", "Этот день раньше"),
        ("people", "0", "Целое число от 1 до 1000"),
        ("people", "3", "На этот день зарегистрировано человек: 2."),
        ("applied_on", "2026-11-13", "Этот день ещё не наступил."),
        ("applied_on", "2026-11-20", "Этот день ещё не наступил."),
        ("document", "", "Заполните это поле"),
    ],
)
def test_wrong_absence_is_told_at_its_field(
    chief: Client, cast: Cast, name: str, value: str, words: str
) -> None:
    make_occupancy(account=cast.vera_account, registered=2)
    assert words in refusal(form_of(chief, "absences", cast), **{name: value})


def test_absence_applied_for_too_late_is_refused(chief: Client, cast: Cast) -> None:
    form = form_of(chief, "absences", cast)
    text = refusal(form, came_back_on="2026-10-10", applied_on="2026-11-10")
    assert "Прошло больше 30 дней после возвращения" in text


def test_break_is_typed_by_the_local_clock(chief: Client, cast: Cast) -> None:
    form_of(chief, "interruptions", cast).submit()
    row = Interruption.select().order_by(Interruption.id.desc()).first()
    assert (row.house_id, row.began_at, row.ended_at) == (
        cast.account.premises.house_id,
        datetime(2026, 11, 5, 6, tzinfo=UTC),
        datetime(2026, 11, 5, 20, tzinfo=UTC),
    )
    form = form_at(chief, f"/staff/interruptions/edit/?id={row.id}")
    assert form.fields["began_at"] == ["2026-11-05T09:00"]
    form.fill(ended_at="06.11.2026 01:30").submit()
    row = Interruption.get_by_id(row.id)
    assert row.ended_at == datetime(2026, 11, 5, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ended_at": "2026-11-05T09:00"}, "не может закончиться раньше"),
        ({"ended_at": "2026-11-12T10:43"}, "Это время ещё не наступило."),
        ({"house": ""}, "Укажите дом или весь район"),
        ({"district": "1"}, "Укажите дом или весь район"),
        ({"began_at": "вчера"}, "День и время, например"),
        ({"began_at": "2026-11-05T25:00"}, "День и время, например"),
        ({"began_at": "31.02.2026 10:00"}, "День и время, например"),
        ({"began_at": "1026-11-05T10:00"}, "День и время, например"),
    ],
)
def test_wrong_break_is_told_at_its_field(
    chief: Client, cast: Cast, values: dict[str, str], words: str
) -> None:
    assert words in refusal(form_of(chief, "interruptions", cast), **values)


def test_break_sent_twice_counts_once_and_another_one_is_not_swallowed(
    chief: Client, cast: Cast
) -> None:
    form = form_of(chief, "interruptions", cast)
    for _ in range(2):
        form.submit()
    assert Interruption.select().count() == 2
    form.fields["ended_at"] = ["2026-11-05T22:00"]
    form.submit(status=409)


def test_refused_access_ends_the_day_after_it_began_or_later(chief: Client, cast: Cast) -> None:
    form = form_of(chief, "access-refusals", cast)
    assert "Этот день раньше" in refusal(form, ends_on="2026-12-31")
    form.fill(ends_on="").submit()
    row = AccessRefusal.select().order_by(AccessRefusal.id.desc()).first()
    assert (row.account, row.act_number) == (cast.vera_account, "8")
    form = new_row(chief, "access-refusals", cast=cast)
    assert "уже есть запись" in refusal(form, starts_on="2027-02-01")


def test_check_is_kept(chief: Client, cast: Cast) -> None:
    form_of(chief, "meter-checks", cast).submit()
    row = MeterCheck.select().order_by(MeterCheck.id.desc()).first()
    assert (row.meter, row.found, row.act_number) == (cast.hot, cubic_metres("104"), "13")
    form = new_row(chief, "meter-checks", cast=cast)
    assert "уже внесена" in form.submit(status=422).text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"found": "100000"}, "до запятой столько цифр: 5."),
        ({"found": "-1"}, "Кубометры"),
        ({"checked_on": "2026-11-13"}, "Этот день ещё не наступил."),
        ({"checked_on": "2025-09-30"}, "Счётчик установлен 01.10.2025."),
        ({"meter": "СНЯТ"}, "Счётчик снят 01.06.2026."),
        ({"meter": "ОБЩИЙ"}, "По общедомовому счётчику никому не начисляется."),
        ({"meter": "нет такого"}, "Ничего не нашлось"),
    ],
)
def test_wrong_check_is_told_at_its_field(
    chief: Client, cast: Cast, values: dict[str, str], words: str
) -> None:
    make_meter(account=cast.account, serial="СНЯТ", removed_on=date(2026, 6, 1))
    make_meter(house=cast.account.premises.house, serial="ОБЩИЙ", account=None)
    assert words in refusal(form_of(chief, "meter-checks", cast), **values)


@pytest.mark.parametrize("path", ["absences", "access-refusals", "meter-checks", "interruptions"])
def test_lists_are_searched_by_account_or_place(chief: Client, cast: Cast, path: str) -> None:
    populate(cast)
    assert len(chief.get(f"/staff/{path}/?search=Речная 5").rows()) == 2
    assert "Ничего не нашлось" in chief.get(f"/staff/{path}/?search=Несуществующая").text
