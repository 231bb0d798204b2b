"""How employees are added."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.engines import Engine
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.employees import (
    LoginRefusedError,
    LoginTakenError,
    NewEmployee,
    UnknownRoleError,
    create_employee,
)
from vodokanal.operations.roles import PERMISSIONS, permissions_of
from vodokanal.operations.signins import find_employee, person_of

NOW = moment("2026-11-12T10:42")


def new(login: str = "Chief", role: str = "chief") -> NewEmployee:
    return NewEmployee(login=login, name="Ольга Ветрова", role_code=role, password_hash="hash")


def test_first_chief_may_do_everything_and_is_found(database: Engine) -> None:
    chief = create_employee(SYSTEM, new(), at=NOW)
    assert permissions_of(chief.id) == PERMISSIONS
    assert find_employee("chief") == person_of(chief)
    assert chief.search_text == "ольга ветрова chief"


def test_journal_tells_of_the_employee_without_the_hash(database: Engine) -> None:
    create_employee(SYSTEM, new(), at=NOW)
    entry = JournalEntry.get()
    assert entry.after == '{"login": "chief", "name": "Ольга Ветрова", "role": "chief"}'


def test_login_is_taken_in_any_case(cast: Cast) -> None:
    with pytest.raises(LoginTakenError):
        create_employee(SYSTEM, new("GALINA"), at=NOW)


@pytest.mark.parametrize("login", ["", "  ", "two words", "x" * 61])
def test_login_without_letters_or_with_blanks_is_refused(database: Engine, login: str) -> None:
    with pytest.raises(LoginRefusedError):
        create_employee(SYSTEM, new(login), at=NOW)


def test_unknown_role_is_refused_and_nothing_is_kept(database: Engine) -> None:
    with pytest.raises(UnknownRoleError):
        create_employee(SYSTEM, new(role="king"), at=NOW)
    assert not Employee.select().exists()
