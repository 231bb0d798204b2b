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

from vodokanal.models.prepared import Prepared, slot, slots
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.actors import Actor

KEY_BYTES = 16
# Visible ASCII: the longest that the column takes, and no engine refuses a character of it.
KEY = re.compile(r"[!-~]{1,64}")
TAKE = Prepared[int](
    lambda: SubmissionKey.insert(
        slots(SubmissionKey, "actor", "key", "body_hash", "answer", "created_at")
    ).on_conflict_ignore()
)
ANSWER = Prepared[int](
    lambda: SubmissionKey.update(slots(SubmissionKey, "answer")).where(
        SubmissionKey.id == slot("id", SubmissionKey.id)
    )
)


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


def claim_key(
    actor: Actor,
    key: str | None,
    *,
    body: Mapping[str, Any],
    at: datetime,
    answer: Mapping[str, Any] | None = None,
) -> Claim:
    """Takes the key for what follows in this transaction; its answer, where it is known by now.

    A concurrent transaction with the same key waits here until this one ends.

    Raises:
        KeyReusedError: the key was used with another body.
        MissingKeyError: there is no key, or it is not one of ours.
    """
    if key is None or not KEY.fullmatch(key):
        raise MissingKeyError
    body_hash = _hash(body)
    words = "" if answer is None else json.dumps(answer)
    taken = TAKE.run(actor=actor.code, key=key, body_hash=body_hash, answer=words, created_at=at)
    if taken:
        return Claim(taken, None)
    known = SubmissionKey.get(SubmissionKey.actor == actor.code, SubmissionKey.key == key)
    if known.body_hash != body_hash:
        raise KeyReusedError
    return Claim(known.id, json.loads(known.answer))


def keep_answer(claim: Claim, answer: Mapping[str, Any]) -> None:
    """Keeps what was answered, to be given again for the same key."""
    ANSWER.run(id=claim.row_id, answer=json.dumps(answer))


def _hash(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
