"""What is shown, said and logged when something goes wrong."""

from __future__ import annotations

import io
import json
import logging
import sqlite3

import psycopg
import pytest
from peewee import DataError, IntegrityError, OperationalError

from tests.cast import Cast
from tests.engines import Engine
from tests.page import Client
from tests.web.conftest import AppWith
from tests.web.probes import Probe
from vodokanal.models.database import (
    BusyDatabaseError,
    OutcomeUnknownError,
)
from vodokanal.models.database import (
    database as tables,
)
from vodokanal.operations.passwords import hash_password
from vodokanal.operations.signins import Person, person_of, start_sign_in
from vodokanal.settings import Settings
from vodokanal.web.clock import real_now
from vodokanal.web.failures import Failure, failure_of, failure_sentence
from vodokanal.web.logs import JsonFormatter

TITLES = {
    400: "Не получилось разобрать запрос",
    403: "Сюда нет доступа",
    404: "Такой страницы нет",
    405: "Так эта страница не открывается",
    409: "Эта форма уже отправлена",
    413: "Слишком большая отправка",
    429: "Слишком много попыток",
    500: "У нас что-то сломалось",
    503: "Портал сейчас не может ответить",
}
BUSY = "Не принято, потому что база занята. Ничего не потеряно: нажмите ещё раз."
UNKNOWN = "Пока не знаем, принято ли. Нажмите кнопку ещё раз: дважды не засчитается."


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("code", sorted(TITLES))
def test_every_refusal_has_a_page_with_a_number(probing: Client, code: int) -> None:
    page = probing.get(f"/probe/abort/{code}", status=code)
    assert plain(page.h1) == TITLES[code]
    assert page.response.headers["X-Request-Id"] in page.text


@pytest.mark.parametrize(("code", "like"), [(410, 400), (415, 400), (501, 500), (504, 500)])
def test_rare_refusal_speaks_like_its_kind(probing: Client, code: int, like: int) -> None:
    assert plain(probing.get(f"/probe/abort/{code}", status=code).h1) == TITLES[like]


def test_wrong_method_is_told_the_right_ones(probing: Client) -> None:
    assert "POST" in probing.get("/logout", status=405).response.headers["Allow"]


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_body_of_more_than_a_megabyte_is_refused(probing: Client, probe: Probe, kind: str) -> None:
    answer = probing.browser.post("/probe/form", data=b"x" * 1_100_000, content_type=kind)
    assert (answer.status_code, probe.calls) == (413, [])
    assert TITLES[413] in answer.text


def test_form_of_a_thousand_and_more_parts_is_refused(probing: Client, probe: Probe) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\n1\r\n'
    body = "".join(part.format(number) for number in range(1100)) + "--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    answer = probing.browser.post("/probe/form", data=body.encode(), content_type=kind)
    assert (answer.status_code, probe.calls) == (413, [])


def test_unexpected_error_shows_nothing_of_itself(
    probing: Client, probe: Probe, caplog: pytest.LogCaptureFixture
) -> None:
    probing.app.config["PROPAGATE_EXCEPTIONS"] = False
    probe.error = RuntimeError("secret of Anna")
    page = probing.get("/probe/plain", status=500)
    assert plain(page.h1) == TITLES[500]
    assert "secret" not in page.html
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "unexpected"
    ]


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [(BusyDatabaseError(), 503, BUSY), (OutcomeUnknownError(), 503, UNKNOWN)],
)
def test_form_keeps_what_was_typed_when_the_database_fails(
    probing: Client, probe: Probe, error: Exception, status: int, sentence: str
) -> None:
    probe.error = error
    page = probing.post("/probe/form", {"value": "12,5"}, status=status, inspected=False)
    assert plain(page.text) == f"{sentence}12,5"
    assert page.response.headers["Retry-After"] == "30"


def test_view_without_its_form_says_what_became_of_it(probing: Client, probe: Probe) -> None:
    probe.error = BusyDatabaseError()
    page = probing.post("/probe/plain", status=503)
    assert plain(page.h1) == "Не принято"
    assert BUSY in plain(page.text)
    probe.error = OutcomeUnknownError()
    page = probing.post("/probe/plain", status=503)
    assert plain(page.h1) == "Пока не знаем"
    assert UNKNOWN in plain(page.text)


def test_page_that_cannot_be_read_says_when_to_come_back(probing: Client, probe: Probe) -> None:
    probe.error = BusyDatabaseError()
    assert plain(probing.get("/probe/plain", status=503).h1) == TITLES[503]


def test_fault_of_our_own_is_a_500(probing: Client, probe: Probe) -> None:
    probing.app.config["PROPAGATE_EXCEPTIONS"] = False
    probe.error = IntegrityError("UNIQUE constraint failed")
    probing.get("/probe/plain", status=500)


def test_value_that_no_column_can_hold_is_a_400(probing: Client, probe: Probe) -> None:
    probe.error = DataError("value too long")
    probing.post("/probe/plain", status=400)


def test_read_only_database_refuses_the_sign_in_and_recovers(
    probing: Client, cast: Cast, engine: Engine
) -> None:
    person = person_of(cast.anna)
    switch = (
        ("PRAGMA query_only=1", "PRAGMA query_only=0")
        if engine.is_sqlite
        else ("SET default_transaction_read_only=on", "SET default_transaction_read_only=off")
    )
    tables.execute_sql(switch[0])
    with pytest.raises(Exception) as refused:  # noqa: PT011 - two engines, two classes
        start_sign_in(person, device="", remembered=False, at=real_now())
    tables.execute_sql(switch[1])
    assert failure_of(refused.value) is Failure.READ_ONLY
    start_sign_in(person, device="", remembered=False, at=real_now())


