"""Credentials issued at the office: made by chance, kept as a hash, given once."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.clock import moment
from vodokanal.models.people import Resident
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.credentials import (
    ALPHABET,
    AlreadyIssuedError,
    enable_person,
    issue_password,
    new_password,
)
from vodokanal.operations.passwords import password_matches
from vodokanal.operations.signins import disable_person, person_of
from vodokanal.operations.submission_keys import KeyReusedError

NOW = moment("2026-11-12T10:42")


def test_passwords_are_readable_and_never_repeat() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert set("".join(made)) == set(ALPHABET) | {"-"}
    assert not set("0o1li2z5s") & set(ALPHABET)


def test_issued_password_is_the_persons_from_now_on(cast: Cast) -> None:
    password = issue_password(SYSTEM, person_of(cast.anna), key="k", at=NOW)
    anna = Resident.get_by_id(cast.anna.id)
    assert password_matches(anna.password_hash, password)
    assert anna.must_change_password


def test_password_is_issued_once_a_form(cast: Cast) -> None:
    issue_password(SYSTEM, person_of(cast.anna), key="k", at=NOW)
    kept = Resident.get_by_id(cast.anna.id).password_hash
    with pytest.raises(AlreadyIssuedError):
        issue_password(SYSTEM, person_of(cast.anna), key="k", at=NOW)
    with pytest.raises(KeyReusedError):
        issue_password(SYSTEM, person_of(cast.vera), key="k", at=NOW)
    assert Resident.get_by_id(cast.anna.id).password_hash == kept


def test_person_is_shut_out_and_let_in_again(cast: Cast) -> None:
    disable_person(SYSTEM, person_of(cast.anna), at=NOW)
    for _attempt in range(2):
        enable_person(SYSTEM, person_of(cast.anna), at=NOW)
    assert Resident.get_by_id(cast.anna.id).disabled_at is None
