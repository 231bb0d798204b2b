"""Credentials issued at the office: a new password that is shown once and kept only as a hash."""

from __future__ import annotations

import secrets
from datetime import datetime

from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.passwords import change_password, hash_password
from vodokanal.operations.signins import Person
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# Without letters and digits that are taken for one another on paper: 0 o, 1 l i, 2 z, 5 s.
ALPHABET = "abcdefghkmnpqrtuvwxy346789"
GROUPS, GROUP_LENGTH = 3, 4


class AlreadyIssuedError(Exception):
    """This form has already issued a password, and nobody can be shown it again."""


def new_password() -> str:
    """A password that can be read out, written down and typed: 56 bits, in groups of four."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def issue_password(actor: Actor, person: Person, *, key: str, at: datetime) -> str:
    """Gives the person a new password, to be changed after the next sign-in; the password.

    Raises:
        AlreadyIssuedError: the form was sent before.
    """
    password = new_password()
    # Hashed before the transaction: every other writer would wait for it.
    _keep(actor, person, password_hash=hash_password(password), key=key, at=at)
    return password


@writes
def enable_person(actor: Actor, person: Person, *, at: datetime) -> None:
    """Gives the right to sign in back; doing it twice changes nothing."""
    row = person.table.get_by_id(person.id)
    if row.disabled_at is not None:
        before, row.disabled_at = row.disabled_at, None
        row.save()
        changes = ({"disabled_at": before}, {"disabled_at": None})
        record(actor, "enable", subject=row, at=at, changes=changes)


@writes
def _keep(actor: Actor, person: Person, *, password_hash: str, key: str, at: datetime) -> None:
    claim = claim_key(actor, key, body={"person": person.code}, at=at)
    if claim.answer is not None:
        raise AlreadyIssuedError
    change_password(actor, person, password_hash=password_hash, at=at)
    keep_answer(claim, {"issued": True})
