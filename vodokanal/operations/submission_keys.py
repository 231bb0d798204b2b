"""Forms that count once: the same key and body give the same answer."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.actors import Actor

KEY_BYTES = 16
# Visible ASCII: the longest that the column takes, and no engine refuses a character of it.
KEY = re.compile(r"[!-~]{1,64}")


class KeyReusedError(Exception):
    """This form has already been sent with something else in it."""


class MissingKeyError(Exception):
    """The form came without its key."""


@dataclass(frozen=True)
class Claim:
    """A key that this transaction has taken, or the answer that was given for it before."""

    row_id: int
    answer: dict[str, Any] | None


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return secrets.token_urlsafe(KEY_BYTES)


def claim_key(actor: Actor, key: str, *, body: Mapping[str, Any], at: datetime) -> Claim:
    """Takes the key for what follows in this transaction.

    A concurrent transaction with the same key waits here until this one ends.

    Raises:
        KeyReusedError: the key was used with another body.
        MissingKeyError: there is no key, or it is not one of ours.
    """
    if not KEY.fullmatch(key):
        raise MissingKeyError
    body_hash = _hash(body)
    row = {"actor": actor.code, "key": key, "body_hash": body_hash, "created_at": at}
    taken = list(
        SubmissionKey.insert(row).on_conflict_ignore().returning(SubmissionKey.id).execute()
    )
    if taken:
        return Claim(taken[0].id, None)
    known = SubmissionKey.get(SubmissionKey.actor == actor.code, SubmissionKey.key == key)
    if known.body_hash != body_hash:
        raise KeyReusedError
    return Claim(known.id, json.loads(known.answer))


def keep_answer(claim: Claim, answer: Mapping[str, Any]) -> None:
    """Keeps what was answered, to be given again for the same key."""
    SubmissionKey.update(answer=json.dumps(answer)).where(
        SubmissionKey.id == claim.row_id
    ).execute()


def _hash(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
