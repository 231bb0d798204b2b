"""Keys that make a form count once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clock import moment
from tests.crowd import crowd
from tests.engines import Engine
from vodokanal.models.database import write_tx
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.submission_keys import (
    KeyReusedError,
    MissingKeyError,
    claim_key,
    keep_answer,
    new_key,
)

NOW = moment("2026-11-12T10:42")
ANNA = Actor(ActorKind.RESIDENT, 1, "Анна")


def claimed(key: str, body: dict[str, Any], actor: Actor = SYSTEM) -> dict[str, Any] | None:
    """The answer that was there already, after answering with the body's own value."""
    with write_tx():
        claim = claim_key(actor, key, body=body, at=NOW)
        if claim.answer is None:
            keep_answer(claim, {"said": body["value"]})
        return claim.answer


def test_first_claim_has_no_answer_yet(database: Engine) -> None:
    assert claimed("k", {"value": "1"}) is None


def test_same_body_gets_the_same_answer(database: Engine) -> None:
    claimed("k", {"value": "1", "other": "2"})
    assert claimed("k", {"other": "2", "value": "1"}) == {"said": "1"}


def test_other_body_is_refused(database: Engine) -> None:
    claimed("k", {"value": "1"})
    with pytest.raises(KeyReusedError):
        claimed("k", {"value": "2"})


def test_key_belongs_to_its_actor(database: Engine) -> None:
    claimed("k", {"value": "1"})
    assert claimed("k", {"value": "2"}, actor=ANNA) is None
    assert SubmissionKey.select().count() == 2


def test_claim_of_a_failed_operation_is_free_again(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), write_tx():
        claim_key(SYSTEM, "k", body={"value": "1"}, at=NOW)
        _ = 1 / 0
    assert claimed("k", {"value": "2"}) is None


@pytest.mark.parametrize("key", ["", " ", "x" * 65, "ключ", "\x00", "a\nb", "\ud800"])
def test_what_is_no_key_is_refused(database: Engine, key: str) -> None:
    with pytest.raises(MissingKeyError):
        claimed(key, {"value": "1"})
    assert SubmissionKey.select().count() == 0


def test_body_may_hold_whatever_was_typed(database: Engine) -> None:
    claimed("k", {"value": "\ud800\x00"})
    assert claimed("k", {"value": "\ud800\x00"}) == {"said": "\ud800\x00"}


def test_new_keys_are_accepted_and_differ(database: Engine) -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert [claimed(key, {"value": "1"}) for key in keys] == [None] * 50


def test_of_many_at_once_one_is_first_and_all_get_its_answer(database: Engine) -> None:
    answers = crowd(16, lambda _: claimed("k", {"value": "1"}))
    assert answers.count(None) == 1
    assert answers.count({"said": "1"}) == 15