def test_full_disk_is_known_as_full(cast: Cast, engine: Engine) -> None:
    if not engine.is_sqlite:
        pytest.skip("PostgreSQL's code for it is read below")
    (pages,) = tables.execute_sql("PRAGMA page_count").fetchone()
    tables.execute_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(OperationalError) as refused:
        fill_up(person_of(cast.anna))
    tables.execute_sql("PRAGMA max_page_count=1073741823")
    assert failure_of(refused.value) is Failure.FULL


def fill_up(person: Person) -> None:
    for _ in range(5000):
        start_sign_in(person, device="x" * 200, remembered=False, at=real_now())


class _State(Exception):  # noqa: N818 - stands for a class of psycopg
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "failure"),
    [
        ("40001", Failure.BUSY),
        ("55P03", Failure.BUSY),
        ("57014", Failure.BUSY),
        ("25006", Failure.READ_ONLY),
        ("53100", Failure.FULL),
        ("53300", Failure.GONE),
        ("57P01", Failure.GONE),
        ("08006", Failure.GONE),
        ("23505", None),
        ("42P01", None),
    ],
)
def test_postgresql_code_has_its_meaning(sqlstate: str, failure: Failure | None) -> None:
    assert failure_of(_State(sqlstate)) is failure


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("database is locked", Failure.BUSY),
        ("attempt to write a readonly database", Failure.READ_ONLY),
        ("database or disk is full", Failure.FULL),
        ("disk I/O error", Failure.GONE),
        ("unable to open database file", Failure.GONE),
        ("no such table: account", None),
    ],
)
def test_sqlite_sentence_has_its_meaning(words: str, failure: Failure | None) -> None:
    assert failure_of(OperationalError(words)) is failure


def test_sentence_for_a_view_that_shows_its_form_itself(probing: Client) -> None:
    with probing.app.test_request_context():
        assert plain(failure_sentence(BusyDatabaseError())) == BUSY
        with pytest.raises(ZeroDivisionError):
            failure_sentence(ZeroDivisionError())


def test_sign_in_waits_for_a_lock_and_then_keeps_what_was_typed(
    probing: Client, cast: Cast, engine: Engine, settings: Settings
) -> None:
    if not engine.is_sqlite:
        pytest.skip("PostgreSQL has no lock over the whole database")
    cast.anna.password_hash = hash_password("voda-demo-2026")
    cast.anna.save()
    form = probing.get("/login").form("/login").fill(login="anna", password="voda-demo-2026")
    writer = sqlite3.connect(settings.instance / "portal.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    tables.execute_sql("PRAGMA busy_timeout=100")
    page = form.submit(status=503)
    writer.close()
    assert BUSY in plain(page.text)
    assert page.find('.//input[@name="login"]').get("value") == "anna"
    page.form("/login").fill(password="voda-demo-2026").submit()


def test_killed_connection_is_replaced(probing: Client, engine: Engine) -> None:
    if engine.is_sqlite:
        pytest.skip("SQLite has no connection to kill")
    ((mine,),) = tables.execute_sql("SELECT pg_backend_pid()").fetchall()
    with psycopg.connect(engine.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (mine,))
    probing.get("/login")


GONE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.slow("makes an application of its own")
def test_portal_without_its_database_still_has_an_error_page(app_with: AppWith) -> None:
    client = Client(app_with(database=GONE))
    page = client.get("/login", status=503)
    assert plain(page.h1) == TITLES[503]
    client.get("/healthz", status=503)


@pytest.mark.slow("makes an application of its own")
def test_sender_is_told_that_the_database_is_gone(app_with: AppWith) -> None:
    client = Client(app_with(database=GONE))
    page = client.post("/login", {"login": "anna", "password": "x"}, status=503)
    assert "база данных не отвечает" in plain(page.text)


def test_log_line_is_one_line_without_what_was_typed(probing: Client) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("vodokanal")
    logger.addHandler(handler)
    try:
        data = {"login": "a\nadmin ok", "password": "voda-secret"}
        probing.post("/login?marker=secret-marker", data, status=400)
        probing.get("/personal/99-88-77/readings/", status=303)
    finally:
        logger.removeHandler(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line.get("route")) for line in lines if line["event"] == "request"] == [
        ("request", "/login"),
        ("request", "/personal/<number>/readings/"),
    ]
    for secret in ("admin ok", "voda-secret", "secret-marker", "99-88-77", "127.0.0.1"):
        assert secret not in stream.getvalue()


def test_traceback_in_the_log_has_places_and_no_values(
    probing: Client, probe: Probe, caplog: pytest.LogCaptureFixture
) -> None:
    probing.app.config["PROPAGATE_EXCEPTIONS"] = False
    probe.error = ValueError("Anna's telephone")
    probing.get("/probe/plain", status=500)
    (record,) = [each for each in caplog.records if each.message == "unexpected"]
    line = json.loads(JsonFormatter().format(record))
    assert (line["event"], line["error"]) == ("unexpected_error", "ValueError")
    assert line["trace"][-1].endswith("fail")
    assert "telephone" not in json.dumps(line)
