"""Passwords: hashed by argon2id, compared in constant time, changed for good."""

from __future__ import annotations

import base64
import ctypes
import secrets
import threading
import unicodedata
from contextlib import suppress
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vodokanal.models.database import database
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.signins import Person, end_all_sign_ins
from vodokanal.operations.transactions import writes

SHORTEST = 8
LONGEST = 200

MEMORY_KIB = 19 * 1024
ROUNDS = 3
LANES = 1
AT_ONCE = 4
# The name of the option in malloc.h, and the size from which a block is the system's own.
MMAP_THRESHOLD = -3
OWN_BLOCKS_FROM = 1024 * 1024

_hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
# Each hashing holds 19 MiB: a crowd at the sign-in waits instead of filling the memory.
_turns = threading.BoundedSemaphore(AT_ONCE)


class PasswordRefusedError(Exception):
    """The password cannot be used."""


class ShortPasswordError(PasswordRefusedError):
    """The password is too short."""

    def __init__(self, shortest: int = SHORTEST) -> None:
        super().__init__(shortest)
        self.shortest = shortest


class LongPasswordError(PasswordRefusedError):
    """The password is too long."""

    def __init__(self, longest: int = LONGEST) -> None:
        super().__init__(longest)
        self.longest = longest


class UnreadablePasswordError(PasswordRefusedError):
    """The password holds characters that no keyboard types."""


class HashingInTransactionError(Exception):
    """Hashing takes tens of milliseconds, and every other writer would wait for it."""


def hash_password(text: str) -> str:
    """The hash to keep for a new password.

    Raises:
        PasswordRefusedError: it is too short, too long or not text.
    """
    password = _checked(text)
    with _alone():
        return _hasher.hash(password)


def password_matches(kept: str, text: str) -> bool:
    """Whether the text is the password of the hash; without a hash it takes as long and is not."""
    try:
        password = _normal(text)
    except PasswordRefusedError:
        password, kept = b"", ""
    with _alone():
        try:
            _hasher.verify(kept or NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def needs_new_hash(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@writes
def upgrade_hash(person: Person, *, password_hash: str) -> None:
    """Keeps the same password under today's parameters; sign-ins live on."""
    table = person.table
    table.update(password_hash=password_hash).where(table.id == person.id).execute()


@writes
def change_password(actor: Actor, person: Person, *, password_hash: str, at: datetime) -> None:
    """Gives the person a new password and ends every sign-in made with the old one."""
    row = person.table.get_by_id(person.id)
    row.password_hash = password_hash
    row.must_change_password = actor.code != person.code
    row.save()
    end_all_sign_ins(person, at=at)
    record(actor, "change_password", subject=row, at=at)


def _checked(text: str) -> bytes:
    if len(text) < SHORTEST:
        raise ShortPasswordError
    return _normal(text)


def _normal(text: str) -> bytes:
    if len(text) > LONGEST:
        raise LongPasswordError
    try:
        return unicodedata.normalize("NFC", text).encode()
    except UnicodeEncodeError:
        raise UnreadablePasswordError from None


class _alone:  # noqa: N801 - reads as a clause after `with`
    def __enter__(self) -> None:
        if database.obj is not None and database.in_transaction():
            raise HashingInTransactionError
        _turns.acquire()

    def __exit__(self, *_error: object) -> None:
        _turns.release()


def _give_memory_back() -> None:
    """Makes the C library return what a hashing used, instead of keeping it in every thread."""
    # glibc raises this limit by itself once a block of that size was freed; set, it stays.
    # Another C library has no such option, and keeps its own ways.
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, OWN_BLOCKS_FROM)


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


# A well-formed hash of no password, so that an unknown name costs what a known one does.
NOBODYS = (
    f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}"
    f"${_unpadded(secrets.token_bytes(16))}${_unpadded(secrets.token_bytes(32))}"
)

_give_memory_back()
