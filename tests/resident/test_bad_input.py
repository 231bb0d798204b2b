"""Whatever is typed or sent: a clear message or the right refusal, nothing lost, never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from peewee import OperationalError

from tests.cast import ACCOUNT, COLD_NEXT, Cast
from tests.conftest import ClientAs
from tests.inspection import text_of
from tests.page import Client, Form
from vodokanal.billing.periods import Period
from vodokanal.models.database import BusyDatabaseError, OutcomeUnknownError, write_tx
from vodokanal.models.readings import Reading
from vodokanal.operations import transactions

URL = f"/personal/{ACCOUNT}/readings/"
NOT_NUMBERS = (
    "NaN",
    "sNaN",
    "Infinity",
    "-inf",
    "1e3",
    "1E400",
    "0x10",
    "1_000",
    "١٢٣",
    "１２３",
    "१२३",
    "²",
    "½",
    "1,2,3",
    "1.2,3",
    ",",
    ".",
    ",5",
    "5,",
    "+5",
    "--5",
    "5-",
    "сто",
    "<script>alert(1)</script>",
    "'; DROP TABLE reading; --",
    "{{ 7*7 }}",
    "1\x002",
    "\x00",
    "161,2\u202e",
    "161\ufeff,2",
    "\ud800",
)
TOO_LONG = ("9" * 400, "0" * 400, "1" * 9, "161,2001", "0" * 20_000)


def kept() -> int:
    return int(Reading.select().where(Reading.period == Period(2026, 11)).count())


def filled(client: Client, cast: Cast, text: str) -> Form:
    return client.get(URL).form(URL).fill_in({f"meter-{cast.cold.id}": text})


@pytest.mark.parametrize("text", NOT_NUMBERS, ids=ascii)
def test_no_number_gets_a_sentence(client_as: ClientAs, cast: Cast, text: str) -> None:
    form = filled(client_as(cast.anna), cast, text.encode("utf-8", "replace").decode())
    page = form.submit(status=422)
    field = page.find(f".//input[@name='meter-{cast.cold.id}']")
    assert field.get("aria-invalid") == "true"
    assert page.all(f".//p[@id='meter-{cast.cold.id}-error']")
    assert kept() == 0


@pytest.mark.parametrize("text", TOO_LONG, ids=len)
def test_too_long_a_number_is_kept_in_its_field(client_as: ClientAs, cast: Cast, text: str) -> None:
    page = filled(client_as(cast.anna), cast, text).submit(status=422)
    assert page.find(f".//input[@name='meter-{cast.cold.id}']").get("value") == text
    assert "цифр" in text_of(page.find(f".//p[@id='meter-{cast.cold.id}-error']"))
    assert kept() == 0


@pytest.mark.parametrize(
    "text", ["161.2", " 161,2 ", "161 ,2", "161\u00a0,2", "00161,200", "\t161,2\r\n"]
)
def test_every_way_of_writing_it_is_understood(client_as: ClientAs, cast: Cast, text: str) -> None:
    filled(client_as(cast.anna), cast, text).submit()
    assert [
        f"{each.value}" for each in Reading.select().where(Reading.period == Period(2026, 11))
    ] == ["161.200"]


def test_broken_encoding_is_a_sentence_too(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    body = f"csrf_token={client.csrf_token()}&key=k1&meter-{cast.cold.id}=%ED%A0%80%FF".encode()
    form = {"content_type": "application/x-www-form-urlencoded"}
    response = client.browser.post(URL, data=body, **form)
    assert response.status_code == 422
    assert kept() == 0


@pytest.mark.parametrize("token", ["", "x", "я", "IjEi.x.y"])
def test_stale_token_keeps_what_was_typed(client_as: ClientAs, cast: Cast, token: str) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    form.fields["csrf_token"] = [token]
    page = form.submit(status=400)
    again = page.form(URL)
    assert again.fields[f"meter-{cast.cold.id}"] == [COLD_NEXT]
    assert again.fields["key"] == form.fields["key"]
    again.submit()
    assert kept() == 1


@pytest.mark.parametrize("key", ["", "я", "k" * 65, "k" * 100_000, "\x00"])
def test_impossible_key_gets_a_new_form(client_as: ClientAs, cast: Cast, key: str) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    form.fields["key"] = [key]
    page = form.submit(status=400)
    assert page.form(URL).fields[f"meter-{cast.cold.id}"] == [COLD_NEXT]
    assert kept() == 0


@pytest.mark.parametrize(
    "name",
    ["meter-0", "meter--1", "meter-99999999999999999999", "meter-1e3", "meter-", "value", "id"],
)
def test_fields_of_other_names_are_nobodys(client_as: ClientAs, cast: Cast, name: str) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    form.fields[name] = ["5"]
    form.submit()
    assert kept() == 1


def test_columns_of_the_table_cannot_be_sent(client_as: ClientAs, cast: Cast) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    columns = {
        "state": "accepted",
        "period": "202001",
        "taken_on": "2020-01-01",
        "source": "office",
    }
    form.fields.update({name: [value] for name, value in columns.items()})
    form.submit()
    row = Reading.select().order_by(Reading.id.desc()).get()
    assert (row.period, row.source.value, str(row.taken_on)) == (
        Period(2026, 11),
        "resident",
        "2026-11-12",
    )


def test_oversized_body_is_refused_whole(client_as: ClientAs, cast: Cast) -> None:
    client = client_as(cast.anna)
    page = client.post(URL, {f"meter-{cast.cold.id}": "1" * 1_100_000}, status=413)
    assert page.heading == "Слишком большая отправка"
    assert kept() == 0


def test_unknown_host_is_refused(client_as: ClientAs, cast: Cast) -> None:
    headers = {"Host": "evil.example"}
    client_as(cast.anna).get(URL, status=400, headers=headers, inspected=False)


@pytest.mark.parametrize(
    "path",
    [
        "/personal/12345678901234567890/",
        "/personal/123456789012345678901/readings/",
        "/personal/%00/",
        "/personal/%ED%A0%80/readings/",
        "/personal/..%2f..%2fetc/",
        "/personal/' OR 1=1 --/",
        "/personal/12-34/readings/2611-00000000000000000001",
        "/personal/12-34/readings/%E2%80%AE",
        "/personal/12-34/readings/2611-%D9%A1",
        "/personal/12-34/nothing/",
    ],
)
def test_strange_addresses_are_not_there(client_as: ClientAs, cast: Cast, path: str) -> None:
    client_as(cast.anna).get(path, status=404)


@contextmanager
def failing(error: Exception, *, before: bool) -> Iterator[None]:
    """A database that fails before the operation's work, or at its very end."""

    @contextmanager
    def transaction() -> Iterator[None]:
        if before:
            raise error
        with write_tx():
            yield
        raise error

    with mock.patch.object(transactions, "write_tx", transaction):
        yield


@pytest.mark.parametrize(
    "error",
    [
        BusyDatabaseError(),
        OperationalError("attempt to write a readonly database"),
        OperationalError("database or disk is full"),
    ],
    ids=["busy", "read-only", "full"],
)
def test_database_that_cannot_write_says_so_and_keeps_the_form(
    client_as: ClientAs, cast: Cast, error: Exception
) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    with failing(error, before=True):
        page = form.submit(status=507 if "full" in str(error) else 503)
    assert "Не принято, потому что" in page.plain
    again = page.form(URL)
    assert (again.fields[f"meter-{cast.cold.id}"], again.fields["key"]) == (
        [COLD_NEXT],
        form.fields["key"],
    )
    again.submit()
    assert kept() == 1


def test_unknown_outcome_is_not_counted_twice(client_as: ClientAs, cast: Cast) -> None:
    form = filled(client_as(cast.anna), cast, COLD_NEXT)
    with failing(OutcomeUnknownError(), before=False):
        page = form.submit(status=503)
    assert "Пока не знаем, принято ли." in page.plain
    proof = page.form(URL).submit().follow()
    assert proof.heading == "Показания приняты"
    assert kept() == 1
