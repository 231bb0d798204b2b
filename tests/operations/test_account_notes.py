"""The note on a card: written once, replaced by whoever saw it, removed; the journal keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.cast import Cast, actor_of
from tests.factories import make_note
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.journal import JournalEntry
from vodokanal.operations.account_notes import (
    LONGEST_NOTE,
    EmptyNoteError,
    NewNote,
    NoteChangedError,
    NoteTooLongError,
    find_note,
    remove_note,
    write_note,
)
from vodokanal.operations.submission_keys import KeyReusedError

AT = datetime(2026, 11, 12, 7, 42, tzinfo=UTC)
WORDS = "Просит звонить после обеда."


def write(cast: Cast, words: str = WORDS, *, seen: int | None = None, key: str = "k") -> None:
    new = NewNote(cast.account.id, words, seen)
    write_note(actor_of(cast.galina), new, key=key, at=AT)


def kept(cast: Cast) -> str:
    note = find_note(cast.account.id)
    return "" if note is None else str(note.words)


def told() -> list[tuple[str, str, str]]:
    rows = JournalEntry.select().where(JournalEntry.subject_table == "account_note")
    return [(each.action, each.before, each.after) for each in rows.order_by(JournalEntry.id)]


def test_note_is_kept_with_its_writer_and_told_of(cast: Cast) -> None:
    write(cast, f"  {WORDS} ")
    note = find_note(cast.account.id)
    assert note is not None
    assert (note.words, note.employee, note.written_at) == (WORDS, cast.galina, AT)
    ((action, before, after),) = told()
    assert (action, before, json.loads(after)) == ("write_note", "", {"words": WORDS})


def test_same_form_writes_one_note(cast: Cast) -> None:
    write(cast)
    write(cast)
    assert AccountNote.select().count() == len(told()) == 1
    with pytest.raises(KeyReusedError):
        write(cast, "другое")


def test_seen_note_is_replaced_and_stays_in_the_journal(cast: Cast) -> None:
    before = make_note(account=cast.account, words="старая")
    write(cast, seen=before.id)
    assert kept(cast) == WORDS
    assert AccountNote.get_by_id(before.id).removed_at == AT
    assert json.loads(told()[-1][1]) == {"words": "старая"}


def test_note_that_was_not_seen_is_not_written_over(cast: Cast) -> None:
    make_note(account=cast.account, words="чужая")
    with pytest.raises(NoteChangedError) as caught:
        write(cast)
    assert (caught.value.words, kept(cast)) == ("чужая", "чужая")


def test_note_that_was_removed_meanwhile_is_no_reason_to_refuse(cast: Cast) -> None:
    write(cast, seen=77)
    assert kept(cast) == WORDS


@pytest.mark.parametrize(
    ("words", "error"),
    [(" \n", EmptyNoteError), ("я" * (LONGEST_NOTE + 1), NoteTooLongError)],
)
def test_note_has_some_words_and_not_too_many(
    cast: Cast, words: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        write(cast, words)
    assert kept(cast) == ""


def test_note_is_removed_once(cast: Cast) -> None:
    note = make_note(account=cast.account, words="старая")
    for _time in range(2):
        remove_note(actor_of(cast.galina), cast.account.id, seen=note.id, at=AT)
    assert kept(cast) == ""
    assert [action for action, *_rest in told()] == ["remove_note"]


def test_another_note_than_the_one_seen_is_not_removed(cast: Cast) -> None:
    make_note(account=cast.account)
    with pytest.raises(NoteChangedError):
        remove_note(actor_of(cast.galina), cast.account.id, seen=None, at=AT)
    assert kept(cast)
