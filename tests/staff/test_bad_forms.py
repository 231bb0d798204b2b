"""What a table's form is sent, by mistake or on purpose: said at the field, kept, or refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from peewee import DateField, IntegerField

from tests.cast import Cast
from tests.engines import Engine
from tests.page import Client, Form, Page
from tests.staff.good import SAVE, form_at, new_row
from tests.staff.rows import PATHS, READ_ONLY, TEXTS, WITHOUT_EDITING, newest, populate, table_at
from vodokanal.models.fields import ChoiceField, PeriodField
from vodokanal.operations.submission_keys import new_key
from vodokanal.web.arguments import UnreadableTextError, clean_line, printable

WRITTEN = [path for path in PATHS if path not in READ_ONLY]
EDITED = [path for path in PATHS if path not in WITHOUT_EDITING]
DEEP, TWENTY = "[" * 20_000, "9" * 20
TEXTS_OF_ALL_KINDS = (
    *("0", "-1", "-0", "+1", "1e5", "NaN", "Infinity", "1_000", "0x1F", TWENTY, "9" * 400),
    *("٣", "१२", "１２", "½", "1.2.3", "1,2,3", "31.02.2026", "00.00.0000", "9999-12-31"),
    *("a\x00b", "\x1b[2J", "a\nb", "\ufeff", "\u202e", "e\u0301", "%", "_", "\\", "'", '"', "`"),
    *("=1+1", "@x", "<b>", "{{7*7}}", "%(name)s", "${x}", "../../x", "я" * 5000, " ", "\u00a0"),
)
# All forms are made of the same fields: each form is sent every so manyth text, each text to some.
SHARE = 6
HOSTILE = "О'Нил \"<b>&amp;</b> \\"
BAD_DAYS: tuple[str, ...] = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "31.02.2026",
    "2026-02-30",
)
BAD_DAYS += ("1", "вчера", "2026-1-1", "２０２６-01-01", "2026-01-01T00:00", TWENTY, "-1")
BAD_NUMBERS = (
    "1e5",
    "NaN",
    "-1",
    "Infinity",
    "１２",
    "٣",
    "1_0",
    "0x1",
    TWENTY,
    "1,2,3",
    "½",
    "--1",
)
# What hidden fields carry when nobody has shown the form.
CARRIED = ("", "{", "[]", "null", "0", '"x"', '{"name": {}}', '{"x": 1e999}', TWENTY, DEEP, "\x00")


@pytest.fixture(autouse=True)
def _rows(cast: Cast) -> None:
    populate(cast)


def plain_fields(form: Form) -> list[str]:
    """The fields of a form into which anything can be typed."""
    return [
        str(each.get("name"))
        for each in form.element.iter("input")
        if each.get("type") in {"text", "date", "month"} and each.get("name")
    ]


def some_of(texts: Sequence[str], path: str, engine: Engine) -> Sequence[str]:
    """The texts that a form is sent on an engine: others than its neighbours, others than there."""
    return texts[(WRITTEN.index(path) + 2 * engine.is_sqlite) % SHARE :: SHARE]


def has_error_at(page: Page, name: str) -> bool:
    return bool(page.all(f'.//p[@id="{name}-error"]'))


def readable(text: str) -> str | None:
    """What is kept of a text; None where it cannot be."""
    try:
        return clean_line(text)
    except UnreadableTextError:
        return None


@pytest.mark.slow("sends every form with many kinds of text in all of its fields")
@pytest.mark.parametrize("path", WRITTEN)
def test_every_text_is_kept_exactly_or_comes_back_with_a_reason(
    chief: Client, cast: Cast, engine: Engine, path: str
) -> None:
    form = new_row(chief, path, cast=cast)
    names = plain_fields(form)
    for text in some_of(TEXTS_OF_ALL_KINDS, path, engine):
        before = table_at(path).select().count()
        data = {**form.fields, **dict.fromkeys(names, text), "key": new_key()}
        answer = chief.browser.post(f"/staff/{path}/new/", data=data)
        if answer.status_code == 303:
            kept = newest(path)
            assert {getattr(kept, each) or "" for each in TEXTS[path] if each in names} <= {
                readable(text)
            }, (text, kept.__data__)
        else:
            page = Page(chief, answer)
            assert (answer.status_code, page.all('.//p[@class="error"]') != []) == (422, True), text
            shown = page.form(SAVE).fields
            assert {shown[name][0] for name in names} == {printable(text)}, text
            assert table_at(path).select().count() == before


@pytest.mark.slow("sends every form once a column of days or numbers and a wrong text")
@pytest.mark.parametrize("path", WRITTEN)
def test_wrong_day_and_wrong_number_are_said_at_their_field(
    chief: Client, cast: Cast, engine: Engine, path: str
) -> None:
    form, wrong = new_row(chief, path, cast=cast), {}
    for name in plain_fields(form):
        for text in some_of(bad_texts(table_at(path), name), path, engine):
            data = {**form.fields, name: text, "key": new_key()}
            page = Page(chief, chief.browser.post(f"/staff/{path}/new/", data=data))
            if page.status != 422 or not has_error_at(page, name):
                wrong[name, text] = page.status
            assert page.status != 422 or page.form(SAVE).fields[name] == [printable(text)]
    assert wrong == {}


def bad_texts(table: Any, name: str) -> tuple[str, ...]:
    column = table._meta.fields.get(name)
    if isinstance(column, ChoiceField | PeriodField):
        return ()
    if isinstance(column, DateField):
        return BAD_DAYS
    return BAD_NUMBERS if isinstance(column, IntegerField) else ()


@pytest.mark.parametrize("path", [path for path in EDITED if TEXTS[path]])
def test_name_with_quotes_and_brackets_is_kept_as_it_is_typed(
    chief: Client, cast: Cast, path: str
) -> None:
    address = f"/staff/{path}/edit/?id={newest(path).id}"
    for column in (each for each in TEXTS[path] if each in form_at(chief, address).fields):
        longest = table_at(path)._meta.fields[column].max_length
        form = form_at(chief, address)
        form.fields[column] = [HOSTILE[:longest]]
        form.submit()
        assert getattr(newest(path), column) == HOSTILE[:longest].strip()
        assert form_at(chief, address).fields[column] == [HOSTILE[:longest].strip()]
        chief.get(f"/staff/{path}/")


@pytest.mark.parametrize("path", WRITTEN[::SHARE])
def test_megabyte_in_every_field_is_refused_and_a_little_less_comes_back(
    chief: Client, cast: Cast, path: str
) -> None:
    form = new_row(chief, path, cast=cast)
    names, before = plain_fields(form), table_at(path).select().count()
    for size, status in ((2**20 + 1, 413), (800_000 // len(names), 422)):
        data = {**form.fields, **dict.fromkeys(names, "я" * (size // 6 if status == 422 else size))}
        assert chief.browser.post(f"/staff/{path}/new/", data=data).status_code == status
    assert table_at(path).select().count() == before


@pytest.mark.parametrize("path", WRITTEN)
def test_halves_of_characters_break_nothing(chief: Client, cast: Cast, path: str) -> None:
    form = new_row(chief, path, cast=cast)
    token = f"csrf_token={chief.csrf_token()}&"
    for raw in ("%ED%A0%80", "%FF%FE", "%", "%00", "%ud800", "\ud800"):
        body = token + "&".join(f"{name}={raw}" for name in form.fields if name != "csrf_token")
        answer = chief.browser.post(
            f"/staff/{path}/new/",
            data=body.encode("utf-8", "surrogatepass"),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in {303, 400, 409, 422}, raw


@pytest.mark.parametrize("path", EDITED)
def test_column_that_the_form_does_not_show_is_refused_and_unchanged(
    chief: Client, cast: Cast, path: str
) -> None:
    row = newest(path)
    form = form_at(chief, f"/staff/{path}/edit/?id={row.id}")
    hidden = set(table_at(path)._meta.fields) - set(form.fields) - shown_empty(form) - {"id"}
    for name in hidden:
        form.fields[name] = ["1"]
        form.submit(status=400)
        del form.fields[name]
    assert newest(path).__data__ == row.__data__


def shown_empty(form: Form) -> set[str]:
    """Fields that send nothing while they are empty: boxes to tick."""
    return {str(each.get("name")) for each in form.element.iter("input")}


@pytest.mark.parametrize("path", [path for path in EDITED if TEXTS[path]])
def test_second_of_two_at_one_row_is_told_what_the_first_has_saved(
    chief: Client, client_as: Any, cast: Cast, path: str
) -> None:
    address, column = f"/staff/{path}/edit/?id={newest(path).id}", TEXTS[path][0]
    first, second = form_at(chief, address), form_at(client_as(cast.olga), address)
    first.fields[column], second.fields[column] = ["П-1"], ["П-2"]
    first.submit()
    page = second.submit(status=409)
    assert page.form(SAVE).fields[column] == ["П-2"]
    assert getattr(newest(path), column) == "П-1"
    page.form(SAVE).submit()
    assert getattr(newest(path), column) == "П-2"


@pytest.mark.parametrize("path", WRITTEN)
def test_form_that_carries_nonsense_adds_nothing_by_it(
    chief: Client, cast: Cast, path: str
) -> None:
    form, before = new_row(chief, path, cast=cast), table_at(path).select().count()
    if "key" in form.fields:
        for text in CARRIED:
            if not text.isdecimal() and text not in {"{", "[]", "null"}:
                form.fields["key"] = [text]
                answer = chief.browser.post(f"/staff/{path}/new/", data=form.fields)
                assert answer.status_code in {303, 409}, text[:20]
        form.without("key").submit(status=409)
    assert table_at(path).select().count() - before <= 1


@pytest.mark.parametrize("path", [path for path in EDITED if TEXTS[path]])
def test_form_that_does_not_know_what_was_seen_overwrites_nothing(
    chief: Client, cast: Cast, path: str
) -> None:
    row, column = newest(path), TEXTS[path][0]
    form = form_at(chief, f"/staff/{path}/edit/?id={row.id}")
    form.fields[column] = ["Затёрто"]
    for text in CARRIED:
        form.fields["seen"] = [text]
        form.submit(status=409)
    form.without("seen").submit(status=409)
    assert newest(path).__data__ == row.__data__


@pytest.mark.parametrize("group", ["utility", "requisites", "intake", "numbers"])
def test_settings_take_every_text_or_say_why_not(chief: Client, group: str) -> None:
    address = f"/staff/settings/{group}/"
    form = form_at(chief, address)
    names = [name for name in form.fields if name not in {"csrf_token", "seen"}]
    for text in (*TEXTS_OF_ALL_KINDS, *CARRIED, ""):
        data = {**form_at(chief, address).fields, **dict.fromkeys(names, text)}
        page = Page(chief, chief.browser.post(address, data=data))
        assert page.status in {303, 422}, (text, page.status)
        assert page.status == 303 or page.all('.//p[@class="error"]'), text


def test_employees_roles_are_not_changed_by_a_form_that_carries_nonsense(
    chief: Client, cast: Cast
) -> None:
    form = form_at(chief, f"/staff/employees/roles/?id={cast.rita.id}")
    form.fields["roles"] = ["1"]
    for text in (*CARRIED, "[1e999]", json.dumps([[1]]), "[true]"):
        form.fields["seen"] = [text]
        form.submit(status=409)
    form.without("seen").submit(status=409)


@pytest.mark.parametrize("login", ["a\u2028b", "a\u00a0b", "\ufeff", "a b"])
def test_login_of_which_nothing_would_be_left_is_refused(chief: Client, login: str) -> None:
    form = form_at(chief, "/staff/residents/new/").fill(name="Новый", login=login)
    assert has_error_at(form.submit(status=422), "login")
