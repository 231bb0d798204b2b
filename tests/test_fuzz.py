"""A short run of tests/fuzz.py: nothing breaks, every view of the staff is reached, a crash is found."""

from __future__ import annotations

import pytest
from flask import Flask, request

from tests.cast import Cast
from tests.engines import only_postgresql, only_sqlite
from tests.fuzz import Kind, Known, Sender, document, doors, fuzz_as, send_all
from tests.staff.good import stage

FEW = 300


@only_sqlite
@pytest.mark.slow("asks for every route several times")
def test_nothing_breaks_for_the_chief_and_every_view_is_reached(app: Flask, cast: Cast) -> None:
    tally = fuzz_as(app, cast.olga, parts=stage(cast), requests=FEW)
    assert tally.broken == []
    staff = {door for door in doors(app) if door[1].startswith("/staff/")}
    assert staff - tally.reached() - {("POST", "/staff/login")} == set()


@only_postgresql
@pytest.mark.slow("asks for every route")
def test_nothing_nasty_breaks_the_other_engine(app: Flask, cast: Cast) -> None:
    tally = fuzz_as(app, cast.olga, parts=stage(cast), requests=FEW, shares={Kind.NASTY: 1.0})
    assert tally.broken == []
    assert tally.answers(2) > 0


@only_sqlite
@pytest.mark.slow("asks for every route several times")
def test_nothing_breaks_for_a_resident_who_reaches_the_cabinet(app: Flask, cast: Cast) -> None:
    tally = fuzz_as(app, cast.anna, parts=stage(cast), requests=FEW)
    assert tally.broken == []
    own = {door for door in doors(app) if door[1].startswith("/personal/")}
    assert own - tally.reached() == set()
    assert {door[1] for door in tally.reached() if door[1].startswith("/staff")} <= {"/staff/login"}


@only_sqlite
@pytest.mark.slow("asks for every route several times")
def test_nothing_breaks_for_nobody(app: Flask, cast: Cast) -> None:
    tally = fuzz_as(app, None, parts=stage(cast), requests=FEW)
    assert tally.broken == []
    assert {"/", "/login", "/staff/login", "/healthz"} <= {door[1] for door in tally.reached()}


def test_crash_is_found() -> None:
    planted = Flask("planted")
    planted.config.update(SECRET_KEY="x" * 32)
    planted.add_url_rule("/sound", "sound", lambda: "")
    planted.add_url_rule("/planted", "planted", lambda: str(int(request.args.get("page", "0"))))
    spoken = document(planted, Kind.NASTY, Known())
    tally = send_all(planted, spoken, client=Sender(planted, None), each=20)
    assert tally.broken
    assert all("/planted" in each for each in tally.broken)
