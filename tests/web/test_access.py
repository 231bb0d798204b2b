"""The table of who may open what."""

from __future__ import annotations

import logging

import pytest

from tests.cast import Cast
from tests.page import Client
from vodokanal.web.access import AccessTable, Audience, allows


def test_every_pattern_that_matches_is_found() -> None:
    table = AccessTable({"accounts.*": "accounts.read", "accounts.card": Audience.EMPLOYEE})
    assert table.patterns_of("accounts.index_view") == ["accounts.*"]
    assert table.patterns_of("accounts.card") == ["accounts.*", "accounts.card"]
    assert table.patterns_of("account.index_view") == []


def test_endpoint_in_two_rows_is_in_none() -> None:
    table = AccessTable({"accounts.*": "accounts.read", "accounts.card": Audience.ANYONE})
    assert table.row_of("accounts.card") is None
    assert table.row_of("accounts.edit_view") == "accounts.read"


def test_row_is_added_once() -> None:
    table = AccessTable({"accounts.*": "accounts.read"})
    with pytest.raises(ValueError, match=r"accounts\.\*"):
        table.classify({"accounts.*": Audience.ANYONE})


def test_nobody_passes_only_where_anyone_may() -> None:
    rows = (Audience.ANYONE, Audience.RESIDENT, Audience.EMPLOYEE, "accounts.read")
    assert [allows(row, None) for row in rows] == [True, False, False, False]


def test_endpoint_that_nobody_classified_is_refused_and_logged(
    probing: Client, caplog: pytest.LogCaptureFixture
) -> None:
    probing.get("/probe/unclassified", status=403)
    assert [r.levelno for r in caplog.records if r.message == "access_unclassified"] == [
        logging.ERROR
    ]


def test_refusal_is_logged_with_who_and_where(
    probing: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    probing.signed_in_as(cast.galina).get("/probe/mine", status=403)
    (line,) = [record for record in caplog.records if record.message == "access_refused"]
    assert vars(line)["who"] == f"employee:{cast.galina.id}"
    assert vars(line)["endpoint"] == "probe.mine"


def test_nobody_is_asked_to_sign_in_and_told_where_to_go_then(probing: Client) -> None:
    assert probing.get("/probe/mine?a=%D0%B0", status=303).location == (
        "/login?next=/probe/mine?a%3D%25D0%25B0"
    )


def test_resident_gets_in(probing: Client, cast: Cast) -> None:
    probing.signed_in_as(cast.anna).get("/probe/mine", inspected=False)
