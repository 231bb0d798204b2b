"""The note on the card: written, replaced, removed, never written over unseen."""

from __future__ import annotations

from tests.cast import Cast
from tests.factories import make_note
from tests.page import Client
from vodokanal.models.account_notes import AccountNote

CARD, NOTE = "/staff/accounts/1234", "/staff/accounts/1234/note/"
WORDS = "Просит звонить после обеда."


def test_note_is_written_and_stands_on_the_card(office: Client) -> None:
    form = office.get(CARD).click("Написать заметку").form("Сохранить")
    page = form.fill(words=WORDS).submit().follow()
    assert page.path == CARD
    assert f"{WORDS} 12\u00a0ноября, Галина Орлова" in page.text


def test_note_is_replaced_and_removed(office: Client, cast: Cast) -> None:
    make_note(account=cast.account, words="старая")
    page = office.get(CARD).click("Изменить заметку")
    assert page.form("Сохранить").fields["words"] == ["старая"]
    page.form("Сохранить").fill(words=WORDS).submit()
    page = office.get(NOTE).form("Убрать").submit().follow()
    assert (WORDS in page.text, "Заметка убрана" in page.text) == (False, True)


def test_note_that_cannot_be_kept_stays_in_its_field(office: Client) -> None:
    form = office.get(NOTE).form("Сохранить")
    assert "Напишите заметку" in form.submit(status=422).plain
    page = form.fill(words="я" * 501).submit(status=422)
    assert "Не больше 500 знаков" in page.plain
    assert page.form("Сохранить").fields["words"] == ["я" * 501]


def test_note_of_somebody_else_is_shown_before_it_is_written_over(
    office: Client, cast: Cast
) -> None:
    form = office.get(NOTE).form("Сохранить").fill(words=WORDS)
    make_note(account=cast.account, words="чужая")
    page = form.submit(status=409)
    assert "«чужая»" in page.text
    again = page.form("Сохранить")
    assert again.fields["words"] == [WORDS]
    again.submit()
    assert AccountNote.get(AccountNote.removed_at.is_null()).words == WORDS


def test_note_that_was_not_seen_is_not_removed(office: Client, cast: Cast) -> None:
    make_note(account=cast.account, words="чужая")
    page = office.post(f"{NOTE}remove/", {"seen": "999999"}, status=409)
    assert "«чужая»" in page.text


def test_form_without_its_key_is_asked_for_again(office: Client) -> None:
    form = office.get(NOTE).form("Сохранить").fill(words=WORDS)
    form.fields["key"] = [""]
    page = form.submit(status=409)
    page.form("Сохранить").submit()
    assert AccountNote.get().words == WORDS


def test_stale_token_keeps_the_words(office: Client) -> None:
    page = office.post(NOTE, {"words": WORDS, "csrf_token": "stale"}, csrf=False, status=400)
    assert page.form("Сохранить").fields["words"] == [WORDS]
