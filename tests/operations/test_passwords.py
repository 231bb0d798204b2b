"""Passwords: what is refused, what is kept, and what it costs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from statistics import median

import pytest

from tests.cast import Cast
from tests.clock import moment
from vodokanal.models.database import write_tx
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Resident
from vodokanal.operations import passwords
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.passwords import (
    NOBODYS,
    HashingInTransactionError,
    LongPasswordError,
    ShortPasswordError,
    UnreadablePasswordError,
    change_password,
    hash_password,
    needs_new_hash,
    password_matches,
    upgrade_hash,
)
from vodokanal.operations.signins import find_presence, person_of, start_sign_in

NOW = moment("2026-11-12T10:42")
OLD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$PjTMSZ/Vkvb4z2YcOPVuxA$PhWmQn4tB18GhUSrB1PvKQdeFvm9cyixhAX0tuyMASo"
)


@pytest.mark.parametrize(
    "password", ["12345678", "x" * 64, "пароль из слов", "密码密码密码密码", " " * 8]
)
def test_any_password_of_eight_characters_or_more_is_taken(password: str) -> None:
    assert password_matches(hash_password(password), password)


def test_seven_characters_are_too_few() -> None:
    with pytest.raises(ShortPasswordError) as refusal:
        hash_password("1234567")
    assert refusal.value.shortest == 8


def test_million_characters_are_refused_at_once() -> None:
    begun = time.perf_counter()
    with pytest.raises(LongPasswordError):
        hash_password("x" * 1_000_000)
    assert time.perf_counter() - begun < 0.1


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnreadablePasswordError):
        hash_password("password\ud800")


def test_password_is_the_same_however_its_letters_are_composed() -> None:
    assert password_matches(hash_password("йогурт-ёж"), "и\u0306огурт-е\u0308ж")


@pytest.mark.parametrize(
    "typed", ["voda-demo-2027", "voda-demo-2026 ", "", "x" * 1_000_000, "voda\ud800"]
)
def test_another_password_does_not_match(typed: str) -> None:
    assert not password_matches(OLD_HASH, typed)


@pytest.mark.parametrize("kept", ["", "plain text", "$argon2id$v=19$broken"])
def test_broken_hash_matches_nothing(kept: str) -> None:
    assert not password_matches(kept, "voda-demo-2026")
    assert not password_matches(kept, kept)


def test_parameters_are_those_decided() -> None:
    assert hash_password("voda-demo-2026").startswith("$argon2id$v=19$m=19456,t=3,p=1$")


def test_hash_of_older_parameters_matches_and_is_to_be_renewed() -> None:
    assert password_matches(OLD_HASH, "voda-demo-2026")
    assert needs_new_hash(OLD_HASH)
    assert not needs_new_hash(hash_password("voda-demo-2026"))


def test_nobodys_hash_has_the_parameters_of_everybodys() -> None:
    assert not needs_new_hash(NOBODYS)


@pytest.mark.slow("forty hashes are compared with forty")
def test_unknown_name_takes_as_long_as_a_known_one() -> None:
    kept = hash_password("voda-demo-2026")

    def spent(hash_: str) -> float:
        begun = time.process_time()
        password_matches(hash_, "wrong password")
        return time.process_time() - begun

    pairs = [(spent(kept), spent("")) for _ in range(40)]
    known, unknown = median(a for a, _ in pairs), median(b for _, b in pairs)
    assert abs(known - unknown) < 0.005


def test_hashing_inside_a_transaction_is_refused(cast: Cast) -> None:
    with write_tx(), pytest.raises(HashingInTransactionError):
        hash_password("voda-demo-2026")


def test_at_most_four_hash_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    class Slow:
        def hash(self, _password: bytes) -> str:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1
            return ""

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=hash_password, args=["voda-demo-2026"]) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4


CROWD = """
import resource, threading
from vodokanal.operations.passwords import hash_password
threads = [threading.Thread(target=hash_password, args=["voda-demo-2026"]) for _ in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join()
kept = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
print(int(kept.split()[1]) // 1024)
"""


@pytest.mark.slow("a process of its own hashes two dozen passwords")
def test_crowd_at_the_sign_in_leaves_the_memory_as_it_was() -> None:
    output = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, check=True)
    assert int(output.stdout) < 70


def test_new_password_ends_every_sign_in(cast: Cast) -> None:
    anna = person_of(cast.anna)
    tokens = [start_sign_in(anna, device="", remembered=each, at=NOW) for each in (True, False)]
    change_password(_actor(cast), anna, password_hash="new hash", at=NOW)
    assert [find_presence(token) for token in tokens] == [None, None]
    assert Resident.get_by_id(cast.anna.id).password_hash == "new hash"


def test_password_given_by_the_office_is_to_be_changed(cast: Cast) -> None:
    change_password(SYSTEM, person_of(cast.anna), password_hash="new hash", at=NOW)
    assert Resident.get_by_id(cast.anna.id).must_change_password
    change_password(_actor(cast), person_of(cast.anna), password_hash="newer hash", at=NOW)
    assert not Resident.get_by_id(cast.anna.id).must_change_password


def test_journal_tells_of_a_new_password_and_not_which(cast: Cast) -> None:
    change_password(SYSTEM, person_of(cast.anna), password_hash="new hash", at=NOW)
    entry = JournalEntry.get()
    assert (entry.action, entry.subject_table, entry.subject_id, entry.before, entry.after) == (
        "change_password",
        "resident",
        cast.anna.id,
        "",
        "",
    )


def test_renewed_hash_leaves_the_sign_ins_alone(cast: Cast) -> None:
    anna = person_of(cast.anna)
    token = start_sign_in(anna, device="", remembered=False, at=NOW)
    upgrade_hash(anna, password_hash="renewed")
    assert find_presence(token) is not None
    assert Resident.get_by_id(cast.anna.id).password_hash == "renewed"


def _actor(cast: Cast) -> Actor:
    return Actor(ActorKind.RESIDENT, cast.anna.id, "Иванова Анна Петровна")
