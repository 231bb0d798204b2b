"""A request begins with a working connection and leaves nothing open behind it."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories import make_setting
from vodokanal.models.database import database as tables
from vodokanal.models.database import write_tx
from vodokanal.models.settings import Setting


def names() -> list[str]:
    return [row.name for row in Setting.select().order_by(Setting.name)]


def test_what_a_view_left_open_is_rolled_back_and_logged(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), app.test_request_context("/"):
        app.preprocess_request()
        tables.atomic().__enter__()
        make_setting("half", "done")
    assert (names(), tables.in_transaction()) == ([], False)
    assert [record.event for record in caplog.records] == ["transaction_left_open"]  # type: ignore[attr-defined]


def test_next_request_on_that_connection_writes_as_usual(app: Flask) -> None:
    with app.test_request_context("/"):
        app.preprocess_request()
        tables.atomic().__enter__()
        make_setting("half", "done")
    with app.test_request_context("/"):
        app.preprocess_request()
        with write_tx():
            make_setting("whole", "done")
    assert names() == ["whole"]


def test_request_that_left_nothing_open_logs_nothing(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), app.test_request_context("/"):
        app.preprocess_request()
    assert caplog.records == []
