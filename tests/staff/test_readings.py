"""The table of readings: what arrived, from where, what was noticed; changed nowhere here."""

from __future__ import annotations

import json

import pytest

from tests.cast import COLD_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.page import Client
from vodokanal.models.readings import Reading


def send(client: Client, meter_id: int, value: str) -> None:
    page = client.get("/personal/12-34/readings/")
    page.form("readings").fill_in({f"meter-{meter_id}": value}).submit()


def test_sent_reading_is_seen_at_once(client_as: ClientAs, chief: Client, cast: Cast) -> None:
    send(client_as(cast.anna), cast.cold.id, COLD_NEXT)
    row = chief.get("/staff/readings/").rows()[1]
    assert row[0] == "12.11.2026 10:42"
    assert row[1:] == [
        "Лицевой счёт 12-34",
        "Счётчик №\u00a000012345 · Холодная вода",
        "Месяц Ноябрь",
        "Показание 161,200",
        "Состояние принято",
        "Откуда передали в\u00a0кабинете",
        "Что замечено",
        "Кто передал Иванова Анна Петровна",
    ]


def test_doubt_is_told_in_words_and_found_by_its_state(
    client_as: ClientAs, chief: Client, cast: Cast
) -> None:
    send(client_as(cast.anna), cast.cold.id, "100")
    page = chief.get("/staff/readings/?state=asked")
    assert len(page.rows()) == 2
    assert "Это меньше, чем было" in page.text
    assert "158,000" in page.text


def test_what_waits_longest_stands_first_where_readings_wait(
    client_as: ClientAs, chief: Client, cast: Cast, clock: Clock
) -> None:
    send(client_as(cast.anna), cast.cold.id, "100")
    clock.at("2026-11-13T10:42")
    send(client_as(cast.anna), cast.hot.id, "10")
    moments = [row[0] for row in chief.get("/staff/readings/?state=asked").rows()[1:]]
    assert moments == ["12.11.2026 10:42", "13.11.2026 10:42"]
    assert chief.get("/staff/readings/").rows()[1][0] == "13.11.2026 10:42"


def test_meter_leads_to_its_readings(chief: Client, cast: Cast) -> None:
    page = chief.get(f"/staff/meters/details/?id={cast.hot.id}")
    rows = chief.get(page.links["Показания"]).rows()
    assert len(rows) == 13
    assert all("00054321" in row[2] for row in rows[1:])


def test_meter_that_is_not_charged_by_says_why(
    client_as: ClientAs, chief: Client, cast: Cast
) -> None:
    cast.cold.verify_by = "2026-01-31"
    cast.cold.save()
    send(client_as(cast.anna), cast.cold.id, COLD_NEXT)
    assert "Срок поверки прошёл" in chief.get("/staff/readings/").rows()[1][7]


@pytest.mark.parametrize("page", ["new", "edit", "delete", "ajax/lookup"])
def test_readings_are_not_written_in_their_table(chief: Client, page: str) -> None:
    reading = Reading.select().first()
    before = json.dumps(reading.__data__, default=str)
    data = {"id": reading.id, "value": "1", "state": "refused"}
    chief.post(f"/staff/readings/{page}/?query=a&id={reading.id}", data, status=404)
    assert json.dumps(Reading.get_by_id(reading.id).__data__, default=str) == before
