"""Who is meant by a typed name, and how long a device stays signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.factories import make_access, make_account, make_resident
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.models.signins import SignIn
from vodokanal.operations.actors import SYSTEM, ActorKind
from vodokanal.operations.signins import (
    Person,
    disable_person,
    end_all_sign_ins,
    end_sign_in,
    find_employee,
    find_presence,
    find_resident,
    person_of,
    start_sign_in,
    touch_sign_in,
)

NOW = moment("2026-11-12T10:42")
LATER = NOW + timedelta(hours=1)


def signed_in(person: Person, *, remembered: bool = False) -> str:
    return start_sign_in(person, device="Firefox", remembered=remembered, at=NOW)


@pytest.mark.parametrize("typed", ["anna", " ANNA ", "Anna"])
def test_resident_is_found_by_login_in_any_case(cast: Cast, typed: str) -> None:
    assert find_resident(typed) == person_of(cast.anna)


@pytest.mark.parametrize("typed", ["56-78", "5678", " 56 78 ", "5 6–7 8"])
def test_resident_is_found_by_the_account_however_it_is_spaced(cast: Cast, typed: str) -> None:
    assert find_resident(typed) == person_of(cast.vera)


def test_shared_account_names_nobody(cast: Cast) -> None:
    assert find_resident("12-34") is None


def test_trusted_resident_is_not_named_by_the_account(cast: Cast) -> None:
    make_access(account=cast.vera_account, relation=Relation.TRUSTED)
    assert find_resident("56-78") == person_of(cast.vera)


def test_revoked_access_no_longer_names_its_resident(cast: Cast) -> None:
    AccountAccess.update(revoked_at=NOW).where(AccountAccess.resident == cast.vera).execute()
    assert find_resident("56-78") is None


def test_disabled_resident_leaves_the_account_to_the_other(cast: Cast) -> None:
    disable_person(SYSTEM, person_of(cast.boris), at=NOW)
    assert find_resident("12-34") == person_of(cast.anna)


def test_login_is_looked_at_before_the_account(cast: Cast) -> None:
    holder = make_resident(login="12-34")
    assert find_resident("12-34") == person_of(holder)


def test_login_that_is_an_account_number_may_be_typed_with_spaces(cast: Cast) -> None:
    holder = make_resident(login="4070000015")
    make_access(resident=holder, account=make_account(number="4070000015"))
    assert find_resident("4070 0000 15") == person_of(holder)


def test_disabled_resident_is_found_as_disabled(cast: Cast) -> None:
    disable_person(SYSTEM, person_of(cast.vera), at=NOW)
    found = find_resident("vera")
    assert found is not None
    assert found.is_disabled


@pytest.mark.parametrize("typed", ["", " ", "nobody", "0" * 400, "'; --", "12-34\x00", "—"])
def test_unknown_name_finds_nobody(cast: Cast, typed: str) -> None:
    assert (find_resident(typed), find_employee(typed)) == (None, None)


def test_employee_is_found_by_login_and_never_as_a_resident(cast: Cast) -> None:
    assert find_employee("GALINA") == person_of(cast.galina)
    assert find_resident("galina") is None


def test_sign_in_is_found_by_its_token_alone(cast: Cast) -> None:
    token = signed_in(person_of(cast.anna), remembered=True)
    found = find_presence(token)
    assert found is not None
    assert (found.person.code, found.remembered, found.language) == (
        f"resident:{cast.anna.id}",
        True,
        "ru",
    )
    assert find_presence(token + "x") is None
    assert find_presence("") is None


def test_employee_is_signed_in_as_an_employee(cast: Cast) -> None:
    found = find_presence(signed_in(person_of(cast.galina)))
    assert found is not None
    assert (found.person.kind, found.person.id) == (ActorKind.EMPLOYEE, cast.galina.id)


def test_database_does_not_hold_the_token(cast: Cast) -> None:
    token = signed_in(person_of(cast.anna))
    row = SignIn.get()
    assert token not in str(row.__data__)
    assert len(row.token_hash) == 64


def test_device_name_is_cut_to_what_is_kept(cast: Cast) -> None:
    start_sign_in(person_of(cast.anna), device="x" * 5000, remembered=False, at=NOW)
    assert SignIn.get().device == "x" * 200


def test_ended_sign_in_is_dead_and_cannot_be_touched_alive(cast: Cast) -> None:
    token = signed_in(person_of(cast.anna))
    end_sign_in(SignIn.get().id, at=NOW)
    end_sign_in(SignIn.get().id, at=LATER)
    touch_sign_in(SignIn.get().id, at=LATER)
    assert find_presence(token) is None
    assert SignIn.get().ended_at == NOW


def test_being_seen_is_noted_and_never_moved_back(cast: Cast) -> None:
    token = signed_in(person_of(cast.anna))
    touch_sign_in(SignIn.get().id, at=LATER)
    touch_sign_in(SignIn.get().id, at=NOW)
    found = find_presence(token)
    assert found is not None
    assert found.last_seen_at == LATER


def test_signing_out_everywhere_spares_other_people(cast: Cast) -> None:
    mine = [signed_in(person_of(cast.anna)) for _ in range(3)]
    others = [signed_in(person_of(cast.boris)), signed_in(person_of(cast.galina))]
    assert end_all_sign_ins(person_of(cast.anna), at=LATER) == 3
    assert [find_presence(token) for token in mine] == [None] * 3
    assert all(find_presence(token) for token in others)


def test_disabling_ends_every_sign_in_and_is_journalled_once(cast: Cast) -> None:
    token = signed_in(person_of(cast.galina))
    disable_person(SYSTEM, person_of(cast.galina), at=NOW)
    disable_person(SYSTEM, person_of(cast.galina), at=LATER)
    assert find_presence(token) is None
    assert [(entry.action, entry.subject_id) for entry in JournalEntry.select()] == [
        ("disable", cast.galina.id)
    ]


def test_person_disabled_behind_our_back_is_signed_out(cast: Cast) -> None:
    token = signed_in(person_of(cast.anna))
    Resident.update(disabled_at=NOW).where(Resident.id == cast.anna.id).execute()
    assert find_presence(token) is None
